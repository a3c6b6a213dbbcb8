import Ledger

/// What tasks of ECS ran, by what the events said.
struct TaskUse {
  struct Span {
    var key: String
    var start, end: Instant
    var cpu, memory: Int64
  }

  /// A vCPU has 1,024 units and a GiB 1,024 MiB: no task has as much as this.
  private static let plausible: ClosedRange<Int64> = 0...1 << 32

  private var tasks: [Span] = []
  /// What was told last about each.
  private(set) var data: [JSON] = []

  var count: Int { tasks.count }

  /// 1,024 units are one vCPU.
  var vcpuSeconds: Int64 { sum(\.cpu) / 1_024 }
  /// Memory is given in MiB.
  var gigabyteSeconds: Int64 { sum(\.memory) / 1_024 }

  /// What senders said must stop nobody who adds it up: too much is the most there is.
  private func sum(_ size: (Span) -> Int64) -> Int64 {
    tasks.reduce(0) { sum, task in
      let (product, isTooMuch) = task.seconds.multipliedReportingOverflow(by: size(task))
      let (whole, isMore) = sum.addingReportingOverflow(product)
      return isTooMuch || isMore ? .max : whole
    }
  }

  /// What is no such number is 0.
  fileprivate static func number(_ json: JSON?) -> Int64 {
    let number = json?.int ?? json?.string.flatMap { Int64($0) } ?? 0
    return plausible.contains(number) ? number : 0
  }

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
    data = newest.values.map(\.data)
    tasks = data.compactMap { Span($0, now: now) }
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
  var replicas: JSON {
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
      "most": .int(worst.count), "at": .optional(worst.at), "of": .optional(worst.key),
    ]
  }
}

extension TaskUse.Span {
  var seconds: Int64 { max(0, Int64(end.seconds(since: start))) }

  init?(_ data: JSON, now: Instant) {
    guard let start = Instant(json: data["started_at"]) else { return nil }
    let service = data["service"]?.string ?? "-"
    let revision = "\(data["family"]?.string ?? "-"):\(data["revision"]?.int ?? 0)"
    self.init(
      key: "\(service) \(revision)", start: start, end: Instant(json: data["stopped_at"]) ?? now,
      cpu: TaskUse.number(data["cpu"]), memory: TaskUse.number(data["memory"]))
  }
}
