import Ledger

/// What happened in an environment while it was there.
struct TeardownSummary {
  /// An assignment allows so many replicas of a service at once.
  private static let allowedReplicas: Int64 = 2
  private static let page = 500

  private let deploys, merges, tests, scans: [HistoryRow]
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
    let repositories = Set(deploys.map(\.repository.id))
    func isOwn(_ row: HistoryRow) -> Bool {
      repositories.isEmpty || repositories.contains(row.repository.id)
    }
    merges = try rows("merge").filter(isOwn)
    tests = try rows("test").filter(isOwn)
    let digests = Set(deploys.compactMap(\.digest))
    scans = try rows("scan").filter { row in row.digest.map(digests.contains) ?? false }
    tasks = try TaskUse(tables, names: names, now: now)
    firstPush = try tables.entries(from: 0, limit: 1, kind: .push).first.flatMap {
      $0.entry.at ?? $0.entry.received
    }
  }

  var json: JSON {
    let deployed = deploys.first { $0.outcome == "success" || $0.outcome == "rolled-back" }
    let first = deployed.map { $0.finishedAt ?? $0.at }
    let lead = first.flatMap { end in firstPush.map { Int64(end.seconds(since: $0)) } }
    return [
      "from": .optional(deploys.first?.at), "to": .optional(deploys.last?.at),
      "deployments": TeardownSummary.counts(deploys),
      "merges": TeardownSummary.counts(merges),
      "bypasses": .array(merges.filter { $0.outcome == "bypass" }.map(\.bypassJSON)),
      "tests": TeardownSummary.counts(tests), "scans": TeardownSummary.counts(scans),
      "replicas": tasks.replicas(allowed: TeardownSummary.allowedReplicas),
      "tasks": .int(Int64(tasks.count)), "vcpu_seconds": .int(tasks.vcpuSeconds),
      "gb_seconds": .int(tasks.gigabyteSeconds),
      "first_push": .optional(firstPush), "first_deploy": .optional(first),
      "seconds_to_first_deploy": lead.map(JSON.int) ?? .null,
    ]
  }

  /// How many of each word, and of all.
  private static func counts(_ rows: [HistoryRow]) -> JSON {
    var counts: [String: Int64] = [:]
    for row in rows { counts[row.outcome ?? "unknown", default: 0] += 1 }
    return ["total": .int(Int64(rows.count)), "outcomes": .object(counts.mapValues(JSON.int))]
  }
}

extension HistoryRow {
  fileprivate var bypassJSON: JSON {
    [
      "repository": .string(repository.name), "pull": .optional(pull), "entry": .int(entry),
      "reason": .optional(note), "at": .string(at.description),
    ]
  }
}

/// What tasks of ECS ran, by what the events said.
struct TaskUse {
  struct Span {
    var key: String
    var start, end: Instant
    var cpu, memory: Int64
  }

  private var tasks: [Span] = []

  var count: Int { tasks.count }

  /// 1,024 units are one vCPU.
  var vcpuSeconds: Int64 { tasks.reduce(0) { $0 + $1.seconds * $1.cpu } / 1_024 }
  /// Memory is given in MiB.
  var gigabyteSeconds: Int64 { tasks.reduce(0) { $0 + $1.seconds * $1.memory } / 1_024 }

  init(_ tasks: [Span]) { self.tasks = tasks }

  init(_ tables: any LedgerReader, names: Set<String>, now: Instant) throws {
    let clusters = Set(
      try tables.resources(names).filter { $0.type == "aws_ecs_cluster" }
        .flatMap { [$0.name, $0.id, $0.arn] }.compactMap(\.self))
    let (catalog, repositories) = (try tables.catalog(), try tables.repositoryNames())
    var newest: [String: (version: Int64, data: JSON)] = [:]
    var next: Int64 = 0
    while true {
      let entries = try tables.entries(from: next, limit: 500, kind: .ecsTask)
      guard let last = entries.last else { break }
      next = last.index + 1
      for data in entries.map(\.entry.data) {
        guard let task = data["task"]?.string,
          TaskUse.isOwn(data, clusters, catalog, repositories, names)
        else { continue }
        let version = data["version"]?.int ?? 0
        if newest[task].map({ $0.version <= version }) ?? true { newest[task] = (version, data) }
      }
    }
    tasks = newest.values.compactMap { Span($0.data, now: now) }
  }

  private static func isOwn(
    _ data: JSON, _ clusters: Set<String>, _ catalog: Catalog, _ repositories: [Int64: String],
    _ names: Set<String>
  ) -> Bool {
    guard let cluster = data["cluster"]?.string else { return false }
    if clusters.contains(cluster) || clusters.contains(cluster.lastStep) { return true }
    let origin = data["service"]?.string.map { Origin.ecs(cluster: cluster, service: $0) }
    return catalog.place(of: origin, in: nil, repositories).environment.map(names.contains)
      ?? false
  }

  /// The most that ran at once of one revision of one service: while one revision replaces another
  /// there are more of both.
  func replicas(allowed: Int64) -> JSON {
    var worst: (count: Int64, at: Instant?, key: String?) = (0, nil, nil)
    for (key, group) in Dictionary(grouping: tasks, by: \.key).sorted(by: { $0.key < $1.key }) {
      let edges = group.flatMap { [($0.start, Int64(1)), ($0.end, Int64(-1))] }
        .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
      var running: Int64 = 0
      for (at, step) in edges {
        running += step
        if running > worst.count { worst = (running, at, key) }
      }
    }
    return [
      "allowed": .int(allowed), "most": .int(worst.count), "at": .optional(worst.at),
      "of": .optional(worst.key),
    ]
  }
}

extension TaskUse.Span {
  var seconds: Int64 { max(0, Int64(end.seconds(since: start))) }

  fileprivate init?(_ data: JSON, now: Instant) {
    guard let start = Instant(json: data["started_at"]) else { return nil }
    let service = data["service"]?.string ?? "-"
    let revision = "\(data["family"]?.string ?? "-"):\(data["revision"]?.int ?? 0)"
    self.init(
      key: "\(service) \(revision)", start: start, end: Instant(json: data["stopped_at"]) ?? now,
      cpu: Self.number(data["cpu"]), memory: Self.number(data["memory"]))
  }

  private static func number(_ json: JSON?) -> Int64 {
    json?.int ?? json?.string.flatMap { Int64($0) } ?? 0
  }
}
