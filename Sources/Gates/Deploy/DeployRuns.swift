import Ledger

/// What came to run of some services. Where nobody reports deployments, the platform's rollouts
/// stand in for them.
struct DeployRuns {
  /// Older ones do not matter for a soak.
  private static let limit = 100

  let tables: any LedgerReader
  let services: [String]

  init(_ tables: any LedgerReader, services: [String]) {
    self.tables = tables
    self.services = services
  }

  /// Oldest first.
  func live(in environment: String) throws -> [HistoryRow] {
    guard !services.isEmpty else { return [] }
    for kind in ["deploy", "rollout"] {
      var query = HistoryQuery()
      query.services = services
      query.environments = [environment]
      query.kinds = [kind]
      query.outcomes = ["success", "rolled-back"]
      query.isCounted = false
      query.limit = DeployRuns.limit
      let rows = try tables.history(query).rows
      if !rows.isEmpty {
        return rows.sorted { ($0.runsSince, $0.entry) < ($1.runsSince, $1.entry) }
      }
    }
    return []
  }

  /// When this ran there.
  func stays(
    in environment: String, _ digest: String?, _ commit: String?
  ) throws -> [DeployCase.Stay] {
    var stays: [DeployCase.Stay] = []
    for row in try live(in: environment) {
      let isIt =
        row.digest.flatMap { seen in digest.map { $0 == seen } }
        ?? (commit != nil && row.commit == commit)
      let isOpen = !stays.isEmpty && stays[stays.count - 1].until == nil
      if isIt, !isOpen {
        stays.append(.init(from: row.runsSince, until: nil, entry: row.entry))
      } else if !isIt, isOpen {
        stays[stays.count - 1].until = row.runsSince
      }
    }
    return stays
  }
}

extension HistoryRow {
  var runsSince: Instant { finishedAt ?? at }
}
