import GRDB
import Ledger
import LedgerTesting
import Testing

@testable import SQLiteStore

private func hour(_ hours: Int) -> Instant { moment.adding(seconds: Double(hours) * 3_600) }

/// One entry about it.
private struct Comparison {
  var hook = "app"
  /// Absent in entries of earlier versions.
  var hookID: JSON? = 480
  var repository: Int64?
  /// When it ended.
  var hours = 0
  var after: Int?
  var missing: [String] = []
  var lost: [String] = []

  func entry() throws -> Entry {
    let end = hour(hours)
    var data: [String: JSON] = [
      "hook": .string(hook), "repository_id": .optional(repository),
      "from": .string(hour(hours - 1).description), "after": .optional(after.map(hour)),
      "to": .string(end.description), "listed": 1, "present": 1, "is_cut": false, "asked": [],
      "missing": Comparison.items(missing), "lost": Comparison.items(lost),
    ]
    data["hook_id"] = hookID
    return try Entry(
      kind: .deliveriesRead, at: nil, received: end, source: .githubAPI, data: .object(data))
  }

  private static func items(_ guids: [String]) -> JSON {
    .array(guids.map { ["guid": .string($0), "event": "push", "at": nil] })
  }
}

extension Comparison {
  private static let hooks: [(name: String, repository: Int64?)] = [
    ("app", nil), ("7", 1), ("8", 1), ("7", 2),
  ]
  private static let numbers: [JSON?] = [nil, .null, 480, 481]

  static func random(_ random: inout SeededGenerator) -> Comparison {
    let hook = random.pick(hooks)
    var comparison = Comparison(hook: hook.name, repository: hook.repository)
    comparison.hookID = random.pick(numbers)
    comparison.hours = 10 + random.below(10)
    if random.chance(50) { comparison.after = comparison.hours - 2 - random.below(3) }
    comparison.missing = guids(&random)
    comparison.lost = guids(&random)
    return comparison
  }

  private static func guids(_ random: inout SeededGenerator) -> [String] {
    (0..<random.below(3)).map { _ in "g\(random.below(5))" }
  }
}

/// What an export has to cite the store finds in its tables, and the verifier in the entries alone:
/// no number shows that a comparison of the App's is missing.
@Suite struct CitedReadsTests {
  private static func export(
    of stream: String = "repository/1", _ cites: [Int64], received: Instant
  ) throws -> Entry {
    try Entry(
      kind: .exportMade, at: nil, received: received, source: .token("cli"),
      data: [
        "streams": .object([stream: 0]), "numbered_from": 0,
        "cites": .array(cites.map(JSON.int)),
      ])
  }

  /// The entries of a log, the last of which is about an export of repository 1, and what it cites.
  private func exported(
    _ reads: [Comparison], _ scratch: Scratch
  ) async throws -> (entries: [Stored], cites: [Int64]) {
    let ledger = try SQLiteLedger(path: scratch.path, reactor: Silence(), now: { moment })
    _ = try await ledger.append(try reads.map { Submission(entry: try $0.entry()) })
    let own = try await ledger.read { try $0.deliveryReads(of: 1).map(\.index) }
    let app = try await ledger.read { try $0.deliveryReads(of: 0).map(\.index) }
    let export = try Self.export(app + own, received: hour(1_000))
    _ = try await ledger.append([Submission(entry: export)])
    let entries = try await ledger.read { try $0.entries(from: 0, limit: 0, kind: nil) }
    try await ledger.close()
    return (entries, app + own)
  }

  /// What is wrong with them when the last one cites that instead.
  private func problems(_ entries: [Stored], citing cites: [Int64]) throws -> [String] {
    var check = StreamCheck()
    var problems: [VerifyReport.Problem] = []
    for stored in entries.dropLast() { problems += check.check(stored) }
    let last = try #require(entries.last)
    let forged = try Forger.edited(last.entry, ["cites": .array(cites.map(JSON.int))])
    problems += check.check(Stored(index: last.index, entry: forged))
    return problems.map(\.reason)
  }

  private static func reason(_ index: Int64) -> String {
    "it does not cite entry \(index), a comparison with GitHub's list of deliveries"
  }

  private static let reads: [Comparison] = [
    Comparison(hookID: nil, hours: 1), Comparison(hours: 2), Comparison(hours: 4, after: 2),
    Comparison(hours: 5, missing: ["g1"]), Comparison(hours: 6, lost: ["g2"]),
    Comparison(hours: 7), Comparison(hook: "7", hookID: 7, repository: 1, hours: 7),
    Comparison(hook: "9", hookID: 9, repository: 2, hours: 7), Comparison(hours: 8),
  ]

  @Test func whateverIsLeftOutIsNamed() async throws {
    try await withScratch { scratch in
      let (entries, cites) = try await exported(Self.reads, scratch)
      #expect(cites == [0, 1, 2, 3, 4, 8, 6])
      #expect(try Verifier.verify(path: scratch.path, reactor: Silence()).problems == [])
      for left in cites {
        let found = try problems(entries, citing: cites.filter { $0 != left })
        #expect(found == [Self.reason(left)])
      }
    }
  }

  /// Every hash and every row fits.
  @Test func theVerifierSaysSo() async throws {
    try await withScratch { scratch in
      let (entries, cites) = try await exported(Self.reads, scratch)
      let last = try #require(entries.last)
      let forged = try Forger.edited(
        last.entry, ["cites": .array(cites.filter { $0 != 4 }.map(JSON.int))])
      try scratch.tamper { db in
        try Forger.rewrite(db) { Array($0.dropLast()) + [forged] }
      }
      let problems = try Verifier.verify(path: scratch.path, reactor: Silence()).problems
      #expect(problems.map(\.entry) == [last.index])
      #expect(problems.map(\.reason) == [Self.reason(4)])
    }
  }

  /// Neither more nor less than the store cites.
  @Test(arguments: 0..<12 as Range<UInt64>)
  func itIsWhatTheTablesSay(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let reads = (0..<40).map { _ in Comparison.random(&random) }
    try await withScratch { scratch in
      let (entries, cites) = try await exported(reads, scratch)
      #expect(try problems(entries, citing: cites) == [])
      for left in cites {
        let found = try problems(entries, citing: cites.filter { $0 != left })
        #expect(found == [Self.reason(left)])
      }
    }
  }

  /// The store reads what to cite, and then appends: what came in between cannot be there.
  @Test(arguments: [(300, 0), (301, 1)] as [(Double, Int)])
  func whatCameMeanwhileIsNotOwed(_ seconds: Double, _ count: Int) throws {
    var check = StreamCheck()
    let read = Stored(index: 0, entry: try Comparison(hours: 1).entry())
    let export = try Self.export([], received: hour(1).adding(seconds: seconds))
    let found = check.check(read) + check.check(Stored(index: 1, entry: export))
    #expect(found.count == count)
  }

  @Test func aServiceAloneHasNoDeliveries() throws {
    var check = StreamCheck()
    let read = Stored(index: 0, entry: try Comparison(hours: 1).entry())
    let export = try Self.export(of: "service/api", [], received: hour(9))
    let found = check.check(read) + check.check(Stored(index: 1, entry: export))
    #expect(found == [])
  }
}
