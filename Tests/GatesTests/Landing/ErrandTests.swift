import Gates
import Ledger
import Testing

/// What a conclusion asks to be written on GitHub.
@Suite("Errands")
struct ErrandTests {
  private static let both = BypassReactions(comments: true, opensIssue: true)

  @Test("a merge: a comment and an issue; a push has no pull request to write on")
  func promised() throws {
    let yard = try Yard(onBypass: ErrandTests.both)
    try yard.tell(.check(.ended("failure")))
    try yard.tell(Pull.merged(at: 30))
    let merge = try #require(yard.ledger.log.last { $0.entry.kind == .bypass })
    #expect(merge.data["errands"] == ["comment", "issue"])
    let forced = try yard.tell(Pushed(isForced: true).entry())
    #expect(forced[0].data["errands"] == ["issue"])
    let due = try yard.ledger.dueErrands(limit: 9)
    #expect(
      due.map(\.key) == [
        "comment/\(merge.index)", "issue/\(merge.index)", "issue/\(forced[0].index)",
      ])
    #expect(due.map(\.pull) == [7, 7, nil])
    try yard.verify()
  }

  @Test("no policy for it: nothing is promised, and the entry is as it always was")
  func nothing() throws {
    let yard = try Yard()
    let forced = try yard.tell(Pushed(isForced: true).entry())
    #expect(forced[0].data["errands"] == nil)
    #expect(try yard.ledger.dueErrands(limit: 9).isEmpty)
  }

  @Test("comments alone: nothing where there is no pull request")
  func commentsAlone() throws {
    let yard = try Yard(onBypass: BypassReactions(comments: true))
    #expect(try yard.tell(Pushed(isForced: true).entry())[0].data["errands"] == nil)
  }

  @Test("a bypass that turns out to be in order: one word more, and no new issue")
  func followUp() throws {
    let yard = try Yard(onBypass: ErrandTests.both)
    try yard.tell(Pushed(sha: mergeSHA).entry())
    let bypass = try yard.tell(.landingRead([], sha: mergeSHA))
    let verified = try yard.tell(Pull.merged(at: 20))
    #expect(verified[0].data["errands"] == ["follow-up"])
    let due = try yard.ledger.dueErrands(limit: 9).filter { $0.pull == nil }
    #expect(due.map(\.key) == ["issue/\(bypass[0].index)", "follow-up/\(verified[0].index)"])
    try yard.verify()
  }

  @Test("what was never a bypass, or was one nobody wrote about, has no follow-up")
  func noFollowUp() throws {
    let first = try Yard(onBypass: ErrandTests.both)
    try first.tell(Pushed(sha: mergeSHA).entry())
    #expect(try first.tell(Pull.merged(at: 20))[0].data["errands"] == nil)
    let second = try Yard()
    try second.tell(Pushed(sha: mergeSHA).entry())
    try second.tell(.landingRead([], sha: mergeSHA))
    try second.enforce(onBypass: ErrandTests.both)
    #expect(try second.tell(Pull.merged(at: 20))[0].data["errands"] == nil)
  }

  @Test("a bypass whose wording changes is one bypass")
  func rewritten() throws {
    let yard = try Yard(onBypass: ErrandTests.both)
    try yard.tell(.check(.ended("cancelled", from: 1, to: 5)))
    try yard.tell(Pull.merged(at: 30))
    try yard.tell(.check(.ended("failure", run: 2, from: 6, to: 9)))
    let bypasses = yard.ledger.log.filter { $0.entry.kind == .bypass }
    #expect(bypasses.count > 1)
    #expect(bypasses.compactMap { $0.data["errands"] } == [["comment", "issue"]])
    #expect(try yard.ledger.dueErrands(limit: 9).count == 2)
    try yard.verify()
  }

  @Test("what was done is due no more")
  func done() throws {
    let yard = try Yard(onBypass: ErrandTests.both)
    let forced = try yard.tell(Pushed(isForced: true).entry())
    let key = "issue/\(forced[0].index)"
    try yard.tell(
      Entry(
        kind: .errandDone, at: nil, received: moment(50), source: .githubAPI,
        data: [
          "key": .string(key), "errand": "issue", "repository_id": .int(repository), "pull": nil,
          "number": 12,
        ]))
    #expect(try yard.ledger.dueErrands(limit: 9).isEmpty)
    #expect(try yard.ledger.errandNumber(key) == 12)
  }

  @Test("the hash of a policy that does not react stays what it was")
  func hash() throws {
    var gate = MergePolicy(.run("test"))
    let plain = Policy(merge: gate, confirmation: .github)
    #expect(plain.json.at("gates", "merge", "on-bypass") == nil)
    gate.onBypass = ErrandTests.both
    let loud = Policy(merge: gate, confirmation: .github)
    #expect(loud.hash != plain.hash)
    let stored = Stored(index: 0, entry: try loud.entry(received: moment(0)))
    #expect(try Policy(stored) == loud)
  }
}
