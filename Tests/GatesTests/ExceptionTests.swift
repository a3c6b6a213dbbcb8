import Gates
import Ledger
import Testing

@Suite("Exceptions, strict bases and new names")
struct ExceptionTests {
  /// The last day is that of `moment(0)`: 2026-09-21.
  private func accepting(_ word: String, until: String = "2026-09-21") throws -> CheckRule {
    var rule = CheckRule.run("test")
    rule.accepted = [
      try #require(Acceptance(word: word, reason: "nightly only", until: until))
    ]
    return rule
  }

  @Test("G3 G8 an exception of the policy makes a pass of one word, and says so")
  func accepted() throws {
    let desk = try Desk(MergePolicy(try accepting("skipped"), .run("lint")))
    try desk.tell(Pull().entry())
    let (test, lint) = (Observation.ended("skipped"), Observation.ended("success", "lint", run: 2))
    try desk.tell(.check(test), .check(lint))
    let allow = try #require(try desk.tell(.read(test, lint)).first)
    #expect(allow.state == "allow" && allow.summary == "2 of 2 passed at a1a1a1a (1 by exception)")
    let findings = allow.data["findings"]?.array
    #expect(findings?.map { $0["label"] } == [.string("by-exception"), nil])
    #expect(findings?.map { $0["word"] } == ["skipped", "success"])
    #expect(findings?.map { $0["result"] } == ["pass", "pass"])
    let audit = try desk.tell(Pull.merged(at: 10)).first
    #expect(audit?.summary == "2 of 2 had passed (1 by exception)")
    #expect(audit?.data["findings"]?.array?.first?["label"] == "by-exception")
  }

  @Test("G3 no other word, no other check", arguments: WordTests.refused)
  func others(_ word: String) throws {
    let policy = MergePolicy(try accepting("skipped"))
    #expect((policy.verdict([.ended(word)]).state == .allow) == (word == "skipped"))
    let other = MergePolicy(try accepting("skipped"), .run("lint"))
    #expect(other.verdict([.ended("skipped"), .ended("skipped", "lint", run: 2)]).state == .deny)
  }

  @Test("after its last day it counts no more, by the run's own clock")
  func expiry() throws {
    let day = try #require(Acceptance(word: "skipped", reason: "r", until: "2026-09-21"))
    #expect(day.end == Instant("2026-09-22T00:00:00Z"))
    let policy = MergePolicy(try accepting("skipped"))
    for (end, state) in [
      (day.end.adding(seconds: -1), Verdict.State.allow), (day.end, .deny),
      (day.end.adding(seconds: 1), .deny),
    ] {
      var seen = Observation.ended("skipped")
      seen.completedAt = end
      #expect(policy.verdict([seen]).state == state)
    }
    #expect(policy.verdict([.ended("skipped", to: nil)]).state == .deny)
  }

  @Test(
    "until is a day", arguments: ["", "2026-13-01", "2026-02-30", "2026-09-21T00:00:00Z", "soon"])
  func days(_ text: String) {
    #expect(Acceptance(word: "skipped", reason: "r", until: text) == nil)
  }

  // MARK: strict

  private func strict() throws -> Desk {
    var policy = MergePolicy(.run("test"))
    policy.isStrict = true
    let desk = try Desk(policy)
    try desk.tell(Pull().entry())
    try desk.tell(.check(.ended("success")))
    return desk
  }

  private func push(_ branch: String) throws -> Entry {
    try .github(
      .push, ["ref": .string("refs/heads/\(branch)"), "after": .string(secondHead)],
      in: repository)
  }

  @Test("G20 strict: no allow before a read says that the head contains its base")
  func contained() throws {
    let desk = try strict()
    try desk.tell(.read(.ended("success")))
    #expect(try desk.last?.state == "pending" && desk.last?.confirming == true)
    let allow = try desk.tell(.read(.ended("success"), behindBy: 0))
    #expect(allow.map(\.state) == ["allow"] && allow.map(\.post) == ["success"])
    // The control: a policy that is not strict does not ask.
    let lax = try Desk(MergePolicy(.run("test")))
    try lax.tell(Pull().entry())
    #expect(try lax.tell(.read(.ended("success"))).map(\.state) == ["allow"])
  }

