import Ledger
import Testing

@testable import Webhooks

@Suite("Fields of reports")
struct FieldTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let kind: Kind
    let member: String
    let value: JSON
    /// A part of the reason; `nil` when it is right.
    let reason: String?

    init(_ kind: Kind, _ member: String, _ value: JSON, _ reason: String?) {
      (self.kind, self.member, self.value, self.reason) = (kind, member, value, reason)
    }

    var testDescription: String { "\(member) \(value.canonicalString.prefix(60))" }
  }

  private static let d = RecordSamples.digest
  private static let c = RecordSamples.commit

  static let digests: [Case] = [
    Case(.imageRecorded, "digest", "latest", "is a tag, not a digest: latest;"),
    Case(.imageRecorded, "digest", .string(d.uppercased()), "is a tag, not a digest"),
    Case(
      .imageRecorded, "digest", .string("sha256:" + d.dropFirst(7).uppercased()), "upper-case"),
    Case(.imageRecorded, "digest", .string(String(d.dropLast())), "is 63 characters, not 64"),
    Case(.imageRecorded, "digest", .string(d + "0"), "is 65 characters, not 64"),
    Case(.imageRecorded, "digest", .string(d.dropLast() + "g"), "has g, which is no hexadecimal"),
    Case(.imageRecorded, "digest", .string(d.dropLast() + "６"), "has ６, which is no hexadecimal"),
    Case(.imageRecorded, "digest", .string("api@" + d), "is an image with its digest"),
    Case(.imageRecorded, "digest", "sha256:", "is 0 characters, not 64"),
    Case(.imageRecorded, "digest", 1, "must be text"),
    Case(.imageRecorded, "commit", "9f3c2ab", "is 7 characters, not 40"),
    Case(.imageRecorded, "commit", .string(c.uppercased()), "has upper-case letters"),
    Case(.imageRecorded, "commit", .string(c.dropLast() + "x"), "has x, which is no hexadecimal"),
    Case(.scanRecorded, "report", .string(d), "is 71 characters, not 64"),
    Case(.imageRecorded, "image", "api:1.4", "has a tag"),
    Case(.imageRecorded, "image", .string("api@" + d), "has a digest"),
    Case(.imageRecorded, "image", "localhost:5000/api:1", "has a tag"),
    Case(.imageRecorded, "image", "localhost:5000/api", nil),
    Case(.imageRecorded, "image", "api/", "is no name of an image"),
    Case(.imageRecorded, "image", "api:\u{301}1.4", "has a tag"),
    Case(.imageRecorded, "image", "api@\u{301}x", "has a digest"),
    Case(.imageRecorded, "image", "localhost:5000/\u{301}api", "has a mark"),
    Case(.imageRecorded, "image", "localhost:5000/a/\u{301}b:1", "has a tag"),
  ]

  static let names: [Case] = [
    Case(.deploymentRecorded, "revision", "api", "must be family:number"),
    Case(.deploymentRecorded, "revision", "api:0", "must be family:number"),
    Case(.deploymentRecorded, "revision", "api:057", "must be family:number"),
    Case(.deploymentRecorded, "revision", "a:b:1", "must be family:number"),
    Case(.deploymentRecorded, "revision", "api:99999999999999999999", "must be family:number"),
    Case(.deploymentRecorded, "revision", "a_B-9:1", nil),
    Case(.noteRecorded, "service", "api,web", "must be one service"),
    Case(.deploymentRecorded, "service", ",", "must be one service"),
    Case(.noteRecorded, "service", "api web", nil),
    Case(.noteRecorded, "service", "cafe\u{301}", nil),
    Case(.noteRecorded, "service", "api,\u{301}web", "must be one service"),
    Case(.noteRecorded, "service", "\u{301}api", "has a mark"),
    Case(.noteRecorded, "repository", "acme/x/\u{301}api", "must be owner/name"),
    Case(.rolloutObserved, "workload", "Deployment/x/\u{301}api", "must be a kind and a name"),
    Case(.rolloutObserved, "cluster", "eu/\u{301}x", "has a mark"),
    Case(.rolloutObserved, "cluster", "eu/x", nil),
    Case(.rolloutObserved, "namespace", "\u{301}x", "has a mark"),
    Case(.resourceRecorded, "type", "a/\u{301}b", "has a mark"),
    Case(.noteRecorded, "repository", "acme", "must be owner/name"),
    Case(
      .noteRecorded, "repository", "acme/\u{212A}iosk",
      "must be of ASCII, as all names of GitHub's are"),
    Case(.noteRecorded, "repository", "a/b/c", "must be owner/name"),
    Case(.noteRecorded, "repository", "a/ b", "must be owner/name"),
    Case(.rolloutObserved, "workload", "api", "must be a kind and a name"),
    Case(.buildRecorded, "outcome", "Success", "must be one of success, failure, cancelled"),
    Case(.resourceRecorded, "state", true, "must be one of created, gone"),
    Case(.noteRecorded, "url", "http://example.com", nil),
    Case(.noteRecorded, "url", "HTTPS://example.com/a?b#c", nil),
    Case(.noteRecorded, "url", "https://u:p@example.com", "has a user or a password"),
    Case(.noteRecorded, "url", "https://example.com/@x", nil),
    Case(.noteRecorded, "url", "javascript:alert(1)", "must be an address"),
    Case(.noteRecorded, "url", "//example.com", "must be an address"),
    Case(.noteRecorded, "url", "https://", "must be an address"),
    Case(.noteRecorded, "url", "https://:80/", "must be an address"),
    Case(.noteRecorded, "url", "https://example.com/\"><script>", "must be an address"),
    Case(.noteRecorded, "url", "https://exämple.com/", "must be an address"),
  ]

  static let numbers: [Case] = [
    Case(.imageRecorded, "size", 0, nil), Case(.imageRecorded, "size", .int(1 << 53), nil),
    Case(.imageRecorded, "size", .int(1 << 53 + 1), "must be a whole number from 0"),
    Case(.imageRecorded, "size", -1, "must be a whole number from 0"),
    Case(.imageRecorded, "size", .number("1.0"), "must be a whole number"),
    Case(.imageRecorded, "size", .number("1e3"), "must be a whole number"),
    Case(.imageRecorded, "size", "12", "must be a whole number"),
    Case(.imageRecorded, "size", true, "must be a whole number"),
    Case(.imageRecorded, "actor", 0, "must be a whole number from 1"),
    Case(.rolloutObserved, "containers", "x", "must be a list"),
    Case(
      .rolloutObserved, "containers",
      .array(Array(repeating: ["name": "a", "image": "b"], count: 51)),
      "has 51 elements; it may have 0 to 50"),
    Case(.taskDefinitionRecorded, "containers", [], "has 0 elements; it may have 1 to 50"),
    Case(
      .rolloutObserved, "instances", .array(Array(repeating: ["id": "a"], count: 501)),
      "has 501 elements"),
    Case(.rolloutObserved, "instances", [["id": "a", "digests": ["x"]]], "digests[0] is a tag"),
  ]

  static let times: [Case] = [
    Case(.noteRecorded, "occurred_at", "2026-11-18T09:00:00", "has no time zone"),
    Case(.noteRecorded, "occurred_at", "2026-11-18", "is no time"),
    Case(.noteRecorded, "occurred_at", "yesterday", "is no time"),
    Case(.noteRecorded, "occurred_at", 1_795_000_000, "must be text"),
    Case(.noteRecorded, "occurred_at", "1999-12-31T23:59:59Z", "is before 2000"),
    Case(.noteRecorded, "occurred_at", "2000-01-01T00:00:00Z", nil),
    Case(
      .noteRecorded, "occurred_at", .string(received.adding(seconds: 300).description), nil),
    Case(
      .noteRecorded, "occurred_at", .string(received.adding(seconds: 301).description),
      "is more than 5 minutes after"),
    Case(.noteRecorded, "occurred_at", "2026-02-30T00:00:00Z", "is no time"),
  ]

  static let texts: [Case] = [
    Case(.noteRecorded, "text", "🚀 fixed 👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿", nil),
    Case(.noteRecorded, "text", "שלום עולם · مرحبا", nil),
    Case(.noteRecorded, "text", "", "is empty"),
    Case(.noteRecorded, "text", " \u{3000}", "is blank"),
    Case(.noteRecorded, "text", .string(String(repeating: "é", count: 4_000)), nil),
    Case(
      .noteRecorded, "text", .string(String(repeating: "é", count: 4_001)),
      "is 8002 bytes, more than 8000"),
    Case(.noteRecorded, "text", "a\nb", "has a control character, U+000A"),
    Case(.noteRecorded, "text", "a\u{1B}[31m", "has a control character, U+001B"),
    Case(.noteRecorded, "text", "a\u{0}", "has a control character, U+0000"),
    Case(.noteRecorded, "text", "a\u{85}", "has a control character, U+0085"),
    Case(.noteRecorded, "text", "a\u{2028}b", "has a control character, U+2028"),
    Case(.noteRecorded, "service", .string(String(repeating: "n", count: 255)), nil),
    Case(
      .noteRecorded, "service", .string(String(repeating: "n", count: 10_000)),
      "is 10000 bytes, more than 255"),
    Case(
      .deploymentRecorded, "reason", .string(String(repeating: "n", count: 1_001)),
      "is 1001 bytes, more than 1000"),
    Case(.noteRecorded, "text", ["x"], "must be text"),
  ]

  @Test(
    "are read as they are meant, or refused with the reason",
    arguments: digests + names + numbers + times + texts)
  func field(_ item: Case) {
    let problems = RecordSamples.problems(item.kind, item.member, item.value)
    guard let reason = item.reason else {
      #expect(problems == [])
      return
    }
    #expect(problems.count == 1)
    #expect(problems.first?.hasPrefix(item.member) == true)
    #expect(problems.first?.contains(reason) == true, "\(problems)")
  }

  @Test(
    "marks that turn the direction of text are refused, each by its name",
    arguments: [
      0x061C, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068,
      0x2069,
    ] as [UInt32])
  func directions(_ value: UInt32) throws {
    let scalar = try #require(Unicode.Scalar(value))
    let problems = RecordSamples.problems(.noteRecorded, "text", .string("a\(scalar)b"))
    let name =
      "U+" + String(repeating: "0", count: value < 0x1000 ? 1 : 0)
      + String(value, radix: 16, uppercase: true)
    #expect(problems == ["text has a mark that changes the direction of text, \(name)"])
  }

  @Test("what is echoed is short and clean")
  func echo() {
    let problems = RecordSamples.problems(
      .imageRecorded, "digest", .string("v1" + String(repeating: "x", count: 500)))
    #expect(problems.first?.utf8.count ?? 999 < 200)
    let unknown = RecordSamples.problems(.noteRecorded, "a\u{202E}\u{1B}b", 1)
    #expect(unknown.first?.hasPrefix("ab is unknown") == true, "\(unknown)")
  }

  // MARK: between fields

  private func deployment(_ phase: String, _ changes: [String: JSON?] = [:]) -> [String: JSON] {
    var body: [String: JSON] = ["id": "1", "phase": .string(phase)]
    if phase == "start" { body.merge(["service": "api", "environment": "test"]) { $1 } }
    for (name, value) in changes { body[name] = value }
    return body
  }

  @Test("the start of a deployment needs to say what and where; its end the id alone")
  func start() {
    #expect(
      RecordSamples.problems(.deploymentRecorded, ["id": "1", "phase": "start"]) == [
        "service is required at the start", "environment is required at the start",
      ])
    for phase in ["start", "finish", "fail"] {
      #expect(RecordSamples.problems(.deploymentRecorded, deployment(phase)) == [])
    }
    // A member that is there and wrong is not missing too.
    let wrong = deployment("start", ["service": ""])
    #expect(RecordSamples.problems(.deploymentRecorded, wrong) == ["service is empty"])
  }

  @Test(
    "the outcome goes with the phase",
    arguments: [
      ("start", nil, .null), ("start", "success", nil), ("finish", nil, "success"),
      ("finish", "success", "success"), ("finish", "rolled-back", "rolled-back"),
      ("finish", "failure", nil), ("finish", "cancelled", nil), ("fail", nil, "failure"),
      ("fail", "failure", "failure"), ("fail", "cancelled", "cancelled"), ("fail", "success", nil),
      ("fail", "rolled-back", nil),
    ] as [(String, JSON?, JSON?)])
  func outcome(_ phase: String, _ given: JSON?, _ recorded: JSON?) throws {
    let body = deployment(phase, ["outcome": given])
    guard let recorded else {
      let problems = RecordSamples.problems(.deploymentRecorded, body)
      #expect(problems.count == 1 && problems.first?.hasPrefix("outcome ") == true, "\(problems)")
      return
    }
    #expect(
      try RecordSamples.submission(.deploymentRecorded, body).entry.data["outcome"] == recorded)
  }

  @Test("a deployment of GitHub needs its repository")
  func gitHub() {
    let body = deployment("finish", ["github_deployment": 3])
    #expect(
      RecordSamples.problems(.deploymentRecorded, body)
        == ["repository_id is required with github_deployment"])
    let whole = deployment("finish", ["github_deployment": 3, "repository_id": 1])
    #expect(RecordSamples.problems(.deploymentRecorded, whole) == [])
  }

  @Test("nothing ends before it began")
  func order() {
    #expect(
      RecordSamples.problems(.buildRecorded, "finished_at", "2026-11-18T08:49:59Z")
        == ["finished_at is before started_at"])
    #expect(RecordSamples.problems(.buildRecorded, "finished_at", "2026-11-18T08:50:00Z") == [])
  }

  @Test("the digest of a container is the one in its image")
  func containers() {
    let other = "sha256:" + RecordSamples.hash
    let image = JSON.string("api@\(RecordSamples.digest)")
    #expect(
      RecordSamples.problems(
        .rolloutObserved, "containers", [["name": "a", "image": image, "digest": .string(other)]])
        == ["containers[0].digest is not the digest in image"])
    let twice: JSON = [
      ["image": .string("api@v1@\(other)"), "digest": .string(other)]
    ]
    #expect(RecordSamples.problems(.rolloutObserved, "containers", twice) == [])
  }

  @Test("an environment that is not configured is refused, and the known ones are named")
  func environments() {
    let known = ["staging", "production"]
    #expect(
      RecordSamples.problems(.noteRecorded, "environment", "production", environments: known) == [])
    #expect(
      RecordSamples.problems(.noteRecorded, "environment", "prodution", environments: known) == [
        "environment is no known environment; known are: production, staging; "
          + "did you mean production?"
      ])
    #expect(
      RecordSamples.problems(.noteRecorded, "environment", "qa", environments: known)
        == ["environment is no known environment; known are: production, staging"])
    #expect(
      RecordSamples.problems(.noteRecorded, "environment", "qa", environments: [])
        == ["environment is no known environment; known are: none"])
    #expect(RecordSamples.problems(.noteRecorded, "environment", nil, environments: known) == [])
  }

  @Test(
    "the nearest word is found, and a far one is not",
    arguments: [
      ("prod", nil), ("producton", "production"), ("Staging", "staging"), ("stagign", "staging"),
      ("satging", "staging"),
      ("", nil), ("x", nil),
    ] as [(String, String?)])
  func closest(_ text: String, _ word: String?) {
    #expect(Closest.word(to: text, among: ["production", "staging"]) == word)
  }
}
