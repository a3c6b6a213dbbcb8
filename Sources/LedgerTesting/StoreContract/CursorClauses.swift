import Ledger

extension StoreContract {
  static let cursorClauses = [
    StoreClause("pages hold each row once, while rows are added and change", pages),
    StoreClause("a cursor that names no row has no rows after it", strangeCursor),
  ]

  /// Builds in groups of three that start in one second.
  private static let builds: [Deliveries.WorkflowRun] = (0..<24).map { number in
    build(number, at: StoreSamples.start.adding(seconds: Double(number / 3)))
  }

  private static func build(_ number: Int, at start: Instant) -> Deliveries.WorkflowRun {
    Deliveries.WorkflowRun(
      id: 9_900_000_000 + Int64(number),
      workflow: Deliveries.Workflow(id: 1, name: "ci", path: "ci.yml"),
      head: Deliveries.Commit(
        sha: Derived.commit("build \(number)"), message: "Build", author: StoreSamples.mia,
        at: start),
      suiteID: 50_000_000_000 + Int64(number), actor: StoreSamples.mia, startedAt: start)
  }

  private static func append(
    _ runs: [Deliveries.WorkflowRun], _ action: String, to store: any LedgerStore,
    _ engine: any StoreEngine
  ) async throws {
    _ = try await store.append(
      runs.map {
        try engine.submission(
          for: StoreSamples.acme.workflowRun(action, $0), received: StoreSamples.start)
      })
  }

  private static func pages(_ engine: any StoreEngine) async throws {
    for limit in [1, 2, 4, 7] {
      try await engine.withStore { opened in
        try await append(builds, "in_progress", to: opened.store, engine)
        let seen = try await turnPages(of: limit, in: opened.store, engine)
        let known = Set(builds.map(\.head.sha))
        let rows = seen.filter { known.contains($0.commit ?? "") }
        try require(rows.count, is: builds.count, "rows on pages of \(limit)")
        try require(Set(rows.compactMap(\.commit)), is: known, "commits on pages of \(limit)")
        try require(rows.map(\.at), is: rows.map(\.at).sorted(by: >), "order")
      }
    }
  }

  /// Reads all pages. After each, a new build begins, and the builds that were just seen end, one
  /// after the other, together with one that was not seen yet.
  private static func turnPages(
    of limit: Int, in store: any LedgerStore, _ engine: any StoreEngine
  ) async throws -> [HistoryRow] {
    var query = HistoryQuery()
    query.limit = limit
    var seen: [HistoryRow] = []
    for turn in 0..<(2 * builds.count) {
      let asked = query
      let page = try await store.read { try $0.history(asked) }
      seen += page.rows
      guard page.hasMore, let last = page.rows.last else { return seen }
      query.cursor = last.entry
      let shown = Set(seen.compactMap(\.commit))
      let ending =
        builds.filter { page.rows.map(\.commit).contains($0.head.sha) }
        + builds.filter { !shown.contains($0.head.sha) }.suffix(1)
      let end = StoreSamples.start.adding(seconds: 600 + Double(turn))
      try await append(
        ending.map { $0.completed("success", at: end) }, "completed", to: store, engine)
      try await append(
        [build(100 + turn, at: StoreSamples.start.adding(seconds: 60 + Double(turn)))],
        "in_progress", to: store, engine)
    }
    throw BrokenContract("the pages of \(limit) do not end")
  }

  private static func strangeCursor(_ engine: any StoreEngine) async throws {
    try await engine.withStore { opened in
      _ = try await opened.store.append(StoreSamples.note(0))
      try await append(builds, "in_progress", to: opened.store, engine)
      for cursor: Int64 in [0, 1_000, -1] {
        var query = HistoryQuery()
        query.cursor = cursor
        let asked = query
        let page = try await opened.store.read { try $0.history(asked) }
        try require(page.rows.isEmpty && !page.hasMore, "rows after the cursor \(cursor)")
        try require(page.total, is: builds.count, "total at the cursor \(cursor)")
      }
    }
  }
}
