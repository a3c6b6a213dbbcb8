import Gates
import Ledger
import Testing

@Suite("Recording, read")
struct RecordingReadingTests {
  private static func texts(_ line: Int, _ values: String...) -> ConfigNode {
    Node.list(values.map { Node.text($0, line) }, line)
  }

  private static let audience = ("audience", Node.text(Claimed.audience, 2))
  private static let ids = [
    ("repository-id", Node.scalar(640, 5)), ("owner-id", Node.scalar(45, 6)),
  ]

  private static func map(_ line: Int, _ pairs: [(String, ConfigNode)]) -> ConfigNode {
    ConfigNode(.map(pairs.map { (key: $0.0, value: $0.1) }), line: line)
  }

  /// `recording` with one rule, which has the ids and these members.
  private static func rule(_ pairs: (String, ConfigNode)...) -> ConfigNode {
    Node.map(1, audience, ("workflows", Node.list([map(5, ids + pairs)], 4)))
  }

  private static let whole = RecordingPolicy(
    audience: Claimed.audience, issuer: "https://github.acme.example/_services/token",
    workflows: [
      RecordingPolicyTests.strict, RecordingPolicyTests.lax,
      WorkflowRule(repositoryID: 7, ownerID: 8, events: ["pull_request_target"]),
    ], platformTokens: ["aws-events"])

  @Test("a file is read as it says")
  func reading() throws {
    let file = RecordingReadingTests.map(
      1,
      [
        RecordingReadingTests.audience,
        ("issuer", Node.text("https://github.acme.example/_services/token", 3)),
        (
          "workflows",
          Node.list(
            [
              RecordingReadingTests.map(
                5,
                RecordingReadingTests.ids + [
                  ("environments", RecordingReadingTests.texts(7, "production")),
                  ("refs", RecordingReadingTests.texts(8, "refs/heads/main", "refs/tags/v*")),
                  ("workflows", RecordingReadingTests.texts(9, RecordingPolicyTests.main)),
                  (
                    "job-workflows",
                    RecordingReadingTests.texts(
                      10, "acme/*/.github/workflows/*.yml@refs/heads/main")
                  ),
                  ("events", RecordingReadingTests.texts(11, "push", "workflow_dispatch")),
                ]),
              RecordingReadingTests.map(5, RecordingReadingTests.ids),
              Node.map(
                12, ("repository-id", Node.scalar(7, 12)), ("owner-id", Node.scalar(8, 12)),
                ("events", RecordingReadingTests.texts(13, "pull_request_target"))),
            ], 4)
        ), ("platform-tokens", RecordingReadingTests.texts(14, "aws-events")),
      ])
    #expect(try RecordingPolicy(reading: file) == RecordingReadingTests.whole)
    #expect(RecordingReadingTests.whole.believesPlatform(toldBy: "aws-events"))
    #expect(!RecordingReadingTests.whole.believesPlatform(toldBy: "ci"))
  }

  @Test("the issuer has a default")
  func defaults() throws {
    let policy = try RecordingPolicy(reading: RecordingReadingTests.rule())
    #expect(policy == Claimed.policy(WorkflowRule(repositoryID: 640, ownerID: 45)))
    #expect(policy.terms == Claimed.terms)
    #expect(policy.believesPlatform(toldBy: "ci"))
  }

  @Test("through JSON and back")
  func roundTrip() throws {
    for policy in [RecordingReadingTests.whole, Claimed.policy(RecordingPolicyTests.lax)] {
      let bytes = policy.json.canonicalBytes
      #expect(RecordingPolicy(json: try JSON.parse(bytes)) == policy)
    }
    #expect(RecordingPolicy(json: [:]) == nil)
    #expect(RecordingPolicy(json: .null) == nil)
    var extra = RecordingReadingTests.whole.json.object ?? [:]
    extra["extra"] = true
    #expect(RecordingPolicy(json: .object(extra)) == nil)
  }

  struct Mistake: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let node: ConfigNode
    /// `line: path: start of the reason`
    let problems: [String]

