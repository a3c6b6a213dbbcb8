import Ledger

/// The deployments of a service. Where nobody reports deployments, the platform's rollouts stand in
/// for them.
struct Timeline {
  let tables: any LedgerReader
  let service: String

  init(_ tables: any LedgerReader, service: String) {
    self.tables = tables
    self.service = service
  }

  /// Where it was deployed, on the way to production.
  func environments() throws -> [String] {
    let cells = try Cells(tables)
    return cells.environments(of: service)
  }

  func deployment(
    in environment: String, _ which: Reference.Which
  ) throws -> HistoryRow? {
    switch which {
    case .current: try live(in: environment, before: nil, limit: 1).first
    case .before(let count):
      try live(in: environment, before: nil, limit: count + 1)
        .dropFirst(count).first
    case .at(let instant): try live(in: environment, before: instant, limit: 1).first
    }
  }

  /// The newest attempt, however it went.
  func newest(in environment: String) throws -> HistoryRow? {
    try rows(in: environment) { $0.limit = 1 }.first
  }

  /// What came to run, newest first.
  func live(in environment: String, before: Instant?, limit: Int) throws -> [HistoryRow] {
    try rows(in: environment) {
      $0.outcomes = ["success", "rolled-back"]
      // A deployment runs from its end on; one that began later cannot have ended before, and some
      // that began before may have ended later.
      $0.until = before.map { $0.adding(seconds: 0.000_001) }
      $0.limit = limit + Timeline.overlapping
    }.filter { row in before.map { row.runsSince <= $0 } ?? true }
      .sorted { ($1.runsSince, $1.entry) < ($0.runsSince, $0.entry) }
      .prefix(limit).map(\.self)
  }

  /// Deployments of one place that may run beside each other.
  private static let overlapping = 20

  private func rows(
    in environment: String, _ edit: (inout HistoryQuery) -> Void
  ) throws -> [HistoryRow] {
    for kind in ["deploy", "rollout"] {
      var query = HistoryQuery()
      query.services = [service]
      query.environments = [environment]
      query.kinds = [kind]
      query.isCounted = false
      edit(&query)
      let rows = try tables.history(query).rows
      if !rows.isEmpty { return rows }
    }
    return []
  }
}

/// Services and environments that something was deployed to.
struct Cells {
  let catalog: Catalog
  private(set) var places: [(row: PlaceRow, place: Place)] = []
  private var byService: [String: [Int]] = [:]

  init(_ tables: any LedgerReader) throws {
    catalog = try tables.catalog()
    let names = try tables.repositoryNames()
    for row in try tables.places() {
      let place = catalog.place(of: row.origin, in: row.environment, names)
      for service in place.services { byService[service, default: []].append(places.count) }
      places.append((row, place))
    }
  }

  var services: [String] {
    Set(places.filter { $0.place.environment != nil }.flatMap(\.place.services)).sorted()
  }

  /// On the way to production.
  func environments(of service: String? = nil) -> [String] {
    let found = service.map { (byService[$0] ?? []).map { places[$0] } } ?? places
    return Set(found.compactMap(\.place.environment)).sorted {
      (catalog.order($0), $0) < (catalog.order($1), $1)
    }
  }

  func origins(_ service: String, _ environment: String) -> [Origin] {
    (byService[service] ?? []).map { places[$0] }
      .filter { $0.place.environment == environment }.map(\.row.origin)
  }
}

extension HistoryRow {
  fileprivate var runsSince: Instant { finishedAt ?? at }
}
