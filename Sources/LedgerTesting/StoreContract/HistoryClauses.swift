import Ledger

extension StoreContract {
  static let historyClauses = [
    StoreClause("the history tells the story", story),
    StoreClause("filters of the history", filters),
    StoreClause("limit, total and whether rows follow", limits),
  ]

  private static func withStory(
    _ engine: any StoreEngine, _ body: @Sendable @escaping (any LedgerReader) throws -> Void
  ) async throws {
    try await engine.withStore(reactor: engine.gate()) { opened in
      let policy = try engine.policy(received: StoreSamples.start, confirmedByGitHub: false)
      let deliveries =
        Story.release(start: StoreSamples.start).deliveries
        + [StoreSamples.acme.workflowRun("in_progress", otherBuild)]
      _ = try await opened.store.append(
        [Submission(entry: policy)]
          + deliveries.map { try engine.submission(for: $0, received: StoreSamples.start) })
      try await opened.store.read(body)
    }
  }

  /// A build of another repository.
  private static let otherBuild = Deliveries.WorkflowRun(
    id: 9_900_000_777, workflow: Deliveries.Workflow(id: 1, name: "ci", path: "ci.yml"),
    head: Deliveries.Commit(
      sha: Derived.commit("other"), message: "Other", author: StoreSamples.mia,
      at: StoreSamples.start),
    suiteID: 50_000_000_777, actor: StoreSamples.mia, startedAt: StoreSamples.start)

  private static func story(_ engine: any StoreEngine) async throws {
    try await withStory(engine) { reader in
      let rows = try reader.history(everything()).rows
      let times = rows.map(\.at)
      try require(times, is: times.sorted(by: >), "newest first")
      func outcomes(_ kind: String, _ environment: String? = nil) -> [String?] {
        rows.filter { $0.kind == kind && $0.environment == environment }.map(\.outcome)
      }
      try require(outcomes("merge"), is: ["bypass", "verified"], "merges")
      try require(
        outcomes("deploy", "production"), is: ["rolled-back", "failure", "success"], "production")
      try require(outcomes("deploy", "staging"), is: ["success", "success"], "staging")
      try require(outcomes("image"), is: ["pushed", "pushed"], "images")
      try require(outcomes("release"), is: ["published"], "releases")
      let deploy = rows.first { $0.kind == "deploy" }
      try require(deploy?.pull, is: 41, "the pull request of the rollback")
      try require(deploy?.actor, is: "jon", "who rolled back")
      try require(deploy?.digest, is: Derived.digest("image of #41"), "the image")
      let inProgress = rows.first { $0.commit == otherBuild.head.sha }
      try require(inProgress?.outcome, is: "in_progress", "what runs")
      try require(inProgress?.finishedAt == nil, "what runs has no end")
    }
  }

  private static func everything() -> HistoryQuery {
    var query = HistoryQuery()
    query.limit = 0
    return query
  }

  private struct Filter: Sendable {
    let name: String
    let set: @Sendable (inout HistoryQuery) -> Void
    let keeps: @Sendable (HistoryRow) -> Bool
  }

  private static let allFilters: [Filter] = {
    let middle = StoreSamples.start.adding(seconds: 84 * 60)
    let commit = Derived.commit("merge of #42")
    let digest = Derived.digest("image of #42")
    return [
      Filter(name: "service", set: { $0.services = ["api"] }, keeps: { $0.service == "api" }),
      Filter(
        name: "services", set: { $0.services = ["web", "unknown"] },
        keeps: { $0.service == "web" }),
      Filter(
        name: "environment", set: { $0.environments = ["staging"] },
        keeps: { $0.environment == "staging" }),
      Filter(
        name: "environments", set: { $0.environments = ["staging", "production"] },
        keeps: { $0.environment != nil }),
      Filter(
        name: "repository", set: { $0.repositories = ["acme/web"] },
        keeps: { $0.repository.name == "acme/web" }),
      Filter(
        name: "kinds", set: { $0.kinds = ["merge", "image"] },
        keeps: { $0.kind == "merge" || $0.kind == "image" }),
      Filter(
        name: "commit", set: { $0.commit = String(commit.prefix(7)) },
        keeps: { $0.commit == commit }),
      Filter(
        name: "digest", set: { $0.digest = String(digest.prefix(19)) },
        keeps: { $0.digest == digest }),
      Filter(name: "since", set: { $0.since = middle }, keeps: { $0.at >= middle }),
      Filter(name: "until", set: { $0.until = middle }, keeps: { $0.at < middle }),
    ]
  }()

  /// Each filter alone, and every two of them together.
  private static func filters(_ engine: any StoreEngine) async throws {
    try await withStory(engine) { reader in
      let rows = try reader.history(everything()).rows
      for first in allFilters {
        let alone = rows.filter(first.keeps)
        try require(!alone.isEmpty && alone.count < rows.count, "\(first.name) keeps some rows")
        for second in allFilters where !second.name.hasPrefix(first.name.prefix(6)) {
          var query = everything()
          first.set(&query)
          second.set(&query)
          let found = try reader.history(query)
          let expected = alone.filter(second.keeps)
          try require(found.rows == expected, "\(first.name) and \(second.name)")
          try require(found.total, is: expected.count, "total, \(first.name) and \(second.name)")
        }
        var query = everything()
        first.set(&query)
        try require(try reader.history(query).rows == alone, first.name)
      }
    }
  }

  private static func limits(_ engine: any StoreEngine) async throws {
    try await withStory(engine) { reader in
      let all = try reader.history(everything())
      try require(all.total, is: all.rows.count, "total")
      try require(!all.hasMore, "no rows follow all rows")
      try require(all.deliveriesTo, is: StoreSamples.start, "when the newest delivery came")
      for limit in [1, 3, all.total - 1, all.total, all.total + 1] {
        var query = HistoryQuery()
        query.limit = limit
        let page = try reader.history(query)
        try require(page.rows == Array(all.rows.prefix(limit)), "the first \(limit)")
        try require(page.total, is: all.total, "total of \(limit)")
        try require(page.hasMore, is: limit < all.total, "whether rows follow \(limit)")
      }
      var nothing = HistoryQuery()
      nothing.repositories = ["acme/unknown"]
      let none = try reader.history(nothing)
      try require(none.rows.isEmpty && none.total == 0 && !none.hasMore, "nothing matched")
    }
  }
}