    init(_ title: String, _ node: ConfigNode, _ problems: String...) {
      testDescription = title
      self.node = node
      self.problems = problems
    }
  }

  private static let rulePath = "recording.workflows[0]"

  static let mistakes: [Mistake] = [
    Mistake("text", Node.text("x", 1), "line 1: recording: must be a map"),
    Mistake(
      "nothing", Node.map(1), "line 1: recording.audience: is missing",
      "line 1: recording.workflows: is missing"),
    Mistake(
      "no rules", Node.map(1, audience, ("workflows", Node.list([], 3))),
      "line 3: recording.workflows: must be a list with at least one element"),
    Mistake(
      "unknown keys",
      Node.map(
        1, audience, ("audiences", Node.text("x", 3)),
        ("workflows", Node.list([map(5, ids + [("environment", Node.text("x", 8))])], 4))),
      "line 3: recording.audiences: is unknown; known are audience, issuer, workflows",
      "line 8: \(rulePath).environment: is unknown; known are repository-id, owner-id, "),
    Mistake(
      "no ids", Node.map(1, audience, ("workflows", Node.list([Node.map(5)], 4))),
      "line 5: \(rulePath).repository-id: is missing", "line 5: \(rulePath).owner-id: is missing"),
    Mistake(
      "ids that are none",
      Node.map(
        1, audience,
        (
          "workflows",
          Node.list(
            [
              Node.map(
                5, ("repository-id", Node.text("640", 5)), ("owner-id", Node.scalar(0, 6))),
              Node.map(
                7, ("repository-id", Node.text("acme/api", 7)), ("owner-id", Node.scalar(-1, 8))),
            ], 4)
        )),
      "line 5: \(rulePath).repository-id: must be a numeric id",
      "line 6: \(rulePath).owner-id: must be a numeric id",
      "line 7: recording.workflows[1].repository-id: must be a numeric id",
      "line 8: recording.workflows[1].owner-id: must be a numeric id"),
    Mistake(
      "empty lists",
      rule(
        ("environments", Node.list([], 7)), ("refs", Node.list([], 8)),
        ("workflows", Node.list([], 9)), ("job-workflows", Node.list([], 10)),
        ("events", Node.list([], 11))),
      "line 7: \(rulePath).environments: must be a list with at least one element",
      "line 8: \(rulePath).refs: must be a list with at least one element",
      "line 9: \(rulePath).workflows: must be a list with at least one element",
      "line 10: \(rulePath).job-workflows: must be a list with at least one element",
      "line 11: \(rulePath).events: must be a list with at least one element"),
    Mistake(
      "texts for lists", rule(("refs", Node.text("refs/heads/main", 7))),
      "line 7: \(rulePath).refs: must be a list"),
    Mistake(
      "elements that are no texts",
      rule(
        ("environments", Node.list([Node.scalar(true, 7)], 7)),
        ("events", texts(8, String(repeating: "e", count: 101)))),
      "line 7: \(rulePath).environments[0]: must be text of 1 to 255 bytes",
      "line 8: \(rulePath).events[0]: must be text of 1 to 100 bytes"),
    Mistake(
      "workflows without a ref",
      rule(
        ("workflows", texts(7, "acme/api/.github/workflows/deploy.yml")),
        ("job-workflows", texts(8, "**"))),
      "line 7: \(rulePath).workflows: must be of the form FILE@REF",
      "line 8: \(rulePath).job-workflows: must be of the form FILE@REF"),
    Mistake(
      "too many rules",
      Node.map(
        1, audience,
        ("workflows", Node.list(Array(repeating: map(5, ids), count: 101), 4))),
      "line 5: recording.workflows: has more than 100 rules"),
  ]

  @Test("everything that is wrong is said, with its line", arguments: mistakes)
  func everything(_ mistake: Mistake) {
    let found = RecordingReadingTests.problems(of: mistake.node).map(\.description)
    #expect(found.count == mistake.problems.count, "\(found)")
    for (problem, expected) in zip(found, mistake.problems) {
      #expect(problem.hasPrefix(expected))
    }
  }

  static func problems(of node: ConfigNode) -> [PolicyProblem] {
    do throws(PolicyProblems) {
      _ = try RecordingPolicy(reading: node)
      return []
    } catch { return error.all }
  }

  private static func addresses(audience: String, issuer: String?) -> ConfigNode {
    var pairs = [("audience", Node.text(audience, 2))]
    if let issuer { pairs.append(("issuer", Node.text(issuer, 3))) }
    return map(1, pairs + [("workflows", Node.list([map(5, ids)], 4))])
  }

  private static func problem(audience: String, issuer: String? = nil) -> String? {
    let found = problems(of: addresses(audience: audience, issuer: issuer))
    return found.isEmpty ? nil : found.map(\.description).joined(separator: "\n")
  }

  @Test(
    "the default audience is refused",
    arguments: [
      ("https://github.com/acme", nil), ("https://github.com/acme/", nil),
      ("https://GitHub.com/Acme", nil), ("https://www.github.com/acme", nil),
      ("https://github.com", nil), ("https://github.com/acme", RecordingPolicy.defaultIssuer),
      ("https://acme.ghe.com/acme", "https://token.actions.acme.ghe.com"),
      ("https://git.example/acme", "https://git.example/_services/token"),
    ] as [(String, String?)])
  func defaultAudience(_ audience: String, _ issuer: String?) {
    let problem = RecordingReadingTests.problem(audience: audience, issuer: issuer)
    #expect(
      problem?.hasPrefix("line 2: recording.audience: is the audience of tokens that name none")
        == true)
  }

  @Test(
    "other audiences are taken",
    arguments: [
      ("https://ledger.example.com", nil), ("https://github.com.ledger.example/acme", nil),
      ("ledger", nil), ("http://127.0.0.1:8080", "http://127.0.0.1:9090"),
      ("https://acme.github.io/ledger", nil),
    ] as [(String, String?)])
  func otherAudiences(_ audience: String, _ issuer: String?) {
    #expect(RecordingReadingTests.problem(audience: audience, issuer: issuer) == nil)
  }

  @Test("an audience is ASCII", arguments: ["a b", "ä", "a\n", "a\u{0}"])
  func audienceText(_ audience: String) {
    #expect(
      RecordingReadingTests.problem(audience: audience)
        == "line 2: recording.audience: must be ASCII without spaces")
  }

  @Test(
    "issuers that are taken",
    arguments: [
      RecordingPolicy.defaultIssuer, RecordingPolicy.defaultIssuer + "/acme-enterprise",
      "https://git.example/_services/token", "https://token.actions.acme.ghe.com",
      "http://127.0.0.1:8123", "http://localhost:8123",
    ])
  func issuers(_ issuer: String) {
    #expect(RecordingReadingTests.problem(audience: Claimed.audience, issuer: issuer) == nil)
  }

  @Test(
    "issuers that are not",
    arguments: [
      RecordingPolicy.defaultIssuer + "/", "http://token.actions.githubusercontent.com",
      "token.actions.githubusercontent.com", "https://", "https:///x", "ftp://git.example",
      "http://localhost.evil.example", "http://127.0.0.1@evil.example", "https://git.example?x",
      "https://git.example#x", "https://git example", "https://gït.example",
    ])
  func wrongIssuers(_ issuer: String) {
    #expect(
      RecordingReadingTests.problem(audience: Claimed.audience, issuer: issuer)?
        .hasPrefix("line 3: recording.issuer: must be an https address") == true)
  }
}
