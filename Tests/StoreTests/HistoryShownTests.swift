import Gates
import Ledger
import LedgerTesting
import Testing

@testable import SQLiteStore

/// A line shows what other lines know of it; the filters mean what is shown.
@Suite struct HistoryShownTests {
  struct Filter: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let query: HistoryQuery
    let shows: @Sendable (HistoryRow) -> Bool
    /// How many lines of which kind are among those that show it.
    let kind: String
    let count: Int

    init(
      _ name: String, _ kind: String, _ count: Int, _ set: (inout HistoryQuery) -> Void,
      shows: @escaping @Sendable (HistoryRow) -> Bool
    ) {
      var query = HistoryQuery()
      query.limit = 0
      set(&query)
      (testDescription, self.kind, self.count) = (name, kind, count)
      (self.query, self.shows) = (query, shows)
    }
  }

  private static func commit(_ name: String, _ kind: String, _ count: Int) -> Filter {
    let commit = Derived.commit(name)
    return Filter("commit \(name)", kind, count) {
      $0.commit = String(commit.prefix(7))
    } shows: {
      $0.commit == commit
    }
  }

  private static func digest(_ digest: String, _ kind: String, _ count: Int) -> Filter {
    Filter("digest \(digest)", kind, count) {
      $0.digest = String(digest.prefix(19))
    } shows: {
      $0.digest == digest
    }
  }

  private static func revision(_ revision: String, _ kind: String, _ count: Int) -> Filter {
    Filter("revision \(revision)", kind, count) {
      $0.revision = revision
    } shows: {
      $0.revision == revision
    }
  }

  private static func pull(_ number: Int64, _ kind: String, _ count: Int) -> Filter {
    Filter("pull \(number)", kind, count) {
      $0.pull = number
    } shows: {
      $0.pull == number
    }
  }

  private static let filters = [
    // By its digest; by its revision and by itself.
    commit("old", "deploy", 1), commit("new", "deploy", 2),
    // By itself; by its revision and as the only image of its commit.
    digest(Derived.digest("old"), "deploy", 1), digest(Derived.digest("new"), "deploy", 2),
    // A rollout, and the one that goes back to it.
    digest(ChainEntries.digest, "rollout", 2), revision("api:57", "rollout", 2),
    revision("api:58", "deploy", 1),
    // A build of the head; the image of the merge, and what was deployed of it by its digest alone.
    pull(7, "build", 1), pull(8, "build", 0), pull(7, "image", 1), pull(7, "deploy", 1),
  ]

  @Test(arguments: filters)
  func aFilterKeepsWhatIsShown(_ filter: Filter) async throws {
    var everything = HistoryQuery()
    everything.limit = 0
    // Lines of places are walked in another way.
    var placed = filter.query
    placed.services = ["api"]
    placed.environments = ["prod"]
    let queries = [everything, filter.query, placed]
    let found = try await HistoryScene.read(HistoryScene.entries()) { tables in
      try queries.map { try tables.history($0) }
    }
    let shown = found[0].rows.filter(filter.shows)
    #expect(shown.count { $0.kind == filter.kind } == filter.count)
    #expect(found[1].rows == shown)
    #expect(found[1].total == shown.count)
    let there = shown.filter { $0.service == "api" && $0.environment == "prod" }
    #expect(found[2].rows == there)
    #expect(found[2].total == there.count)
  }

  /// What the line does not tell itself is found as it is shown.
  @Test(
    arguments: [
      (Derived.commit("old"), "deploy", 1), (Derived.commit("new"), "deploy", 2),
      (Derived.digest("new"), "deploy", 2), (Derived.digest("old"), "deploy", 1),
      (ChainEntries.digest, "rollout", 2), ("api:57", "rollout", 2),
    ])
  func aSearchFindsWhatIsShown(_ text: String, _ kind: String, _ count: Int) async throws {
    let start = String(text.prefix(19))
    let rows = try await HistoryScene.read(HistoryScene.entries()) { tables in
      try tables.search(start, limit: 100)
    }
    #expect(rows.count { $0.kind == kind } == count)
    for row in rows {
      let shown = [row.subject, row.commit, row.digest, row.revision].compactMap(\.self)
      #expect(shown.contains { $0.contains(start) }, "\(shown)")
    }
  }

  private static let both = HistoryScene.both("old", "old")

  /// What was deployed one after the other, and whether the last of it goes back.
  private static let orders: [([[String: JSON]], Bool)] = [
    // By digest alone, by revision alone, by commit alone.
    ([HistoryScene.digest("a"), HistoryScene.digest("b"), HistoryScene.digest("a")], true),
    ([["revision": "api:61"], ["revision": "api:62"], ["revision": "api:61"]], true),
    ([HistoryScene.commit("a"), HistoryScene.commit("b"), HistoryScene.commit("a")], true),
    // The image of the commit is known.
    ([HistoryScene.commit("old"), HistoryScene.digest("new"), HistoryScene.digest("old")], true),
    ([HistoryScene.digest("old"), HistoryScene.digest("new"), HistoryScene.commit("old")], true),
    // Another image of the same commit, and back; the same image again, whatever commit is named.
    ([both, HistoryScene.both("old", "b"), both], true),
    ([both, HistoryScene.both("new", "old"), both], false),
    // An old commit that was built again; the newest one that was.
    (
      [HistoryScene.both("a", "a"), HistoryScene.both("b", "b"), HistoryScene.both("a", "c")], true
    ),
    (
      [HistoryScene.both("b", "b"), HistoryScene.both("a", "a"), HistoryScene.both("a", "c")], false
    ),
    // Nothing of it had run there; nothing is known of what ran between.
    ([HistoryScene.digest("a"), HistoryScene.digest("b"), HistoryScene.digest("c")], false),
    ([HistoryScene.digest("a"), [:], HistoryScene.digest("a")], false),
  ]

  @Test(arguments: orders)
  func whatHadRunBeforeIsARollback(_ deployed: [[String: JSON]], _ isRollback: Bool) async throws {
    let entries =
      try [
        HistoryScene.image("old", of: "old"), HistoryScene.image("new", of: "new"),
        HistoryScene.taskDefinition(61, "a", of: "a"),
        HistoryScene.taskDefinition(62, "b", of: "b"),
      ]
      + deployed.enumerated().map {
        try HistoryScene.deployed("\($0.offset)", $0.element, at: 600 + Int64($0.offset) * 60)
      }
    let words = [[], ["rolled-back"], ["success"], ["success", "rolled-back"]]
    let queries = words.map { words in
      var query = HistoryQuery()
      (query.kinds, query.outcomes) = (["deploy"], words)
      query.isAscending = true
      return query
    }
    let found = try await HistoryScene.read(entries) { tables in
      try queries.map { try tables.history($0).rows }
    }
    let outcomes = ["success", "success", isRollback ? "rolled-back" : "success"]
    #expect(found[0].compactMap(\.outcome) == outcomes)
    for (words, rows) in zip(words, found) where words.count == 1 {
      #expect(rows == found[0].filter { $0.outcome == words[0] }, "\(words)")
    }
    // The deploy gate asks for both words: what is concluded changes nothing for it.
    #expect(found[3] == found[0])
  }

  @Test func aSimulationBeginsWithItsFirstSecond() async throws {
    let entries = try [
      HistoryScene.merged(9, as: "a", head: "b", at: -1),
      HistoryScene.merged(10, as: "c", head: "d", at: 0),
      HistoryScene.merged(11, as: "e", head: "f", at: 1),
    ]
    let numbers = try await HistoryScene.read(entries) { tables in
      try Simulation.pulls(since: moment, until: moment.adding(seconds: 60), reading: tables)
        .map(\.number)
    }
    #expect(numbers == [10, 11])
  }
}
