import Gates
import Ledger
import Testing

/// A run of Actions is evidence once it is known what triggered it.
@Suite("A8 triggers")
struct TriggerTests {
  private let passed = Observation.ended("success", suite: 40)

  private func desk(
    _ rule: CheckRule = .run("test"), _ confirmation: Policy.Confirmation = .github
  ) throws -> Desk {
    let desk = try Desk(MergePolicy(rule), confirmation: confirmation, knowsTriggers: false)
    try desk.tell(Pull().entry())
    return desk
  }

  private func sight(_ event: String, suite: Int64 = 40) -> WorkflowRunSight {
    WorkflowRunSight(
      id: 90, attempt: 1, name: "CI", path: ".github/workflows/ci.yml", event: event, headSHA: head,
      status: "completed", conclusion: "success", suiteID: suite, actor: 7, startedAt: moment(0),
      updatedAt: moment(6))
  }

  @Test("A8 with GitHub: a pass waits for its trigger, read or told", arguments: [true, false])
  func waits(isRead: Bool) throws {
    let desk = try desk()
    try desk.tell(.check(passed))
    try desk.tell(.read(passed))
    #expect(try desk.last?.state == "pending" && desk.last?.confirming == true)
    #expect(try desk.last?.summary == "confirming test with GitHub")
    let entry: Entry =
      isRead
      ? try .read(passed, triggers: [sight("pull_request")])
      : try .workflowRun("pull_request", suite: 40)
    #expect(try desk.tell(entry).map(\.state) == ["allow"])
  }

  @Test("A8 a read that shows pull_request_target takes the evidence away")
  func target() throws {
    let desk = try desk()
    try desk.tell(.check(passed))
    try desk.tell(.read(passed, triggers: [sight("pull_request_target")]))
    #expect(try desk.last?.state == "pending" && desk.last?.confirming == false)
    #expect(try desk.last?.summary == "waiting for test")
  }

  @Test("A8 with webhooks alone: pending, and it says why")
  func webhooks() throws {
    let desk = try desk(.run("test"), .webhooks)
    let verdict = try #require(try desk.tell(.check(passed)).first)
    #expect(verdict.state == "pending")
    #expect(verdict.summary == "waiting for test (trigger unknown)")
    #expect(verdict.data["findings"]?.array?.first?["word"] == "trigger unknown")
    #expect(try desk.tell(.workflowRun("push", suite: 40)).map(\.state) == ["allow"])
  }

  @Test("A8 known by the App's id alone, too; other Apps have no trigger")
  func apps() throws {
    for (app, slug, state) in [
      (actions, nil, "pending"), (actions, "github-actions", "pending"), (77, "buildkite", "allow"),
    ] as [(Int64, String?, String)] {
      let rule = CheckRule(name: "test", reporter: .appID(app))
      let desk = try desk(rule, .webhooks)
      try desk.tell(.check(.ended("success", app: app, slug: slug, suite: 40)))
      #expect(try desk.last?.state == state)
    }
  }

  @Test("a failure blocks before its trigger is known")
  func failure() throws {
    let desk = try desk()
    #expect(try desk.tell(.check(.ended("failure", suite: 40))).map(\.state) == ["deny"])
  }

  @Test(
    "A8 pinned triggers: another one is no evidence",
    arguments: [("push", "pending"), ("pull_request", "allow"), ("merge_group", "allow")])
  func pinned(_ event: String, _ state: String) throws {
    var rule = CheckRule.run("test")
    rule.triggers = ["merge_group", "pull_request"]
    let desk = try desk(rule, .webhooks)
    try desk.tell(.workflowRun(event, suite: 40), .check(passed))
    #expect(try desk.last?.state == state)
    // The control: without the pin it counts.
    let open = try self.desk(.run("test"), .webhooks)
    try open.tell(.workflowRun(event, suite: 40), .check(passed))
    #expect(try open.last?.state == "allow")
  }

  @Test(
    "A8 pinned workflow: another file is no evidence",
    arguments: [(".github/workflows/ci.yml", "allow"), (".github/workflows/CI.yml", "pending")])
  func workflow(_ path: String, _ state: String) throws {
    var rule = CheckRule.run("test")
    rule.workflow = ".github/workflows/ci.yml"
    let desk = try desk(rule, .webhooks)
    try desk.tell(.workflowRun("pull_request", suite: 40, path: path), .check(passed))
    #expect(try desk.last?.state == state)
  }

  @Test("A8 after the merge: with webhooks alone a pass of unknown trigger is none, until told")
  func audit() throws {
    let desk = try desk(.run("test"), .webhooks)
    try desk.tell(.check(passed))
    let bypass = try desk.tell(Pull.merged(at: 10))
    #expect(bypass.map(\.entry.kind) == [.bypass])
    #expect(bypass[0].summary == "not finished: test (trigger unknown)")
    #expect(
      try desk.tell(.workflowRun("pull_request", suite: 40)).map(\.entry.kind) == [.verified])
  }
}
