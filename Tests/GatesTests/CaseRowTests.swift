import Gates
import Ledger
import Testing

/// Rows of the case table that are about more than one result.
@Suite("Case table, further rows")
struct CaseRowTests {
  @Test("G17 1,001 runs of one name: the latest decides, all are kept")
  func many() throws {
    let desk = try Desk(MergePolicy(.run("test")), confirmation: .webhooks)
    try desk.tell(Pull().entry())
    for run in 1...1_000 as ClosedRange<Int64> {
      desk.ledger.append(try .check(.ended("success", run: run, from: run, to: run + 1)))
    }
    try desk.tell(.check(.ended("failure", run: 1_001, from: 1_001, to: 1_002)))
    #expect(try desk.last?.state == "deny")
    #expect(try desk.ledger.checks(repository, head: head).count == 1_001)
    #expect(try desk.tell(Pull.merged(at: 1_000)).map(\.entry.kind) == [.bypass])
  }

  @Test("G19 the head moved while GitHub was read: the read allows nothing on the new head")
  func moved() throws {
    let desk = try Desk(MergePolicy(.run("test")))
    try desk.tell(Pull().entry())
    try desk.tell(.check(.ended("success")))
    try desk.tell(Pull(head: secondHead, updated: 9).entry("synchronize"))
    #expect(try desk.tell(.read(.ended("success"))).isEmpty)
    #expect(try desk.ledger.verdict(repository, 7, head: secondHead)?.state == "pending")
  }

  @Test("G23 a result on the test merge never opens the gate")
  func testMerge() throws {
    let desk = try Desk(MergePolicy(.run("test")), confirmation: .webhooks)
    try desk.tell(Pull().entry())
    var passed = Observation.ended("success")
    passed.headSHA = secondHead
    #expect(try desk.tell(.check(passed)).isEmpty)
    #expect(try desk.last?.state == "pending")
  }

  @Test("G21 retargeted from a weak branch to a guarded one and back")
  func retargeted() throws {
    let desk = try Desk(MergePolicy(.run("test")), confirmation: .webhooks)
    try desk.tell(Pull(base: "topic").entry(), .check(.ended("failure")))
    #expect(try desk.last == nil)
    #expect(try desk.tell(Pull(updated: 3).entry("edited")).map(\.state) == ["deny"])
    try desk.tell(Pull(base: "topic", updated: 4).entry("edited"))
    #expect(try desk.tell(.check(.ended("success", run: 2, from: 6, to: 9))).isEmpty)
  }

  @Test(
    "G26 one head, two bases: one policy, one status; a run on its own push is none of a fork's")
  func shared() throws {
    let policy = MergePolicy(.run("test"), branches: ["main", "release/*"])
    let desk = try Desk(policy)
    let verdicts = try desk.tell(Pull().entry(), Pull(number: 8, base: "release/1").entry())
    #expect(verdicts.map(\.state) == ["pending", "pending"])
    #expect(verdicts.compactMap(\.post).count == 1)
    var pinned = CheckRule.run("test")
    pinned.triggers = ["pull_request"]
    let strictDesk = try Desk(MergePolicy(pinned), confirmation: .webhooks)
    try strictDesk.tell(Pull().entry(), .workflowRun("push", suite: 41, run: 91))
    #expect(try strictDesk.tell(.check(.ended("success", suite: 41))).isEmpty)
  }

  @Test(
    "G27 draft, bot and auto-merge: no exemption, and who merged is recorded",
    arguments: [
      7_001, 41_898_282, 9_919,
    ] as [Int64])
  func whoever(_ person: Int64) throws {
    let desk = try Desk(MergePolicy(.run("test")), confirmation: .webhooks)
    #expect(try desk.tell(Pull(isDraft: true).entry()).map(\.state) == ["pending"])
    let audit = try desk.tell(Pull.merged(at: 10, by: person))
    #expect(audit.map(\.entry.kind) == [.bypass])
    #expect(audit.first?.data["merged_by"] == .int(person))
  }

