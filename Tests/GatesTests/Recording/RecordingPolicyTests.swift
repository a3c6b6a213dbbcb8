import Gates
import Ledger
import Testing

@Suite("Recording policy")
struct RecordingPolicyTests {
  static let main = "acme/api/.github/workflows/deploy.yml@refs/heads/main"

  /// All that a rule can say.
  static let strict = WorkflowRule(
    repositoryID: 640, ownerID: 45, environments: ["production"],
    refs: [BranchPattern("refs/heads/main"), BranchPattern("refs/tags/v*")],
    workflows: [WorkflowPattern(main)].compactMap(\.self),
    jobWorkflows: [WorkflowPattern("acme/*/.github/workflows/*.yml@refs/heads/main")]
      .compactMap(\.self),
    events: ["push", "workflow_dispatch"])
  static let lax = WorkflowRule(repositoryID: 640, ownerID: 45)

  private func refusal(
    _ changes: [String: JSON?], by rules: [WorkflowRule] = [strict],
    deployingTo environment: String? = "production"
  ) throws -> String? {
    RecordingPolicy(audience: Claimed.audience, workflows: rules)
      .refusal(of: try Claimed.identity(changes), deployingTo: environment)
  }

  @Test("what fits is allowed")
  func allowed() throws {
    #expect(try refusal([:]) == nil)
    #expect(try refusal(["event_name": "workflow_dispatch"]) == nil)
    #expect(try refusal([:], deployingTo: nil) == nil)
    #expect(try refusal(["ref": "refs/tags/v1.2"]) == nil)
    #expect(
      try refusal(["job_workflow_ref": "acme/shared/.github/workflows/x.yml@refs/heads/main"])
        == nil)
  }

  @Test("a renamed repository is the same one")
  func renamed() throws {
    #expect(try refusal(["repository": "acme/renamed"]) == nil)
    #expect(try refusal(["repository": "acme/renamed"], by: [RecordingPolicyTests.lax]) == nil)
  }

  @Test("the same name with another id is another repository")
  func recreated() throws {
    let sentence = try refusal(["repository_id": "641"], by: [RecordingPolicyTests.lax])
    #expect(sentence == "repository_id 641 has no rule under recording.workflows")
    #expect(try refusal([:], by: []) == "repository_id 640 has no rule under recording.workflows")
  }

  struct Refused: Sendable, CustomTestStringConvertible {
    let claim: String
    let value: JSON?

    var testDescription: String { "\(claim) \(value?.string ?? "absent")" }

    init(_ claim: String, _ value: JSON?) {
      self.claim = claim
      self.value = value
    }
  }

  static let misfits: [Refused] = [
    Refused("repository_id", "64"), Refused("repository_owner_id", "46"),
    Refused("event_name", "pull_request"), Refused("event_name", "pull_request_target"),
    Refused("event_name", "schedule"), Refused("event_name", "workflow_run"),
    Refused("event_name", "Push"), Refused("event_name", "push "),
    Refused("environment", .none), Refused("environment", ""),
    Refused("environment", "Production"), Refused("environment", "production "),
    Refused("environment", "staging"), Refused("ref", "refs/heads/Main"),
    Refused("ref", "refs/heads/main2"), Refused("ref", "refs/pull/7/merge"),
    Refused("ref", "refs/heads/feature"), Refused("ref", "refs/tags/v1/x"), Refused("ref", "main"),
    Refused("workflow_ref", "acme/api/.github/workflows/other.yml@refs/heads/main"),
    Refused("workflow_ref", "acme/api/.github/workflows/deploy.yml@refs/heads/feature"),
    Refused("workflow_ref", "fork/api/.github/workflows/deploy.yml@refs/heads/main"),
    Refused("workflow_ref", "acme/api/.github/workflows/deploy.yml"),
    Refused("workflow_ref", .string("\(main)@refs/heads/main")),
    Refused("job_workflow_ref", .none),
    Refused("job_workflow_ref", "evil/x/.github/workflows/deploy.yml@refs/heads/main"),
    Refused("job_workflow_ref", "acme/x/.github/workflows/deploy.yml@refs/heads/dev"),
  ]

  @Test("one claim that does not fit refuses, and is named", arguments: misfits)
  func oneClaim(_ refused: Refused) throws {
    let sentence = try #require(try refusal([refused.claim: refused.value]))
    #expect(sentence.hasPrefix("\(refused.claim) "), "\(sentence)")
  }

  @Test(
    "without a list every event but one is allowed",
    arguments: [
      "push", "workflow_dispatch", "pull_request", "schedule", "release", "merge_group",
      "workflow_run", "repository_dispatch",
    ])
  func events(_ name: String) throws {
    let event: JSON = .string(name)
    #expect(try refusal(["event_name": event], by: [RecordingPolicyTests.lax]) == nil)
  }

  @Test("pull_request_target has to be listed")
  func guarded() throws {
    let event: [String: JSON?] = ["event_name": "pull_request_target"]
    let sentence = try refusal(event, by: [RecordingPolicyTests.lax])
    #expect(sentence?.hasPrefix("event_name is pull_request_target") == true)
    var rule = RecordingPolicyTests.lax
    rule.events = ["pull_request_target"]
    #expect(try refusal(event, by: [rule]) == nil)
    rule.events = ["push"]
    #expect(try refusal(event, by: [rule]) != nil)
  }

  @Test("who deploys must run in that environment, whatever the rule says")
  func environment() throws {
    let lax = [RecordingPolicyTests.lax]
    #expect(try refusal([:], by: lax, deployingTo: "production") == nil)
    for other in ["Production", "staging", "", "production "] {
      #expect(
        try refusal([:], by: lax, deployingTo: other)?.hasPrefix("environment is another one")
          == true)
    }
    #expect(
      try refusal(["environment": .none], by: lax)?.hasPrefix("environment is missing") == true)
    #expect(try refusal(["environment": .none], by: lax, deployingTo: nil) == nil)
  }

  @Test("names are compared byte by byte")
  func spelling() throws {
    var rule = RecordingPolicyTests.lax
    rule.environments = ["caf\u{E9}"]
    let claims: [String: JSON?] = ["environment": "cafe\u{301}"]
    #expect(try refusal(claims, by: [rule], deployingTo: nil) != nil)
    #expect(
      try refusal(claims, by: [.init(repositoryID: 640, ownerID: 45)], deployingTo: "café")
        != nil)
  }

  @Test("one rule that allows is enough; otherwise the one that came furthest speaks")
  func several() throws {
    var staging = RecordingPolicyTests.strict
    staging.environments = ["staging"]
    var other = RecordingPolicyTests.strict
    other.ownerID = 1
    #expect(try refusal([:], by: [other, staging, RecordingPolicyTests.strict]) == nil)
    #expect(try refusal([:], by: [other, staging])?.hasPrefix("environment is not") == true)
    #expect(try refusal([:], by: [staging, other])?.hasPrefix("environment is not") == true)
  }

  struct Line: Sendable, CustomTestStringConvertible {
    let pattern: String
    let yes: [String]
    let no: [String]

    var testDescription: String { pattern }

    init(_ pattern: String, yes: [String], no: [String]) {
      self.pattern = pattern
      self.yes = yes
      self.no = no
    }
  }

  static let lines = [
    Line(main, yes: [main], no: ["", "x", main + "2", "x" + main]),
    Line(
      "*/*/.github/workflows/deploy.yml@refs/heads/main",
      yes: [main, "new/name/.github/workflows/deploy.yml@refs/heads/main"],
      no: ["a/b/c/.github/workflows/deploy.yml@refs/heads/main"]),
    // A branch may be called `x@refs/heads/main`.
    Line(
      "**@refs/heads/main", yes: [main],
      no: ["acme/api/.github/workflows/evil.yml@refs/heads/x@refs/heads/main"]),
    Line(
      "acme/api/.github/workflows/deploy.yml@**",
      yes: [main, "acme/api/.github/workflows/deploy.yml@refs/heads/x@y"],
      no: ["acme/api/.github/workflows/deploy.yml"]),
  ]

  @Test("workflow patterns", arguments: lines)
  func patterns(_ line: Line) throws {
    let pattern = try #require(WorkflowPattern(line.pattern))
    for name in line.yes { #expect(pattern.matches(name), "\(name)") }
    for name in line.no { #expect(!pattern.matches(name), "\(name)") }
    #expect(pattern.text == line.pattern)
  }
}
