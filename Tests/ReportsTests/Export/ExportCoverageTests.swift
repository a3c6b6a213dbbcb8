import Ledger
import LedgerTesting
import Merkle
import Testing

@testable import Reports

/// What an export says about GitHub's deliveries rests on entries in it; unknown is never complete.
@Suite struct ExportCoverageTests {
  private static let madeAt: Double = 100

  private func at(_ seconds: Double) -> JSON { .string(ExportLog.at(seconds).description) }

  private func read(
    hook: String = "app", hookID: Int64? = 7, repository: Int64? = nil, from: Double, to: Double,
    after: Double? = nil, lost: [(String, Double)] = []
  ) -> JSON {
    [
      "hook": .string(hook), "hook_id": .optional(hookID), "repository_id": .optional(repository),
      "from": at(from), "to": at(to),
      "after": after.map(at) ?? .null,
      "lost": .array(lost.map { ["guid": .string($0.0), "event": "push", "at": at($0.1)] }),
      "missing": [],
    ]
  }

  private func log(
    _ reads: [JSON], delivered: Bool = true, received: Double? = nil
  ) throws -> ExportLog {
    var log = try ExportLog()
    try log.append(
      .push, ["repository_id": 1], at: received,
      source: delivered ? .github(event: "push", delivery: "g1", hook: 7) : .token("ci"))
    for read in reads { try log.append(.deliveriesRead, read, source: .githubAPI) }
    return log
  }

  private func coverage(
    _ reads: [JSON], delivered: Bool = true, received: Double? = nil, since: Double? = nil,
    until: Double? = nil
  ) throws -> ExportCoverage {
    var log = try log(reads, delivered: delivered, received: received)
    let cites = log.entries.filter { $0.entry.kind == .deliveriesRead }.map(\.index)
    let lines = try log.export(
      ["repository/1"], since: since.map { ExportLog.at($0) },
      until: until.map { ExportLog.at($0) }, madeAt: Self.madeAt, cites: [0] + cites)
    return try #require(try verify(lines).coverage.first)
  }

  @Test func completeByTheAppsList() throws {
    let found = try coverage([read(from: -100, to: 5), read(from: 5, to: 60)])
    #expect(found.state == .complete && found.gaps.isEmpty)
    #expect(found.from == ExportLog.at(-100) && found.to == ExportLog.at(60))
  }

  @Test func aRepositorysOwnHooksCountAndTheSlowestDecides() throws {
    let found = try coverage([
      read(hook: "7", repository: 1, from: 0, to: 60),
      read(hook: "8", repository: 1, from: 10, to: 40), read(from: 0, to: 90),
    ])
    #expect(found.state == .complete)
    #expect(found.from == ExportLog.at(10) && found.to == ExportLog.at(40))
  }

  /// That the first one was removed, and when the second one was made, no entry says: GitHub may as
  /// well have refused their lists.
  @Test func hooksThatAreComparedOneAfterTheOtherAreCompleteTogetherAlone() throws {
    let reads = [
      read(hook: "7", repository: 1, from: -300_000, to: -100_000),
      read(hook: "8", repository: 1, from: -200_000, to: 60),
    ]
    let found = try coverage(reads, received: -300_000)
    #expect(found.state == .gaps && found.gaps.count == 2)
    #expect(found.gaps.first?.to == ExportLog.at(-200_000))
    #expect(found.gaps.last?.from == ExportLog.at(-100_000))
    #expect(try coverage(reads, since: -50_000).state == .unknown)
    #expect(try coverage(reads, since: -200_000, until: -100_000).state == .complete)
  }

  @Test func whatNobodyComparedIsUnknown() throws {
    #expect(try coverage([]).state == .unknown)
    #expect(try coverage([]).reason?.contains("not compared") == true)
    // The App's list says nothing about a repository of which it delivered nothing.
    #expect(try coverage([read(from: 0, to: 60)], delivered: false).state == .unknown)
    #expect(try coverage([read(hook: "9", repository: 2, from: 0, to: 60)]).state == .unknown)
  }

  /// Where the App is not installed a repository may deliver by a hook of its own: the delivery in
  /// the file came by hook 7.
  @Test(arguments: [8, nil] as [Int64?])
  func whatTheAppsHookDidNotDeliverIsUnknown(_ hookID: Int64?) throws {
    let found = try coverage([read(hookID: hookID, from: 0, to: 60)])
    #expect(found.state == .unknown && found.from == nil && found.to == nil)
    #expect(found.reason?.contains("not compared") == true)
    #expect(found.reason?.contains("by the App's hook") == true)
  }

