import Gates
import Ledger
import Testing

/// What a merge queue tests is the commit that will land; the success of a head is not enough.
@Suite("G24 merge queue")
struct MergeQueueTests {
  static let policy = MergePolicy(.run("test"))
  private static func sha(_ letter: String) -> String { String(repeating: letter, count: 40) }
  /// The tip of main, and three groups that are stacked on it.
  private let base = sha("0")
  private let one = sha("1")
  private let two = sha("2")
  private let three = sha("3")

  private func group(
    _ sha: String, on base: String, pull: Int64, _ action: String = "checks_requested",
    reason: String? = nil, into branch: String = "main"
  ) throws -> Entry {
    try .github(
      .mergeGroup,
      [
        "action": .string(action), "head_sha": .string(sha), "base_sha": .string(base),
        "head_ref": .string("gh-readonly-queue/\(branch)/pr-\(pull)-\(base)"),
        "base_ref": .string(branch), "reason": .optional(reason), "pull": .int(pull),
      ], in: repository)
  }

  private func merged(
    _ number: Int64, at second: Int64, as sha: String? = nil, into branch: String = "main"
  ) throws -> Entry {
    var data =
      try Pull(
        number: number, head: MergeQueueTests.head(number), base: branch, updated: second,
        mergedAt: second, state: "closed"
      ).entry("closed").data.object ?? [:]
    data["merge_sha"] = .optional(sha)
    return try .github(.pullRequest, data, in: repository)
  }

  private static func head(_ number: Int64) -> String { sha(["a", "b", "c"][Int(number) - 7]) }

  /// Pull requests 7, 8 and 9, whose own heads have all passed, are queued one behind the other.
  private func queued(_ confirmation: Policy.Confirmation = .webhooks) throws -> Desk {
    let desk = try Desk(MergeQueueTests.policy, confirmation: confirmation)
    for number: Int64 in 7...9 {
      let head = MergeQueueTests.head(number)
      try desk.tell(Pull(number: number, head: head).entry())
      try desk.tell(.check(.ended("success", run: number, sha: head)))
    }
    try desk.tell(
      group(one, on: base, pull: 7), group(two, on: one, pull: 8), group(three, on: two, pull: 9))
    return desk
  }

  private func audit(_ desk: Desk, _ pull: Int64) throws -> String? {
    try desk.ledger.audit(repository, pull)?.result
  }

