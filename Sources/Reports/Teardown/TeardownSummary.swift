import Ledger

/// What happened in an environment while it was there.
struct TeardownSummary {
  private let deploys, tests, scans: [HistoryRow]
  private let merges: MergeEvidence
  private let tasks: TaskUse
  private let places: RecordedPlaces
  private let firstCommit: Instant?
  private let firstDeploy: HistoryRow?

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
    places = try RecordedPlaces(
      tables, names: names, deploys: deploys + rows("rollout", names.sorted()), tasks: tasks)
    firstDeploy = deploys.first { $0.outcome == "success" || $0.outcome == "rolled-back" }
    firstCommit = try TeardownSummary.firstCommit(
      tables, of: repositories, before: firstDeploy?.entry)
  }

  /// Entries stand in the order in which they came, and a commit's time is its author's word: so all
  /// pushes are looked at that came before the first deployment.
  private static func firstCommit(
    _ tables: any LedgerReader, of repositories: Set<Int64>, before end: Int64?
  ) throws -> Instant? {
    var (next, earliest): (Int64, Instant?) = (0, nil)
    while true {
      let entries = try tables.entries(from: next, limit: 500, kind: .push)
      let own = entries.filter { stored in
        stored.index < end ?? .max
          && (repositories.isEmpty
            || stored.entry.data["repository_id"]?.int.map(repositories.contains) == true)
      }
      let times = own.map {
        Instant(json: $0.entry.data["first_commit_at"]) ?? $0.entry.at ?? $0.entry.received
      }
      earliest = ([earliest].compactMap(\.self) + times).min()
      guard let last = entries.last?.index, last < end ?? .max else { return earliest }
      next = last + 1
    }
  }

  var json: JSON {
    let first = firstDeploy.map { $0.finishedAt ?? $0.at }
    let lead = first.flatMap { end in firstCommit.map { Int64(end.seconds(since: $0)) } }
    return [
      "from": .optional(deploys.first?.at), "to": .optional(deploys.last?.at),
      "deployments": TeardownSummary.counts(deploys),
      "merges": merges.count, "ungated": merges.ungated, "checks": merges.checksJSON,
      "tests": TeardownSummary.counts(tests), "scans": TeardownSummary.counts(scans),
      "replicas": tasks.replicas,
      "tasks": .int(Int64(tasks.count)), "vcpu_seconds": .int(tasks.vcpuSeconds),
      "gb_seconds": .int(tasks.gigabyteSeconds),
      "first_commit": .optional(firstCommit), "first_deploy": .optional(first),
      "seconds_to_first_deploy": lead.map(JSON.int) ?? .null, "places": places.json,
    ]
  }

  /// How many of each word, and of all.
  static func counts(_ rows: [HistoryRow]) -> JSON {
    var counts: [String: Int64] = [:]
    for row in rows { counts[row.outcome ?? "unknown", default: 0] += 1 }
    return ["total": .int(Int64(rows.count)), "outcomes": .object(counts.mapValues(JSON.int))]
  }
}
