import Gates
import Ledger
import Testing

/// The gate over the life of a pull request: which verdicts it records and what it wants posted.
@Suite("Merge gate")
struct MergeGateTests {
  static let policy = MergePolicy(.run("test"), branches: ["main", "release/*"])

  @Test("opened: pending at once, with a post")
  func opened() throws {
    let desk = try Desk(MergeGateTests.policy)
    let verdicts = try desk.tell(Pull().entry())
    let verdict = try #require(verdicts.first)
    #expect(verdicts.count == 1)
    #expect(verdict.entry.kind == .verdict && verdict.entry.source == .ledger)
    #expect(verdict.state == "pending" && verdict.summary == "waiting for test")
    #expect(
      verdict.data["post"] == [
        "context": "ledger/merge-gate", "state": "pending", "description": "waiting for test",
      ])
    #expect(verdict.data["head_sha"] == .string(head) && verdict.data["pull"] == 7)
    #expect(verdict.data["repository_id"] == .int(repository) && verdict.data["head_entry"] == 2)
    #expect(verdict.data["policy"]?.string == (try desk.ledger.currentPolicy()))
    #expect(verdict.data["replaces"] == .null && verdict.data["confirming"] == false)
  }

  @Test("success: confirming, without a post while a blocking status stands; the read allows")
  func confirmed() throws {
    let desk = try Desk(MergeGateTests.policy)
    let first = try desk.tell(Pull().entry())
    let confirming = try #require(try desk.tell(.check(.ended("success"))).first)
    #expect(confirming.state == "pending" && confirming.data["confirming"] == true)
    #expect(confirming.summary == "confirming test with GitHub")
    #expect(confirming.data["post"] == .null)
    #expect(confirming.data["replaces"] == .int(first[0].index))
    let allow = try #require(try desk.tell(.read(.ended("success"))).first)
    #expect(allow.state == "allow" && allow.post == "success")
    #expect(allow.data["replaces"] == .int(confirming.index))
    let finding = allow.data["findings"]?.array?.first
    #expect(finding?["confirmed"] == true && finding?["run"] == 1)
    #expect(finding?["entries"]?.array?.contains(6) == true)
  }

  @Test("a read that saw something else confirms nothing")
  func contradicted() throws {
    let desk = try Desk(MergeGateTests.policy)
    try desk.tell(Pull().entry())
    try desk.tell(.check(.ended("success")))
    try desk.tell(.read(.ended("success", run: 9, from: 0, sha: secondHead), sha: secondHead))
    #expect(try desk.last?.state == "pending")
    #expect(try desk.tell(.read(.open(run: 2, from: 6))).first?.state == "pending")
    #expect(try desk.last?.summary == "waiting for test")
  }

  @Test("G16 equal start, and the newest read shows the run open again: no allow")
  func resetInTheSameSecond() throws {
    let desk = try Desk(MergeGateTests.policy)
    try desk.tell(Pull().entry())
    try desk.tell(.read(.ended("success")))
    #expect(try desk.last?.state == "allow")
    let taken = try #require(try desk.tell(.read(.open())).first)
    #expect(taken.state == "pending" && taken.post == "pending")
    #expect(try desk.tell(.read(.ended("success"))).first?.state == "allow")
  }

  @Test("G12 red after green: deny at once")
  func redAfterGreen() throws {
    let desk = try green()
    let deny = try #require(
      try desk.tell(.check(.ended("failure", run: 2, from: 6, to: 9))).first)
    #expect(deny.state == "deny" && deny.post == "failure" && deny.summary == "test failed")
  }

  @Test("G14 re-run after green: pending, posted; its success is confirmed again")
  func rerun() throws {
    let desk = try green()
    let pending = try desk.tell(.check(.open("queued", run: 2, from: 6))).first
    #expect(pending?.state == "pending" && pending?.post == "pending")
    let confirming = try desk.tell(.check(.ended("success", run: 2, from: 6, to: 9))).first
    #expect(confirming?.data["confirming"] == true && confirming?.data["post"] == .null)
    let again = try desk.tell(.read(.ended("success", run: 2, from: 6, to: 9))).first
    #expect(again?.state == "allow" && again?.post == "success")
  }

  @Test("a success that must be confirmed again is taken back")
  func takenBack() throws {
    let desk = try green()
    let next = try desk.tell(.check(.ended("success", run: 2, from: 6, to: 9))).first
    #expect(next?.data["confirming"] == true && next?.post == "pending")
  }

  @Test("G18 a new push starts again at pending; late success for the old head is useless")
  func pushed() throws {
    let desk = try green()
    let verdict = try desk.tell(Pull(head: secondHead, updated: 10).entry("synchronize")).first
    #expect(verdict?.state == "pending" && verdict?.post == "pending")
    #expect(verdict?.data["head_sha"] == .string(secondHead))
    #expect(verdict?.data["replaces"] == .null)
    #expect(try desk.tell(.check(.ended("success", run: 2, from: 11, to: 12))).isEmpty)
    #expect(try desk.ledger.verdict(repository, 7, head: secondHead)?.state == "pending")
  }

  @Test("unchanged: no entry")
  func unchanged() throws {
    let desk = try Desk(MergeGateTests.policy)
    #expect(try desk.tell(Pull().entry()).count == 1)
    #expect(try desk.tell(Pull().entry()).isEmpty)
    #expect(try desk.tell(.check(.ended("success", "other", run: 5))).isEmpty)
    #expect(try desk.tell(.check(.ended("success", sha: secondHead))).isEmpty)
    #expect(try desk.tell(.check(.ended("failure"))).count == 1)
    #expect(try desk.tell(.check(.ended("failure"))).isEmpty)
    #expect(try desk.tell().isEmpty)
  }

  @Test("two pull requests with one head: two verdicts, one post")
  func sharedHead() throws {
    let desk = try Desk(MergeGateTests.policy)
    let verdicts = try desk.tell(Pull().entry(), Pull(number: 8, base: "release/1").entry())
    #expect(verdicts.map { $0.data["pull"] } == [7, 8])
    #expect(verdicts.map(\.post) == ["pending", nil])
    let denied = try desk.tell(.check(.ended("failure")))
    #expect(denied.map(\.state) == ["deny", "deny"] && denied.map(\.post) == ["failure", nil])
    let third = try desk.tell(Pull(number: 9).entry())
    #expect(third.map(\.state) == ["deny"] && third.map(\.post) == [nil])
  }

  @Test("closed, and on a branch that is not guarded: none")
  func notGuarded() throws {
    let desk = try Desk(MergeGateTests.policy)
    #expect(try desk.tell(Pull(state: "closed").entry("closed")).isEmpty)
    #expect(try desk.tell(Pull(number: 8, base: "topic").entry()).isEmpty)
    #expect(try desk.tell(.check(.ended("success"))).isEmpty)
  }

  @Test("G21 retargeted to a guarded branch: judged under it")
  func retargeted() throws {
    let desk = try Desk(MergeGateTests.policy)
    #expect(try desk.tell(Pull(base: "topic").entry()).isEmpty)
    #expect(try desk.tell(Pull(updated: 3).entry("edited")).map(\.state) == ["pending"])
  }

  @Test("G1 a suite's success is never enough")
  func suite() throws {
    let desk = try Desk(MergeGateTests.policy)
    try desk.tell(Pull().entry())
    let suite: [String: JSON] = [
      "id": 40, "head_sha": .string(head), "status": "completed", "conclusion": "success",
      "app_id": .int(actions), "app": "github-actions", "name": "test",
    ]
    #expect(try desk.tell(.github(.checkSuite, suite, in: repository)).isEmpty)
    #expect(try desk.tell(.workflowRun("pull_request", suite: 40)).isEmpty)
    #expect(try desk.tell(.read(.ended("success"))).map(\.state) == ["allow"])
  }

  @Test("G25 a fork's head is joined by repository and commit")
  func fork() throws {
    let desk = try Desk(MergeGateTests.policy, confirmation: .webhooks)
    try desk.tell(Pull().entry("opened", fork: 999))
    #expect(try desk.tell(.check(.ended("success"), in: 999)).isEmpty)
    #expect(try desk.tell(.check(.ended("success"))).map(\.state) == ["allow"])
  }

  @Test("G27 a draft is no exemption")
  func draft() throws {
    let desk = try Desk(MergeGateTests.policy)
    #expect(try desk.tell(Pull(isDraft: true).entry()).map(\.state) == ["pending"])
  }

  @Test("G40 a policy change is applied to every open pull request")
  func policyChange() throws {
    let desk = try green()
    try desk.tell(Pull(number: 8, head: secondHead).entry())
    try desk.tell(Pull(number: 9, state: "closed").entry("closed"))
    let stricter = MergePolicy(.run("test"), .run("lint"))
    let entry = try Policy(merge: stricter, confirmation: .github).entry(received: moment(50))
    let verdicts = try desk.tell(entry)
    #expect(verdicts.map { $0.data["pull"] } == [7, 8])
    #expect(verdicts.map(\.state) == ["pending", "pending"])
    #expect(verdicts.map(\.summary) == ["waiting for lint", "waiting for test, lint"])
    #expect(verdicts.map(\.post) == ["pending", "pending"])
    #expect(try desk.tell(entry).isEmpty)
  }

  @Test("G48 without a policy, or without a merge gate in it, nothing is said")
  func noPolicy() throws {
    #expect(try Desk().tell(Pull().entry()).isEmpty)
    let desk = try Desk(Policy(merge: nil, confirmation: .github))
    #expect(try desk.tell(Pull().entry()).isEmpty)
  }

  @Test("G48 a policy that requires nothing denies")
  func nothingRequired() throws {
    let desk = try Desk(MergePolicy(.run("test", required: false)))
    #expect(try desk.tell(Pull().entry()).map(\.post) == ["failure"])
    try desk.tell(.read(.ended("success")))
    #expect(try desk.last?.state == "deny")
  }

  @Test("webhooks alone: allows without a read, and posts nothing")
  func webhooksAlone() throws {
    let desk = try Desk(MergeGateTests.policy, confirmation: .webhooks)
    let opened = try desk.tell(Pull().entry())
    #expect(opened.map(\.state) == ["pending"] && opened.map(\.post) == [nil])
    let allowed = try desk.tell(.check(.ended("success")))
    #expect(allowed.map(\.state) == ["allow"] && allowed.map(\.post) == [nil])
    #expect(allowed[0].data["confirming"] == false)
  }

  @Test("the same log gives the same verdicts, byte for byte")
  func replay() throws {
    let once = try life(stricter: false)
    #expect(once.count > 8)
    #expect(try life(stricter: false) == once)
    #expect(try life(stricter: true) != once)
  }

  private func life(stricter: Bool) throws -> [[UInt8]] {
    let desk = try Desk(
      stricter ? MergePolicy(.run("test"), .run("lint")) : MergeGateTests.policy)
    try desk.tell(Pull().entry(), Pull(number: 8).entry())
    try desk.tell(.check(.ended("success")), .check(.open("queued", "other", run: 3)))
    try desk.tell(.read(.ended("success")))
    try desk.tell(.check(.ended("failure", run: 2, from: 6, to: 9)))
    try desk.tell(Pull.merged(at: 20))
    return desk.ledger.log.map(\.entry.bytes)
  }

  /// A pull request that the gate has allowed.
  private func green() throws -> Desk {
    let desk = try Desk(MergeGateTests.policy)
    try desk.tell(Pull().entry())
    try desk.tell(.check(.ended("success")))
    #expect(try desk.tell(.read(.ended("success"))).map(\.post) == ["success"])
    return desk
  }
}