  /// As an earlier version wrote them, or when nothing was delivered lately.
  @Test func comparisonsWithoutTheHooksNumberCountBesideOneThatHasIt() throws {
    let found = try coverage([
      read(hookID: nil, from: -100, to: 5), read(from: 5, to: 60),
      read(hookID: nil, from: 60, to: 90),
    ])
    #expect(found.state == .complete)
    #expect(found.from == ExportLog.at(-100) && found.to == ExportLog.at(90))
  }

  @Test func anotherAppsHookProvesNothingMore() throws {
    let found = try coverage([
      read(from: 0, to: 10), read(hookID: 8, from: 10, to: 60, lost: [("g9", 20)]),
    ])
    #expect(found.state == .complete && found.to == ExportLog.at(10))
  }

  @Test func gapsAreListed() throws {
    let reads = [
      read(from: 0, to: 10), read(from: 20, to: 30, after: 10),
      read(from: 30, to: 60, lost: [("g1", 40), ("g2", 41)]),
    ]
    let found = try coverage(reads)
    #expect(found.state == .gaps && found.gaps.count == 2)
    #expect(found.gaps[0].from == ExportLog.at(10) && found.gaps[0].to == ExportLog.at(20))
    // g1 is in the file: it came after all.
    #expect(found.gaps[1].reason == "delivery g2 is lost for good: push")
    let late = try coverage(reads, since: 45)
    #expect(late.state == .complete || late.state == .unknown)
    #expect(late.gaps.isEmpty)
  }

  @Test func aServiceAloneHasNoDeliveries() throws {
    var log = try ExportLog()
    try log.append(.ecsDeployment, ["service": "api", "cluster": "prod"])
    #expect(try verify(try log.export(["service/api"])).coverage == [])
  }

  // MARK: the time asked for

  struct Period: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let from, to: Double
    var since: Double?
    var until: Double?
    var state = ExportCoverage.State.gaps
    var gaps: [[Double]] = []
  }

  private static func days(_ count: Double) -> Double { count * 86_400 }

  /// As long before the export, and the first comparison, as nobody minds; and a second more.
  private static let lately = madeAt - 7_200
  private static let late = madeAt - 7_201
  private static let shortly = days(-30) - 7_200
  private static let before = days(-30) - 7_201

  static let periods: [Period] = [
    Period(
      testDescription: "the last comparison was long before the export", from: days(-30),
      to: days(-19), gaps: [[days(-19), madeAt]]),
    Period(
      testDescription: "and long before the end asked for", from: days(-30), to: days(-19),
      since: days(-25), until: days(-10), gaps: [[days(-19), days(-10)]]),
    Period(
      testDescription: "it reaches the end asked for", from: days(-30), to: days(-19),
      since: days(-25), until: days(-20), state: .complete),
    Period(
      testDescription: "nothing was compared since", from: days(-30), to: days(-19),
      since: days(-18), state: .unknown),
    Period(
      testDescription: "nothing was compared until then", from: days(-30), to: 50,
      since: days(-40), until: days(-31), state: .unknown),
    Period(
      testDescription: "the first comparison begins long behind the time asked for",
      from: days(-30), to: 50, since: days(-40), gaps: [[days(-40), days(-30)]]),
    Period(
      testDescription: "both ends", from: days(-30), to: days(-19), since: days(-40),
      gaps: [[days(-40), days(-30)], [days(-19), madeAt]]),
    Period(
      testDescription: "just in time", from: days(-30), to: lately, since: shortly,
      state: .complete),
    Period(
      testDescription: "a second too late", from: days(-30), to: late, since: before,
      gaps: [[before, days(-30)], [late, madeAt]]),
  ]

  /// What nobody compared may lack anything.
  @Test(arguments: periods)
  func theTimeAskedForHasToBeCompared(_ given: Period) throws {
    let found = try coverage(
      [read(from: given.from, to: given.to)], since: given.since, until: given.until)
    let gaps = given.gaps.map { gap in
      Envelope.Gap(
        from: ExportLog.at(gap[0]), to: ExportLog.at(gap[1]), reason: ExportPeriod.reason)
    }
    #expect(found.state == given.state)
    #expect(found.gaps == gaps)
    guard given.state == .unknown else { return }
    #expect(found.from == nil && found.to == nil)
    #expect(found.reason?.contains("not in the time asked for") == true)
  }

  /// Who asks for everything asks for it from the first delivery on.
  @Test(arguments: [(-7_300, .complete), (-7_301, .gaps)] as [(Double, ExportCoverage.State)])
  func deliveriesFromBeforeTheFirstComparisonAreAGap(
    _ received: Double, _ state: ExportCoverage.State
  ) throws {
    let found = try coverage([read(from: -100, to: 60)], received: received)
    #expect(found.state == state && found.gaps.count == (state == .gaps ? 1 : 0))
    #expect(found.gaps.allSatisfy { $0.to == ExportLog.at(-100) })
  }
}
