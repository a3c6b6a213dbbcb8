import Gates
import Ledger
import Testing

/// What is pushed to a guarded branch came through a pull request, or is a bypass (G28).
@Suite("Landings")
struct LandingTests {
  @Test("G28 a push that GitHub knows no pull request for is a bypass, with its actor")
  func noPullRequest() throws {
    let yard = try Yard()
    let open = try #require(try yard.tell(Pushed().entry()).first)
    #expect(open.entry.kind == .undetermined && open.data["confirming"] == true)
    #expect(open.reason == "not-read" && open.data["gate"] == "push")
    let bypass = try yard.tell(.landingRead([]))
    #expect(bypass.map(\.entry.kind) == [.bypass])
    #expect(bypass[0].reason == "no-pull-request" && bypass[0].replaced == open.index)
    #expect(bypass[0].data["actor"] == .int(pusher))
    #expect(bypass[0].data["sha"] == .string(pushedSHA) && bypass[0].data["branch"] == "main")
    #expect(bypass[0].data["pushed_at"] == .string(moment(20).description))
    #expect(bypass[0].data["entries"] == [1, 3])
    #expect(bypass[0].data["errands"] == nil)
    #expect(try yard.ledger.dueLandings(until: moment(99), limit: 9).isEmpty)
    try yard.verify()
  }

  enum Method: CaseIterable { case mergeOrSquash, rebase, fastForward }

  @Test("what a merged pull request made needs no conclusion", arguments: Method.allCases)
  func merged(_ method: Method) throws {
    let yard = try Yard()
    let sha = method == .fastForward ? head : mergeSHA
    #expect(try yard.tell(Pull.merged(at: 20), Pushed(sha: sha).entry()).isEmpty)
    #expect(try yard.ledger.dueLandings(until: moment(99), limit: 9).isEmpty)
    try yard.verify()
  }

  @Test("a push that comes before its merge is explained by it, without having been a bypass")
  func late() throws {
    let yard = try Yard()
    let open = try yard.tell(Pushed(sha: mergeSHA).entry())
    #expect(open.map(\.entry.kind) == [.undetermined])
    let verified = try yard.tell(Pull.merged(at: 20))
    #expect(verified.map(\.entry.kind) == [.verified])
    #expect(verified[0].replaced == open[0].index && verified[0].reason == nil)
    #expect(try yard.ledger.dueLandings(until: moment(99), limit: 9).isEmpty)
    #expect(lines(yard).compactMap { $0["at"] } == [], "it was never in doubt")
    try yard.verify()
  }

  @Test("a merge that is told after the bypass replaces it")
  func lateAfterBypass() throws {
    let yard = try Yard()
    try yard.tell(Pushed(sha: mergeSHA).entry())
    let bypass = try yard.tell(.landingRead([], sha: mergeSHA))
    let verified = try yard.tell(Pull.merged(at: 20))
    #expect(verified.map(\.entry.kind) == [.verified])
    #expect(verified[0].replaced == bypass[0].index)
    let line = try #require(lines(yard).first)
    #expect(line["outcome"] == .text("verified") && line["actor"] == .int(pusher))
    #expect(line["commit_sha"] == .text(mergeSHA))
    try yard.verify()
  }

  @Test("G22 a read names the pull request, and which commit its merge made")
  func read() throws {
    let yard = try Yard()
    let pull = Pull(updated: 20, mergedAt: 20, state: "closed")
    let entry = try pull.entry("closed")
    var members = try #require(entry.data.object)
    members["merge_sha"] = .null
    try yard.tell(.github(.pullRequest, members, in: repository), Pushed().entry())
    #expect(try yard.ledger.pull(repository, 7)?.merge?.sha == nil)
    let verified = try yard.tell(.landingRead([sight()]))
    #expect(verified.map(\.entry.kind) == [.verified])
    #expect(verified[0].summary == "pull request #7 was merged")
    #expect(try yard.ledger.pull(repository, 7)?.merge?.sha == pushedSHA)
    try yard.verify()
  }

  @Test(
    "a pull request that explains nothing",
    arguments: [
      sight(base: "release/1"), sight(mergedAt: nil), sight(mergedAt: 2_000),
      sight(mergeSHA: mergeSHA),
    ])
  func unrelated(_ pull: JSON) throws {
    let yard = try Yard()
    try yard.tell(Pushed().entry())
    #expect(try yard.tell(.landingRead([pull])).map(\.entry.kind) == [.bypass])
    try yard.verify()
  }

  @Test("a pull request merged into another branch explains nothing here")
  func otherBranch() throws {
    let yard = try Yard(branches: ["main", "release/*"])
    let open = try yard.tell(
      Pull.merged(at: 20), Pushed(sha: mergeSHA, branch: "release/1").entry())
    #expect(open.map(\.entry.kind) == [.undetermined])
  }

  @Test("two spellings of a letter are two branches; older pushes keep what was concluded of them")
  func spelling() throws {
    let (one, other) = ("caf\u{E9}", "cafe\u{301}")
    for isExact in [true, false] {
      let yard = try Yard(branches: [one, other])
      let push = Pushed(sha: mergeSHA, branch: one, isExact: isExact)
      let open = try yard.tell(Pull.merged(at: 20, base: other), push.entry())
      let expected: [Kind] = isExact ? [.undetermined] : []
      #expect(open.map(\.entry.kind) == expected)
      try yard.verify()
    }
  }