  @Test("G20 behind its base: pending, until the head changes")
  func behind() throws {
    let desk = try strict()
    let verdict = try #require(try desk.tell(.read(.ended("success"), behindBy: 2)).first)
    #expect(verdict.state == "pending" && verdict.summary == "stale base: 2 commits behind")
    #expect(verdict.data["confirming"] == false && verdict.post == "pending")
    let rebased = try desk.tell(Pull(head: secondHead, updated: 9).entry("synchronize"))
    #expect(rebased.map(\.summary) == ["waiting for test"])
  }

  @Test("G20 a push to the base between test and merge takes the success back")
  func pushed() throws {
    let desk = try strict()
    try desk.tell(.read(.ended("success"), behindBy: 0))
    #expect(try desk.tell(push("topic")).isEmpty)
    let taken = try desk.tell(push("main"))
    #expect(taken.map(\.state) == ["pending"] && taken.map(\.post) == ["pending"])
    #expect(try desk.last?.confirming == true)
    let stale = try desk.tell(.read(.ended("success"), behindBy: 1))
    #expect(stale.map(\.summary) == ["stale base: 1 commit behind"])
  }

  @Test("G26 one head, two bases: the success waits for both")
  func twoBases() throws {
    var policy = MergePolicy(.run("test"), branches: ["main", "release"])
    policy.isStrict = true
    let desk = try Desk(policy)
    try desk.tell(Pull().entry(), Pull(number: 8, base: "release").entry())
    try desk.tell(.check(.ended("success")))
    let onMain = try desk.tell(.read(.ended("success"), behindBy: 0))
    #expect(onMain.map(\.state) == ["allow", "pending"])
    #expect(!onMain.map(\.post).contains("success"))
    var data = try Entry.read(.ended("success")).data.object ?? [:]
    data["base"] = ["ref": "release", "sha": .string(secondHead), "behind_by": 0]
    let both = try desk.tell(
      Entry(
        kind: .checksRead, at: nil, received: moment(0), source: .githubAPI,
        data: .object(data)))
    #expect(both.map(\.post) == ["success"])
  }

  // MARK: new names

  @Test("G39 renamed in CI: pending, and it says loudly what it may be called now")
  func renamed() throws {
    let verdict = MergePolicy(.run("test")).verdict([.ended("success", "tests")])
    #expect(verdict.state == .pending)
    #expect(verdict.summary == "waiting for test (reported under a new name? tests)")
    #expect(verdict.findings[0].json["hint"] == "reported under a new name? tests")
  }

  struct Name: Sendable {
    let other: String
    var hint: String?
    var app = actions
    var word = "success"
  }

  static let names = [
    Name(other: "Test", hint: "reported under a new name? Test"),
    Name(other: "tset", hint: nil), Name(other: "tests2", hint: nil), Name(other: "lint"),
    Name(other: "tests", hint: nil, app: 99),
    Name(other: "tests", hint: "reported under a new name? tests", word: "failure"),
    Name(other: "tes", hint: "reported under a new name? tes"),
  ]

  @Test("G39 close names of the same App alone", arguments: names)
  func hints(_ name: Name) {
    let verdict = MergePolicy(.run("test")).verdict([
      .ended(name.word, name.other, app: name.app, slug: name.app == actions ? nil : "evil")
    ])
    #expect(verdict.findings[0].hint == name.hint)
  }

  @Test("G11 G39 a leg that another rule expects is no new name")
  func legs() {
    let policy = MergePolicy(.run("build (1)"), .run("build (2)"))
    let verdict = policy.verdict([.ended("success", "build (1)", run: 1)])
    #expect(verdict.findings.map(\.hint) == [nil, nil])
    #expect(verdict.summary == "waiting for build (2)")
  }
}
