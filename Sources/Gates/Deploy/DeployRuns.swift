import Ledger

/// What came to run of some services. Where nobody who is believed reports deployments, the
/// platform's rollouts stand in for them.
struct DeployRuns {
  /// Older ones do not matter for a soak.
  private static let limit = 100

  /// A line, as those tell it who are believed.
  struct Run {
    var row: HistoryRow
    /// When the ledger learned that it had succeeded, by its own clock.
    var told: Instant

    /// No report can begin a stay in the past.
    var since: Instant { max(row.runsSince, told) }
    /// What says that it comes from the future is as new as its news.
    fileprivate var position: Instant { min(row.runsSince, told) }
  }

  let tables: any LedgerReader
  let services: [String]
  let judge: TellerJudge
  let repositories: Set<Int64>

  /// Oldest first.
  func live(in environment: String) throws -> [Run] {
    guard !services.isEmpty else { return [] }
    for kind in ["deploy", "rollout"] {
      let runs = try believed(kind, in: environment)
      if !runs.isEmpty {
        return runs.sorted { ($0.position, $0.row.entry) < ($1.position, $1.row.entry) }
      }
    }
    return []
  }

  /// The newest of those that count: others must not push them out.
  private func believed(_ kind: String, in environment: String) throws -> [Run] {
    var query = HistoryQuery()
    query.services = services
    query.environments = [environment]
    query.kinds = [kind]
    query.outcomes = ["success", "rolled-back"]
    query.isCounted = false
    query.limit = DeployRuns.limit
    var runs: [Run] = []
    while true {
      let page = try tables.history(query)
      runs += try page.rows.compactMap(run)
      guard page.hasMore, runs.count < DeployRuns.limit, let last = page.rows.last else {
        return runs
      }
      query.cursor = last.entry
    }
  }

  private func run(_ row: HistoryRow) throws -> Run? {
    let all = try row.entries.compactMap { try tables.entry(at: $0) }
    let believed = try all.filter { try judge.believes($0, repositories) }
    let success = believed.filter(\.tellsSuccess).map(\.entry.received).min()
    guard row.kind == "deploy" else {
      return (success ?? all.map(\.entry.received).max()).map { Run(row: row, told: $0) }
    }
    guard let success else { return nil }
    var run = Run(row: row, told: success)
    if believed.count < all.count { run.row.keep(only: believed) }
    return run
  }

  /// When this ran there.
  func stays(
    in environment: String, _ digest: String?, _ commit: String?
  ) throws -> [DeployCase.Stay] {
    var stays: [DeployCase.Stay] = []
    for run in try live(in: environment) {
      let row = run.row
      let isIt =
        row.digest.flatMap { seen in digest.map { $0 == seen } }
        ?? (commit != nil && row.commit == commit)
      let isOpen = !stays.isEmpty && stays[stays.count - 1].until == nil
      if isIt, !isOpen {
        stays.append(.init(from: run.since, until: nil, entry: row.entry))
      } else if !isIt, isOpen {
        stays[stays.count - 1].until = max(row.runsSince, stays[stays.count - 1].from)
      }
    }
    return stays
  }
}

extension Stored {
  /// In the words of a status of GitHub's, of a report, of a rollout and of ECS.
  fileprivate var tellsSuccess: Bool {
    let data = entry.data
    let words = [data["state"], data["outcome"], data["phase"]].compactMap { $0?.string }
    if entry.kind == .cdEvent { return true }
    return words.contains { ["success", "rolled-back", "COMPLETED", "Succeeded"].contains($0) }
  }
}

extension HistoryRow {
  var runsSince: Instant { finishedAt ?? at }

  /// What others said of its digest and commit counts no more.
  fileprivate mutating func keep(only believed: [Stored]) {
    let digests = believed.compactMap { $0.entry.data["digest"]?.string }
    let commits = believed.compactMap { ($0.entry.data["sha"] ?? $0.entry.data["commit"])?.string }
    if digest.map(digests.contains) != true { digest = digests.first }
    if commit.map(commits.contains) != true { commit = commits.first }
  }
}