  @Test("G24 a group gets a verdict of its own: pending at once, posted on its commit")
  func verdict() throws {
    let desk = try Desk(MergeQueueTests.policy)
    let verdicts = try desk.tell(group(one, on: base, pull: 7))
    let verdict = try #require(verdicts.first)
    #expect(verdicts.count == 1 && verdict.state == "pending" && verdict.post == "pending")
    #expect(verdict.data["pull"] == .null && verdict.data["head_sha"] == .string(one))
    #expect(verdict.data["merge_group"]?.string?.hasPrefix("gh-readonly-queue/main/pr-7-") == true)
    #expect(verdict.data["head_entry"] == .int(verdict.index - 1))
    let passed = Observation.ended("success", sha: one)
    #expect(try desk.tell(.check(passed)).first?.data["confirming"] == true)
    let allow = try desk.tell(.read(passed, sha: one))
    #expect(allow.map(\.state) == ["allow"] && allow.map(\.post) == ["success"])
    #expect(try desk.ledger.verdict(repository, 0, head: one)?.state == "allow")
    #expect(
      try desk.tell(.check(.ended("skipped", run: 2, from: 6, sha: one))).map(\.post)
        == ["failure"])
  }

  @Test("G24 a group into a branch that nobody guards, and one that has ended, get none")
  func none() throws {
    let desk = try Desk(MergeQueueTests.policy)
    #expect(try desk.tell(group(one, on: base, pull: 7, into: "topic")).isEmpty)
    #expect(
      try desk.tell(group(two, on: base, pull: 8, "destroyed", reason: "invalidated")).isEmpty)
    #expect(try desk.tell(group(two, on: base, pull: 8)).isEmpty)
    #expect(try desk.tell(.check(.ended("success", sha: two))).isEmpty)
  }

  @Test("G24 a new policy is applied to every group in the queue")
  func policyChange() throws {
    let desk = try Desk(MergeQueueTests.policy)
    try desk.tell(group(one, on: base, pull: 7))
    let stricter = Policy(
      merge: MergePolicy(.run("test"), .run("lint")), confirmation: .github)
    let verdicts = try desk.tell(stricter.entry(received: moment(9)))
    #expect(verdicts.map(\.summary) == ["waiting for test, lint"])
  }

  @Test("G24 the success of its own head alone is a violation")
  func headAlone() throws {
    let desk = try queued()
    let audit = try #require(try desk.tell(merged(7, at: 20)).first)
    #expect(audit.entry.kind == .bypass && audit.data["reason"] == "missing")
    #expect(audit.data["evidence_sha"] == .string(three))
    // The control: without a queue it is enough.
    let plain = try Desk(MergeQueueTests.policy, confirmation: .webhooks)
    try plain.tell(.check(.ended("success", run: 7, sha: MergeQueueTests.head(7))))
    #expect(try plain.tell(merged(7, at: 20)).map(\.entry.kind) == [.verified])
  }

  @Test("G24 a group of three passes for all of them")
  func together() throws {
    let desk = try queued()
    try desk.tell(.check(.ended("success", sha: three)))
    for pull: Int64 in 7...9 {
      let audit = try #require(try desk.tell(merged(pull, at: 20)).first)
      #expect(audit.entry.kind == .verified && audit.data["evidence_sha"] == .string(three))
      #expect(audit.data["label"] == nil)
    }
  }

  @Test("G24 the middle one fails: the first is in order, the middle one is not")
  func middleFails() throws {
    let desk = try queued()
    try desk.tell(.check(.ended("success", run: 1, sha: one)))
    try desk.tell(.check(.ended("failure", run: 2, sha: two)))
    try desk.tell(merged(7, at: 20))
    try desk.tell(merged(8, at: 20))
    #expect(try audit(desk, 7) == "verified" && audit(desk, 8) == "bypass")
  }

  @Test("G24 invalidated: its checks answer for nothing; the group that replaces it does")
  func invalidated() throws {
    let again = MergeQueueTests.sha("9")
    let desk = try queued()
    try desk.tell(.check(.ended("success", run: 3, sha: three)))
    for (sha, base, pull) in [(one, base, 7), (two, one, 8), (three, two, 9)]
      as [(String, String, Int64)]
    {
      try desk.tell(group(sha, on: base, pull: pull, "destroyed", reason: "invalidated"))
    }
    try desk.tell(merged(9, at: 20))
    #expect(try audit(desk, 9) == "bypass")
    try desk.tell(group(again, on: base, pull: 9))
    #expect(try audit(desk, 9) == "bypass")
    try desk.tell(.check(.ended("success", run: 4, from: 6, to: 9, sha: again)))
    #expect(try audit(desk, 9) == "verified")
  }

  @Test("G24 dequeued, then merged past the queue: a violation")
  func dequeued() throws {
    let desk = try queued()
    try desk.tell(.check(.ended("success", sha: one)))
    try desk.tell(group(one, on: base, pull: 7, "destroyed", reason: "dequeued"))
    try desk.tell(merged(7, at: 20))
    #expect(try audit(desk, 7) == "bypass")
  }

  @Test("G24 a group that ended after the merge, or was first seen then, does not repair it")
  func tooLate() throws {
    let desk = try queued()
    try desk.tell(merged(7, at: 20))
    try desk.tell(.check(.ended("success", from: 15, to: 21, sha: one)))
    let later = MergeQueueTests.sha("8")
    try desk.tell(group(later, on: three, pull: 10))
    try desk.tell(.check(.ended("success", run: 5, from: 30, to: 40, sha: later)))
    #expect(try audit(desk, 7) == "bypass")
  }

  @Test("G24 with GitHub: the group is read, not the head")
  func read() throws {
    let desk = try queued(.github)
    for (sha, base, pull) in [(two, one, 8), (three, two, 9)] as [(String, String, Int64)] {
      try desk.tell(group(sha, on: base, pull: pull, "destroyed", reason: "dequeued"))
    }
    let waiting = try #require(try desk.tell(merged(7, at: 20)).first)
    #expect(waiting.entry.kind == .undetermined)
    #expect(waiting.data["evidence_sha"] == .string(one))
    #expect(try desk.ledger.audit(repository, 7)?.sha == one)
    #expect(try desk.tell(.read(sha: MergeQueueTests.head(7))).isEmpty)
    #expect(try desk.tell(.read(sha: one)).map(\.entry.kind) == [.bypass])
  }

  @Test("G24 a group that names no pull request is found by the commit that landed")
  func unnamed() throws {
    let desk = try Desk(MergeQueueTests.policy, confirmation: .webhooks)
    var data = try group(one, on: base, pull: 7).data.object ?? [:]
    data["pull"] = .null
    try desk.tell(.github(.mergeGroup, data, in: repository))
    try desk.tell(.check(.ended("failure", sha: one)))
    try desk.tell(.check(.ended("success", run: 7, sha: MergeQueueTests.head(7))))
    let audit = try desk.tell(merged(7, at: 20, as: one))
    #expect(audit.map(\.entry.kind) == [.bypass])
    #expect(audit.first?.data["evidence_sha"] == .string(one))
  }
  @Test("two spellings of a letter are two branches; older groups keep what was concluded of them")
  func spelling() throws {
    let (one, other) = ("caf\u{E9}", "cafe\u{301}")
    let policy = MergePolicy(.run("test"), branches: [one, other])
    for (isExact, base) in [(true, other), (true, one), (false, other)] {
      let desk = try Desk(policy, confirmation: .webhooks)
      var data = try group(self.one, on: self.base, pull: 7, into: base).data.object ?? [:]
      if isExact { data["branch_is"] = "exact" }
      try desk.tell(.github(.mergeGroup, data, in: repository))
      try desk.tell(.check(.ended("success", run: 7, sha: MergeQueueTests.head(7))))
      let isOfAnother = isExact && !base.isExactly(one)
      let expected: [Kind] = [isOfAnother ? .verified : .bypass]
      #expect(try desk.tell(merged(7, at: 20, into: one)).map(\.entry.kind) == expected)
    }
  }
}
