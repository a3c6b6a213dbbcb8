import Gates
import Ledger
import Testing

/// What is missing at a merge may only be late: GitHub is asked before anybody is blamed.
@Suite("Undetermined merges")
struct UndeterminedTests {
  private func merged(_ seen: Observation...) throws -> (Desk, [Stored]) {
    let desk = try Desk(MergePolicy(.run("test")))
    try desk.tell(Pull().entry())
    for observation in seen { try desk.tell(.check(observation)) }
    return (desk, try desk.tell(Pull.merged(at: 10)))
  }

  @Test("G9 missing at the merge: undetermined, then what GitHub shows decides")
  func missing() throws {
    let (desk, first) = try merged()
    let waiting = try #require(first.first)
    #expect(waiting.entry.kind == .undetermined && waiting.data["reason"] == "missing")
    #expect(try desk.ledger.audit(repository, 7)?.result == "undetermined")
    #expect(try desk.ledger.audit(repository, 7)?.sha == head)
    let bypass = try #require(try desk.tell(.read()).first)
    #expect(bypass.entry.kind == .bypass && bypass.data["replaces"] == .int(waiting.index))
    #expect(bypass.data["merged_by"] == waiting.data["merged_by"])
  }

  @Test("G36 the deliveries were lost: the read finds the success")
  func lost() throws {
    let (desk, first) = try merged()
    let verified = try #require(try desk.tell(.read(.ended("success"))).first)
    #expect(verified.entry.kind == .verified)
    #expect(verified.data["replaces"] == .int(first[0].index))
  }

  @Test("G37 they were late: no read is needed")
  func late() throws {
    let (desk, _) = try merged(.open())
    #expect(try desk.ledger.audit(repository, 7)?.result == "undetermined")
    #expect(try desk.tell(.check(.ended("success"))).map(\.entry.kind) == [.verified])
  }

  @Test("a read that began before the merge was told decides nothing")
  func earlyRead() throws {
    let desk = try Desk(MergePolicy(.run("test")))
    try desk.tell(Pull().entry())
    let since = try desk.ledger.size()
    #expect(try desk.tell(Pull.merged(at: 10)).map(\.entry.kind) == [.undetermined])
    #expect(try desk.tell(.read(since: since)).isEmpty)
    #expect(try desk.tell(.read()).map(\.entry.kind) == [.bypass])
  }

  @Test("G30 running at the merge: undetermined; its end after the merge is a bypass at once")
  func unfinished() throws {
    let (desk, first) = try merged(.open())
    #expect(first.map(\.entry.kind) == [.undetermined])
    #expect(first[0].data["reason"] == "pending-at-merge")
    #expect(try desk.tell(.check(.ended("success", to: 11))).map(\.entry.kind) == [.bypass])
    #expect(try desk.tell(.check(.ended("success", run: 2, from: 12, to: 13))).isEmpty)
    #expect(try desk.tell(.read(.ended("success", run: 2, from: 12, to: 13))).isEmpty)
  }

  @Test(
    "what had failed is a bypass at once",
    arguments: ["failure", "skipped", "cancelled", "strange"])
  func conclusive(_ word: String) throws {
    #expect(try merged(.ended(word)).1.map(\.entry.kind) == [.bypass])
  }

  @Test("also when another check is missing")
  func both() throws {
    let desk = try Desk(MergePolicy(.run("test"), .run("lint")))
    try desk.tell(Pull().entry(), .check(.ended("failure")))
    #expect(try desk.tell(Pull.merged(at: 10)).map(\.entry.kind) == [.bypass])
  }

  @Test("a bypass that was decided waits no more; evidence in time still takes it back")
  func decided() throws {
    let (desk, _) = try merged()
    try desk.tell(.read())
    #expect(try desk.ledger.audit(repository, 7)?.result == "bypass")
    #expect(try desk.tell(.check(.open("queued"))).map(\.entry.kind) == [.bypass])
    #expect(try desk.tell(.check(.ended("success"))).map(\.entry.kind) == [.verified])
  }

  @Test("G45 nobody can be asked: webhooks alone decide at once")
  func webhooks() throws {
    let desk = try Desk(MergePolicy(.run("test")), confirmation: .webhooks)
    #expect(try desk.tell(Pull.merged(at: 10)).map(\.entry.kind) == [.bypass])
  }

  @Test("G15 what a read shows of later runs changes nothing")
  func laterRuns() throws {
    let (desk, _) = try merged()
    let audit = try desk.tell(.read(.ended("success", from: 11, to: 12)))
    #expect(audit.map(\.entry.kind) == [.bypass] && audit[0].data["reason"] == "missing")
  }

  @Test("G31 an end in the second of the merge counts, and is labelled", arguments: [9, 10, 11])
  func sameSecond(_ second: Int64) throws {
    let (_, audit) = try merged(.ended("success", to: second))
    #expect(audit.map(\.entry.kind) == [second <= 10 ? .verified : .bypass])
    let label = audit[0].data["findings"]?.array?.first?["label"]
    #expect(label == (second == 10 ? .string("same-second") : nil))
  }

  @Test("G22 the head alone was tested: the entry says so", arguments: [true, false])
  func untested(hasChecks: Bool) throws {
    let desk = try Desk(MergePolicy(.run("test")))
    let merge = String(repeating: "c3", count: 20)
    try desk.tell(Pull().entry(), .check(.ended("success")))
    if hasChecks { try desk.tell(.check(.ended("success", run: 2, sha: merge))) }
    try desk.tell(.check(.ended("success", "other", run: 3, sha: merge)))
    let audit = try desk.tell(Pull.merged(at: 10))
    #expect(audit.map(\.entry.kind) == [.verified])
    #expect(
      audit[0].data["label"]
        == (hasChecks ? nil : .string("head tested, merge result not tested")))
  }

  @Test("G22 squash, rebase and merge commit: the same answer", arguments: [nil, head, secondHead])
  func methods(_ merge: String?) throws {
    let desk = try Desk(MergePolicy(.run("test")))
    try desk.tell(Pull().entry(), .check(.ended("success")))
    var data = try Pull.merged(at: 10).data.object ?? [:]
    data["merge_sha"] = .optional(merge)
    let audit = try desk.tell(.github(.pullRequest, data, in: repository))
    #expect(audit.map(\.entry.kind) == [.verified])
    #expect(audit[0].data["head_sha"] == .string(head))
    // A fast-forward lands what was tested.
    #expect((audit[0].data["label"] == nil) == (merge != secondHead))
  }
}
