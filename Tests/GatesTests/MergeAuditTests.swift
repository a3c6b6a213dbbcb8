import Gates
import Ledger
import Testing

/// Was a merge in order? Judged by everything that was ever seen, as it stood when it was merged.
@Suite("Merge audit")
struct MergeAuditTests {
  struct Line: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let seen: [Observation]
    let reason: MergeAudit.Reason?
    let summary: String

    init(
      _ title: String, _ seen: [Observation], _ reason: MergeAudit.Reason?, _ summary: String
    ) {
      testDescription = title
      self.seen = seen
      self.reason = reason
      self.summary = summary
    }
  }

  /// Merged at second 10; `test` is required.
  static let lines: [Line] = [
    Line("passed before", [.ended("success")], nil, "1 of 1 had passed"),
    Line("G9 never reported", [], .missing, "missing: test"),
    Line("failed", [.ended("failure")], .failed, "test failed"),
    Line("skipped", [.ended("skipped")], .failed, "test skipped, not passed"),
    Line("unknown word", [.ended("odd")], .failed, "test ended with the unknown word odd"),
    Line("running", [.open()], .pendingAtMerge, "not finished: test"),
    Line(
      "G30 success after the merge", [.open(), .ended("success", to: 30)], .pendingAtMerge,
      "not finished: test"),
    Line(
      "G30 failure after the merge", [.open(), .ended("failure", to: 30)], .pendingAtMerge,
      "not finished: test"),
    Line(
      "G30 started after the merge", [.ended("success", from: 11, to: 12)], .missing,
      "missing: test"),
    Line(
      "G31 ended in the second of the merge", [.ended("success", to: 10)], nil,
      "1 of 1 had passed"),
    Line(
      "G31 ended one second later", [.ended("success", to: 11)], .pendingAtMerge,
      "not finished: test"),
    Line(
      "G31 started in the second of the merge", [.ended("success"), .open(run: 2, from: 10)],
      .pendingAtMerge, "not finished: test"),
    Line(
      "G12 re-run was worse", [.ended("success"), .ended("failure", run: 2, from: 6, to: 9)],
      .failed, "test failed"),
    Line(
      "G14 re-run was running", [.ended("success"), .ended("success", run: 2, from: 6, to: 12)],
      .pendingAtMerge, "not finished: test"),
    Line(
      "G15 re-run after the merge is worse",
      [.ended("success"), .ended("failure", run: 2, from: 11, to: 12)], nil, "1 of 1 had passed"),
    Line(
      "G15 re-run after the merge is better",
      [.ended("failure"), .ended("success", run: 2, from: 11, to: 12)], .failed, "test failed"),
    Line(
      "G16 the run was reset after the merge",
      [.ended("success"), .open("in_progress", from: 11), .ended("failure", from: 11, to: 12)],
      nil, "1 of 1 had passed"),
    Line(
      "a success without an end", [.ended("success", to: nil)], .pendingAtMerge,
      "not finished: test"),
    Line(
      "a run without a start counts as there", [.open("queued", from: nil)], .pendingAtMerge,
      "not finished: test"),
    Line(
      "G15 a run that was first seen without a start, and started after the merge",
      [.ended("success"), .open("queued", run: 2, from: nil), .open(run: 2, from: 11)], nil,
      "1 of 1 had passed"),
  ]

  @Test("table", arguments: lines)
  func table(_ line: Line) {
    for rows in [line.seen, line.seen.reversed()] {
      let audit = MergePolicy(.run("test")).audit(rows.map { $0.row() }, mergedAt: moment(10))
      #expect(audit.reason == line.reason)
      #expect(audit.summary == line.summary)
    }
  }

  @Test("the reason is the worst of all; advisory checks are no reason")
  func reasons() {
    let policy = MergePolicy(.run("a"), .run("b"), .run("c"), .run("d", required: false))
    let failed = Observation.ended("failure", "a", run: 1)
    let open = Observation.open("queued", "b", run: 2)
    let advisory = Observation.ended("failure", "d", run: 4)
    let all = policy.audit([failed, open].map { $0.row() }, mergedAt: moment(10))
    #expect(all.reason == .failed)
    #expect(all.summary == "a failed; not finished: b; missing: c")
    #expect(policy.audit([open.row()], mergedAt: moment(10)).reason == .pendingAtMerge)
    #expect(policy.audit([], mergedAt: moment(10)).reason == .missing)
    let passed = ["a", "b", "c"].enumerated().map {
      Observation.ended("success", $0.element, run: Int64($0.offset)).row()
    }
    #expect(policy.audit(passed + [advisory.row()], mergedAt: moment(10)).reason == nil)
    #expect(MergePolicy().audit(passed, mergedAt: moment(10)).reason == .missing)
  }

  @Test("bypass: who merged, what was missing")
  func bypass() throws {
    let desk = try Desk(MergePolicy(.run("test"), .run("lint")))
    try desk.tell(Pull().entry(), .check(.ended("failure")))
    let audit = try #require(try desk.tell(Pull.merged(at: 10, by: 7_009)).first)
    #expect(audit.entry.kind == .bypass && audit.entry.at == moment(10))
    #expect(audit.data["reason"] == "failed" && audit.data["merged_by"] == 7_009)
    #expect(audit.summary == "test failed; missing: lint")
    #expect(audit.data["merged_at"] == .string(moment(10).description))
    #expect(audit.data["head_sha"] == .string(head) && audit.data["replaces"] == .null)
    #expect(audit.data["findings"]?.array?.map { $0["check"] } == ["test", "lint"])
    #expect(try desk.ledger.audit(repository, 7)?.result == "bypass")
  }

  @Test("G22 evidence stays at the head, whatever the merge commit is")
  func mergeCommit() throws {
    let desk = try Desk(MergePolicy(.run("test")))
    let merge = String(repeating: "c3", count: 20)
    try desk.tell(Pull().entry(), .check(.ended("failure", run: 2, sha: merge)))
    try desk.tell(.check(.ended("success")))
    #expect(try desk.tell(Pull.merged(at: 10)).map(\.entry.kind) == [.verified])
  }

  @Test("G18 G30 the head that was merged counts, not the one of a later push")
  func mergedHead() throws {
    let desk = try Desk(MergePolicy(.run("test")))
    try desk.tell(.check(.ended("success")))
    try desk.tell(Pull.merged(at: 10))
    let later = Pull(head: secondHead, updated: 20, state: "closed")
    #expect(try desk.tell(later.entry("synchronize")).isEmpty)
    #expect(try desk.ledger.audit(repository, 7)?.result == "verified")
  }

  @Test("G27 merged by a bot: the same rule, and it is named")
  func bot() throws {
    let desk = try Desk(MergePolicy(.run("test")), confirmation: .webhooks)
    let audit = try desk.tell(Pull.merged(at: 10, by: 41_898_282)).first
    #expect(audit?.entry.kind == .bypass && audit?.data["merged_by"] == 41_898_282)
  }

  @Test("late evidence of a success in time replaces the bypass")
  func late() throws {
    let desk = try Desk(MergePolicy(.run("test")), confirmation: .webhooks)
    try desk.tell(Pull().entry())
    let bypass = try #require(try desk.tell(Pull.merged(at: 10)).first)
    #expect(bypass.entry.kind == .bypass && bypass.data["reason"] == "missing")
    let verified = try #require(try desk.tell(.check(.ended("success"))).first)
    #expect(verified.entry.kind == .verified && verified.data["reason"] == .null)
    #expect(verified.data["replaces"] == .int(bypass.index))
    #expect(verified.summary == "1 of 1 had passed")
    #expect(try desk.ledger.audit(repository, 7)?.result == "verified")
  }

  @Test("G30 a later success does not: the violation stays for good")
  func tooLate() throws {
    let desk = try Desk(MergePolicy(.run("test")), confirmation: .webhooks)
    try desk.tell(Pull().entry(), .check(.open()))
    #expect(try desk.tell(Pull.merged(at: 10)).map(\.entry.kind) == [.bypass])
    #expect(try desk.tell(.check(.ended("success", to: 12))).isEmpty)
    #expect(try desk.tell(.check(.ended("success", run: 2, from: 13, to: 14))).isEmpty)
    #expect(try desk.tell(.read(.ended("success", run: 2, from: 13, to: 14))).isEmpty)
    #expect(try desk.ledger.audit(repository, 7)?.result == "bypass")
  }

  @Test("G15 a re-run after the merge changes it in neither direction", arguments: [true, false])
  func rerun(isVerified: Bool) throws {
    let desk = try Desk(MergePolicy(.run("test")))
    let (before, after) = isVerified ? ("success", "failure") : ("failure", "success")
    try desk.tell(Pull().entry(), .check(.ended(before)))
    let audits = try desk.tell(Pull.merged(at: 10))
    #expect(audits.map(\.entry.kind) == [isVerified ? .verified : .bypass])
    #expect(try desk.tell(.check(.open("queued", run: 2, from: 11))).isEmpty)
    #expect(try desk.tell(.check(.ended(after, run: 2, from: 11, to: 20))).isEmpty)
    #expect(try desk.tell(.check(.ended(after, from: 11, to: 20))).isEmpty)
  }

  @Test("every order of opening, check and merge ends in one answer")
  func orders() throws {
    let entries = try [
      Pull().entry(), .check(.open()), .check(.ended("success")), Pull.merged(at: 10),
      .check(.ended("failure", run: 2, from: 11, to: 12)),
    ]
    var results: Set<String?> = []
    try everyOrder(of: entries.count) { order in
      let desk = try Desk(MergePolicy(.run("test")))
      for index in order { try desk.tell(entries[index]) }
      results.insert(try desk.ledger.audit(repository, 7)?.result)
    }
    #expect(results == ["verified"])
  }

  @Test("the policy of the merge judges, not a later one")
  func policy() throws {
    let desk = try Desk(MergePolicy(.run("test")))
    try desk.tell(.check(.ended("success")))
    #expect(try desk.tell(Pull.merged(at: 10)).map(\.entry.kind) == [.verified])
    let stricter = Policy(merge: MergePolicy(.run("lint")), confirmation: .github)
    #expect(try desk.tell(stricter.entry(received: moment(50))).isEmpty)
    #expect(try desk.tell(.check(.ended("failure", "lint", run: 3))).isEmpty)
    #expect(try desk.ledger.audit(repository, 7)?.result == "verified")
  }

  @Test("a merge into a branch that is not guarded is not judged")
  func notGuarded() throws {
    let desk = try Desk(MergePolicy(.run("test")))
    #expect(try desk.tell(Pull.merged(at: 10, base: "topic")).isEmpty)
  }
}
