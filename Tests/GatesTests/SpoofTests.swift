import Gates
import Ledger
import Testing

/// Who may write to a repository can report a check of any name: none of these may open the gate.
@Suite("A6 spoofed evidence")
struct SpoofTests {
  struct Spoof: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var rule = CheckRule.run("test")
    let seen: Observation
    var repository = GatesTests.repository
  }

  static let spoofs: [Spoof] = [
    Spoof(
      testDescription: "another App", seen: .ended("success", app: 99, slug: "evil")),
    Spoof(
      testDescription: "an App with a similar slug",
      seen: .ended("success", app: 99, slug: "github-actions-")),
    Spoof(
      testDescription: "an App with the slug in capitals",
      seen: .ended("success", app: 99, slug: "GitHub-Actions")),
    Spoof(
      testDescription: "another App, without its slug", seen: .ended("success", app: 99, slug: nil)),
    Spoof(testDescription: "no App at all", seen: .ended("success", app: nil, slug: nil)),
    Spoof(
      testDescription: "another App's id",
      rule: CheckRule(name: "test", reporter: .appID(actions)),
      seen: .ended("success", app: 99, slug: "github-actions")),
    Spoof(
      testDescription: "a slug without a known id, without its slug",
      rule: CheckRule(name: "test", reporter: .app(slug: "buildkite")),
      seen: .ended("success", app: actions, slug: nil)),
    Spoof(testDescription: "a status of the same name", seen: .posted("success")),
    Spoof(
      testDescription: "a status for a rule on any App",
      rule: CheckRule(name: "test", reporter: .anyApp), seen: .posted("success")),
    Spoof(
      testDescription: "a check run for a status's rule", rule: .status("test"),
      seen: .ended("success", app: 7)),
    Spoof(
      testDescription: "a status by somebody else", rule: .status("test"),
      seen: .posted("success", by: 8)),
    Spoof(
      testDescription: "a status by nobody", rule: .status("test"),
      seen: .posted("success", by: nil)),
    Spoof(
      testDescription: "another SHA", seen: .ended("success", sha: secondHead)),
    Spoof(
      testDescription: "another repository", seen: .ended("success"), repository: 641),
  ]

  @Test("0 of these open the gate", arguments: spoofs)
  func refused(_ spoof: Spoof) throws {
    let desk = try Desk(MergePolicy(spoof.rule), confirmation: .webhooks)
    try desk.tell(Pull().entry())
    try desk.tell(Entry.check(spoof.seen, in: spoof.repository))
    #expect(try desk.last?.state == "pending")
  }

  @Test("and a matcher by name alone lets them in", arguments: spoofs)
  func control(_ spoof: Spoof) {
    let byName = spoof.seen.name == spoof.rule.name && spoof.seen.conclusion == "success"
    #expect(byName)
  }

  @Test("the honest reporter opens it")
  func honest() throws {
    let cases: [(CheckRule, Observation)] = [
      (.run("test"), .ended("success")), (.run("test"), .ended("success", slug: nil)),
      (CheckRule(name: "test", reporter: .appID(actions)), .ended("success", slug: nil)),
      (CheckRule(name: "test", reporter: .anyApp), .ended("success", app: nil, slug: nil)),
      (.status("test"), .posted("success")),
    ]
    for (rule, seen) in cases {
      let desk = try Desk(MergePolicy(rule), confirmation: .webhooks)
      try desk.tell(Pull().entry())
      try desk.tell(Entry.check(seen))
      #expect(try desk.last?.state == "allow")
    }
  }

  @Test("A8 a run on pull_request_target is no evidence", arguments: [true, false])
  func target(isFirst: Bool) throws {
    let desk = try Desk(MergePolicy(.run("test")), confirmation: .webhooks)
    try desk.tell(Pull().entry())
    let check = try Entry.check(.ended("success", suite: 40))
    let run = try Entry.workflowRun("pull_request_target", suite: 40)
    for entry in isFirst ? [run, check] : [check, run] { try desk.tell(entry) }
    #expect(try desk.last?.state == "pending")
    #expect(try desk.last?.summary == "waiting for test")
  }

  @Test("A8 nor does it hide an honest run", arguments: ["pull_request", "push", "merge_group"])
  func honestTrigger(_ event: String) throws {
    let desk = try Desk(MergePolicy(.run("test")), confirmation: .webhooks)
    try desk.tell(Pull().entry())
    try desk.tell(
      Entry.workflowRun("pull_request_target", suite: 40),
      Entry.workflowRun(event, suite: 41, run: 91))
    try desk.tell(
      Entry.check(.ended("success", run: 1, suite: 41)),
      Entry.check(.ended("failure", run: 2, from: 6, to: 9, suite: 40)))
    #expect(try desk.last?.state == "allow")
  }
}
