import Gates
import Ledger
import LedgerTesting
import Testing

@Suite("Workflow identity")
struct WorkflowIdentityTests {
  @Test("every member comes from its claim")
  func whole() throws {
    let workflow = "acme/api/.github/workflows/deploy.yml@refs/heads/main"
    #expect(
      try Claimed.identity([
        "job_workflow_ref": "acme/shared/.github/workflows/ship.yml@refs/tags/v1",
        "run_attempt": "3",
      ])
        == WorkflowIdentity(
          repositoryID: 640, repository: "acme/api", ownerID: 45, runID: 12_000_000_001,
          runAttempt: 3, sha: head, ref: "refs/heads/main", environment: "production",
          eventName: "push", workflowRef: workflow,
          jobWorkflowRef: "acme/shared/.github/workflows/ship.yml@refs/tags/v1", actorID: 9001,
          actor: "noor", jti: "5ea1-0001", expires: moment(300)))
  }

  @Test(
    "what a run may lack is nil",
    arguments: ["environment", "job_workflow_ref", "actor_id", "actor"]
  )
  func optional(_ name: String) throws {
    let absent = try Claimed.identity([name: .none])
    for empty: JSON in [.null, ""] {
      #expect(try Claimed.identity([name: empty]) == absent)
    }
    let members: [AnyHashable?] = [
      absent.environment, absent.jobWorkflowRef, absent.actorID, absent.actor,
    ]
    #expect(members.filter { $0 == nil }.count == 1)
  }

  static let required = [
    "repository_id", "repository", "repository_owner_id", "run_id", "run_attempt", "sha", "ref",
    "event_name", "workflow_ref", "jti", "exp",
  ]

  @Test("a claim that is missing is named", arguments: required)
  func missing(_ name: String) {
    let found = Claimed.refusal { () throws(WorkflowRefusal) in
      try WorkflowIdentity(claims: Claimed.with([name: .none]))
    }
    #expect(found == "the claim \(name) is missing")
  }

  static let strings =
    required.dropLast() + ["environment", "job_workflow_ref", "actor_id", "actor"]

  @Test("a claim of another type is named", arguments: strings)
  func type(_ name: String) {
    for wrong: JSON in [640, true, ["x"], ["a": "x"], .number("1.5")] {
      let found = Claimed.refusal { () throws(WorkflowRefusal) in
        try WorkflowIdentity(claims: Claimed.with([name: wrong]))
      }
      #expect(found == "the claim \(name) is no string", "\(wrong)")
    }
  }

  @Test(
    "an id is digits",
    arguments: ["repository_id", "repository_owner_id", "run_id", "run_attempt", "actor_id"],
    [
      "0", "007", "-1", "+1", " 1", "1 ", "1.0", "1e3", "0x10", "seven", "٣",
      "9223372036854775808",
    ])
  func id(_ name: String, _ value: String) {
    let found = Claimed.refusal { () throws(WorkflowRefusal) in
      try WorkflowIdentity(claims: Claimed.with([name: .string(value)]))
    }
    #expect(found == "the claim \(name) is no numeric id")
  }

  @Test("an id may have 63 bits")
  func largest() throws {
    #expect(try Claimed.identity(["run_id": "9223372036854775807"]).runID == .max)
  }

  struct Wrong: Sendable, CustomTestStringConvertible {
    let name: String
    let value: String

    var testDescription: String { "\(name) \(value.prefix(40))" }

    init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  static let wrong: [Wrong] = [
    Wrong("repository", "api"), Wrong("repository", "acme/"), Wrong("repository", "/api"),
    Wrong("repository", "acme/api/x"), Wrong("repository", "acme/a pi"),
    Wrong("repository", "acme/äpi"), Wrong("repository", ""),
    Wrong("sha", String(repeating: "a", count: 39)),
    Wrong("sha", String(repeating: "a", count: 41)),
    Wrong("sha", String(repeating: "A", count: 40)),
    Wrong("sha", String(repeating: "g", count: 40)), Wrong("sha", "main"), Wrong("sha", ""),
    Wrong("ref", ""), Wrong("ref", String(repeating: "r", count: 1025)),
    Wrong("ref", "refs/heads/a\nb"), Wrong("event_name", ""), Wrong("event_name", "pu\u{0}sh"),
    Wrong("event_name", String(repeating: "e", count: 101)), Wrong("workflow_ref", ""),
    Wrong("workflow_ref", "x\u{7F}"), Wrong("jti", ""),
    Wrong("jti", String(repeating: "j", count: 256)), Wrong("jti", "a\tb"),
    Wrong("environment", "pro\u{1B}[1m"),
    Wrong("environment", String(repeating: "e", count: 256)),
    Wrong("job_workflow_ref", "a\r"), Wrong("actor", String(repeating: "a", count: 256)),
  ]

  @Test("a claim with a wrong value is named, and its value is not repeated", arguments: wrong)
  func value(_ wrong: Wrong) throws {
    let found = try #require(
      Claimed.refusal { () throws(WorkflowRefusal) in
        try WorkflowIdentity(claims: Claimed.with([wrong.name: .string(wrong.value)]))
      })
    #expect(found.hasPrefix("the claim \(wrong.name) "))
    #expect(wrong.value.isEmpty || !found.contains(wrong.value))
  }

  @Test("the longest jti that is allowed")
  func longest() throws {
    let jti = String(repeating: "j", count: 255)
    #expect(try Claimed.identity(["jti": .string(jti)]).jti == jti)
  }

  @Test(
    "exp is whole seconds",
    arguments: [
      "1790000300", "2026-11-20T23:41:07Z", .number("1790000300.0"), .number("1e10"), true, .null,
      .int(.max), .int(.min), [1_790_000_300],
    ] as [JSON])
  func expires(_ value: JSON) {
    let found = Claimed.refusal { () throws(WorkflowRefusal) in
      try WorkflowIdentity(claims: Claimed.with(["exp": value]))
    }
    #expect(found == "the claim exp is no time in seconds")
  }

  @Test(
    "sub is not looked at",
    arguments: [
      "repo:acme/api:environment:production", "repo:acme@45/api@640:environment:production",
      "anything", 7, .null,
    ] as [JSON])
  func subject(_ value: JSON) throws {
    #expect(try Claimed.identity(["sub": value]) == Claimed.identity())
    #expect(try Claimed.identity(["sub": .none]) == Claimed.identity())
  }

  @Test("claims that are no object", arguments: [.null, [], "x", 1] as [JSON])
  func noObject(_ claims: JSON) {
    let found = Claimed.refusal { () throws(WorkflowRefusal) in
      try WorkflowIdentity(claims: claims)
    }
    #expect(found == "the token holds no JSON object")
  }
}
