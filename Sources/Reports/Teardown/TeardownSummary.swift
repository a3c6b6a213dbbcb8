import Ledger

/// What happened in an environment while it was there.
struct TeardownSummary {
  private let deploys, tests, scans: [HistoryRow]
  private let merges: MergeEvidence
  private let tasks: TaskUse
  private let firstPush: Instant?

  init(
    _ tables: any LedgerReader, environment: String, names: Set<String>, now: Instant
  ) throws {
    func rows(_ kind: String, _ environments: [String] = []) throws -> [HistoryRow] {
      var query = HistoryQuery()
      (query.kinds, query.environments) = ([kind], environments)
      (query.isCounted, query.limit) = (false, 0)
      return try tables.history(query).rows.sorted { ($0.at, $0.entry) < ($1.at, $1.entry) }
    }
    deploys = try rows("deploy", names.sorted())
    // A deployment that was recorded without its repository has 0.
    let repositories = Set(deploys.map(\.repository.id).filter { $0 > 0 })
    func isOwn(_ row: HistoryRow) -> Bool {
      repositories.isEmpty || repositories.contains(row.repository.id)
    }
    merges = try MergeEvidence(
      tables, merges: try rows("merge").filter(isOwn), pushes: try rows("push").filter(isOwn))
    tests = try rows("test").filter(isOwn)
    let digests = Set(deploys.compactMap(\.digest))
    scans = try rows("scan").filter { row in row.digest.map(digests.contains) ?? false }
    tasks = try TaskUse(tables, names: names, now: now)
    firstPush = try TeardownSummary.firstPush(tables, repositories)
  }

  /// Entries stand in the order in which they came: an older push may have come later, and that is
  /// within minutes.
  private static func firstPush(
    _ tables: any LedgerReader, _ repositories: Set<Int64>
  ) throws -> Instant? {
    var next: Int64 = 0
    while true {
      let entries = try tables.entries(from: next, limit: 500, kind: .push)
      guard let last = entries.last else { return nil }
      next = last.index + 1
      let own = entries.first { stored in
        repositories.isEmpty
          || stored.entry.data["repository_id"]?.int.map(repositories.contains) == true
      }
      if let own { return own.entry.at ?? own.entry.received }
    }
  }

  var json: JSON {
    let deployed = deploys.first { $0.outcome == "success" || $0.outcome == "rolled-back" }
    let first = deployed.map { $0.finishedAt ?? $0.at }
    let lead = first.flatMap { end in firstPush.map { Int64(end.seconds(since: $0)) } }
    return [
      "from": .optional(deploys.first?.at), "to": .optional(deploys.last?.at),
      "deployments": TeardownSummary.counts(deploys),
      "merges": merges.count, "ungated": merges.ungated, "checks": merges.checksJSON,
      "tests": TeardownSummary.counts(tests), "scans": TeardownSummary.counts(scans),
      "replicas": tasks.replicas,
      "tasks": .int(Int64(tasks.count)), "vcpu_seconds": .int(tasks.vcpuSeconds),
      "gb_seconds": .int(tasks.gigabyteSeconds),
      "first_push": .optional(firstPush), "first_deploy": .optional(first),
      "seconds_to_first_deploy": lead.map(JSON.int) ?? .null,
    ]
  }

  /// How many of each word, and of all.
  static func counts(_ rows: [HistoryRow]) -> JSON {
    var counts: [String: Int64] = [:]
    for row in rows { counts[row.outcome ?? "unknown", default: 0] += 1 }
    return ["total": .int(Int64(rows.count)), "outcomes": .object(counts.mapValues(JSON.int))]
  }
}