  @Test("G38 renamed in the middle: the same repository; made anew under the old name: another")
  func renamed() throws {
    let desk = try Desk(MergePolicy(.run("test")), confirmation: .webhooks)
    try desk.tell(Pull().entry())
    var data = try Entry.check(.ended("success")).data.object ?? [:]
    data["repository"] = "acme/renamed"
    let renamed = try Entry(
      kind: .checkRun, at: nil, received: moment(0),
      source: .github(event: "check_run", delivery: "r", hook: 1), data: .object(data))
    #expect(try desk.tell(.check(.ended("success"), in: 641)).isEmpty)
    #expect(try desk.tell(renamed).map(\.state) == ["allow"])
  }

  @Test("G41 A9 a green commit of the fork network is no evidence for any pull request here")
  func imposter() throws {
    let imposter = String(repeating: "e", count: 40)
    let desk = try Desk(MergePolicy(.run("test")), confirmation: .webhooks)
    try desk.tell(Pull().entry("opened", fork: 999))
    #expect(try desk.tell(.check(.ended("success", sha: imposter))).isEmpty)
    #expect(try desk.tell(.check(.ended("success"), in: 999)).isEmpty)
    #expect(try desk.last?.state == "pending")
  }

  @Test("G45 nothing can be read any more: the pass stays pending, the merge undetermined")
  func suspended() throws {
    let desk = try Desk(MergePolicy(.run("test")))
    try desk.tell(Pull().entry())
    try desk.tell(.check(.ended("success")))
    #expect(try desk.last?.state == "pending" && desk.last?.confirming == true)
    try desk.tell(Pull(number: 8, head: secondHead).entry())
    let merged = try Pull(
      number: 8, head: secondHead, updated: 10, mergedAt: 10, state: "closed"
    ).entry("closed")
    #expect(try desk.tell(merged).map(\.entry.kind) == [.undetermined])
  }

  @Test(
    "G32 one instant in every shape that GitHub writes",
    arguments: [
      "2026-09-21T14:13:30Z", "2026-09-21T14:13:30.000Z", "2026-09-21T14:13:30+00:00",
      "2026-09-21T10:13:30.000-04:00", "2026-09-21T10:13:30-0400",
    ])
  func shapes(_ merged: String) throws {
    for (end, kind) in [(10, Kind.verified), (11, .bypass)] as [(Int64, Kind)] {
      let desk = try Desk(MergePolicy(.run("test")), confirmation: .webhooks)
      try desk.tell(Pull().entry(), .check(.ended("success", to: end)))
      var data = try Pull.merged(at: 10).data.object ?? [:]
      data["merged_at"] = .string(merged)
      #expect(
        try desk.tell(.github(.pullRequest, data, in: repository)).map(\.entry.kind) == [kind])
    }
  }

  @Test("A10 asked before its checks exist: pending, whatever else has passed")
  func asksEarly() throws {
    let desk = try Desk(MergePolicy(.run("test")), confirmation: .webhooks)
    #expect(try desk.tell(Pull().entry()).map(\.state) == ["pending"])
    try desk.tell(.check(.ended("success", "lint", run: 9)))
    #expect(try desk.last?.state == "pending")
    #expect(try desk.tell(.check(.ended("success"))).map(\.state) == ["allow"])
  }

  @Test("an old skipped result that is told last decides nothing")
  func race() throws {
    let desk = try Desk(MergePolicy(.run("test")), confirmation: .webhooks)
    try desk.tell(Pull().entry(), .check(.ended("success", run: 2, from: 6, to: 9)))
    #expect(try desk.tell(.check(.ended("skipped", run: 1))).isEmpty)
    #expect(try desk.last?.state == "allow")
  }

  @Test("A14 the pull request edits the policy file: only what the server puts in force judges")
  func editedPolicy() throws {
    let desk = try Desk(MergePolicy(.run("test")))
    try desk.tell(Pull().entry())
    let push: [String: JSON] = ["ref": "refs/heads/topic", "after": .string(head)]
    #expect(try desk.tell(.github(.push, push, in: repository)).isEmpty)
    #expect(try desk.last?.policy == desk.ledger.currentPolicy())
  }
}