  @Test("a mark in front of a name hides no push, but in older entries")
  func mark() throws {
    for isExact in [true, false] {
      let yard = try Yard(branches: ["**"])
      let open = try yard.tell(Pushed(branch: "\u{301}x", isExact: isExact).entry())
      #expect(open.compactMap { $0.data["branch"]?.string } == (isExact ? ["\u{301}x"] : []))
      try yard.verify()
    }
  }

  @Test("a new branch may begin where another guarded one stands, and nowhere else")
  func created() throws {
    let yard = try Yard(branches: ["main", "release/*"])
    let made = Pushed(sha: mergeSHA, branch: "release/1", isCreated: true)
    #expect(try yard.tell(Pull.merged(at: 20), made.entry()).isEmpty)
    let other = Pushed(branch: "release/2", isCreated: true)
    #expect(try yard.tell(other.entry()).map(\.entry.kind) == [.undetermined])
    #expect(try yard.tell(.landingRead([])).map(\.reason) == ["no-pull-request"])
    try yard.verify()
  }

  @Test("a forced push drops commits: a bypass at once, also to a merged commit")
  func forced() throws {
    let yard = try Yard()
    try yard.tell(Pull.merged(at: 20))
    let bypass = try yard.tell(Pushed(sha: mergeSHA, isForced: true).entry())
    #expect(bypass.map(\.reason) == ["force-push"] && bypass[0].entry.kind == .bypass)
    #expect(try yard.tell(Pushed(sha: mergeSHA, at: 30).entry()).isEmpty, "nor does it go away")
    try yard.verify()
  }

  @Test(
    "no landings",
    arguments: [
      Pushed(branch: "feature"), Pushed(isDeleted: true),
      Pushed(sha: String(repeating: "0", count: 40)),
      Pushed(ref: "refs/tags/main"), Pushed(ref: "refs/heads/gh-readonly-queue/main/pr-7-a1"),
    ])
  func ignored(_ push: Pushed) throws {
    let yard = try Yard(branches: ["main", "gh-readonly-queue/**"])
    #expect(try yard.tell(push.entry()).isEmpty)
    #expect(try yard.tell(.landingRead([], sha: push.sha)).isEmpty)
  }

  @Test("what was pushed before anything was guarded is nobody's bypass")
  func beforeThePolicy() throws {
    let yard = try Yard(branches: ["release/*"])
    #expect(try yard.tell(Pushed().entry()).isEmpty)
    try yard.enforce()
    #expect(try yard.tell(.landingRead([])).isEmpty)
    try yard.verify()
  }

  @Test("a policy that comes between the push and its read forgives nothing")
  func policyBetween() throws {
    let yard = try Yard()
    try yard.tell(Pushed().entry())
    try yard.enforce(branches: ["release/*"])
    #expect(try yard.ledger.dueLandings(until: moment(99), limit: 9).count == 1)
    #expect(try yard.tell(.landingRead([])).map(\.entry.kind) == [.bypass])
    try yard.verify()
  }

  @Test("without credentials it stays undetermined, in sight, until it is explained")
  func webhooksAlone() throws {
    let yard = try Yard(confirmation: .webhooks)
    let open = try yard.tell(Pushed(sha: mergeSHA).entry())
    #expect(open.map(\.entry.kind) == [.undetermined] && open[0].reason == "no-credentials")
    #expect(try yard.ledger.dueLandings(until: moment(99), limit: 9).isEmpty)
    #expect(lines(yard).map { $0["outcome"] } == [.text("undetermined")])
    #expect(try yard.tell(Pull.merged(at: 20)).map(\.entry.kind) == [.verified])
    #expect(lines(yard).map { $0["outcome"] } == [.text("verified")])
    try yard.verify()
  }

  @Test("the same push again changes nothing; a later one is asked about again")
  func again() throws {
    let yard = try Yard()
    try yard.tell(Pushed().entry())
    try yard.tell(.landingRead([]))
    #expect(try yard.tell(Pushed(at: 10).entry()).isEmpty)
    let second = try yard.tell(Pushed(at: 500, actor: 8).entry())
    #expect(second.map(\.entry.kind) == [.undetermined])
    #expect(try yard.tell(.landingRead([])).map { $0.data["actor"] } == [8])
    try yard.verify()
  }

  @Test("G38 a repository that is renamed or transferred in between keeps its number")
  func renamed() throws {
    let yard = try Yard()
    try yard.tell(Pushed(sha: mergeSHA).entry())
    let merge = try Pull.merged(at: 20)
    var members = try #require(merge.data.object)
    members["repository"] = "umbrella/service"
    let renamed = try Entry(
      kind: .pullRequest, at: nil, received: moment(30), source: merge.source,
      data: .object(members))
    #expect(try yard.tell(renamed).map(\.entry.kind) == [.verified])
    members["repository"] = "acme/api"
    members["repository_id"] = 999
    let squatter = try Entry(
      kind: .pullRequest, at: nil, received: moment(40), source: merge.source,
      data: .object(members))
    try yard.tell(Pushed(sha: head).entry())
    let other = try yard.ledger.landingAudit(repository, branch: "main", sha: head)
    #expect(other == nil, "the merged head explains it")
    #expect(try yard.tell(squatter).isEmpty)
    try yard.verify()
  }

  private func lines(_ yard: Yard) -> [MemoryLedger.Row] {
    yard.ledger.all(Tables.history).filter { $0["kind"] == .text("push") && $0["at"] != nil }
  }
}
