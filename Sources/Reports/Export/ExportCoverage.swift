import Ledger

/// How complete the deliveries of one repository are, by GitHub's own list and by nothing but the
/// entries of the file. What nobody compared is unknown, never complete.
public struct ExportCoverage: Hashable, Sendable {
  public enum State: String, Sendable { case complete, gaps, unknown }

  public let repository: Int64
  public let state: State
  /// Between these everything that GitHub listed is in the log, or among the gaps.
  public let from, to: Instant?
  public let gaps: [Envelope.Gap]
  /// Why it is unknown.
  public let reason: String?

  public var json: JSON {
    [
      "repository_id": .int(repository), "state": .string(state.rawValue),
      "from": .optional(from), "to": .optional(to), "gaps": .array(gaps.map(\.json)),
      "reason": .optional(reason),
    ]
  }
}

/// Collects what the entries of a file say about that.
struct DeliveryWitnesses {
  private struct Read {
    let repository: Int64?
    let hook: String
    /// As its deliveries name it; `nil` in older entries, and when GitHub did not tell.
    let hookID: Int64?
    let from, to: Instant
    let data: JSON
  }

  /// What GitHub delivered of a repository.
  private struct Delivered {
    var hooks: Set<Int64?> = []
    /// When the first of it was received.
    var first: Instant
  }

  private var reads: [Read] = []
  /// Deliveries in the file.
  private var guids: Set<String> = []
  private var delivered: [Int64: Delivered] = [:]

  mutating func take(_ entry: Entry) {
    let data = entry.data
    if case .github(_, let guid, let hook) = entry.source {
      guids.insert(guid)
      if let repository = data["repository_id"]?.int {
        add(hook, entry.received, to: repository)
      }
    }
    guard entry.kind == .deliveriesRead, let hook = data["hook"]?.string,
      let from = Instant(json: data["from"]), let to = Instant(json: data["to"])
    else { return }
    reads.append(
      Read(
        repository: data["repository_id"]?.int, hook: hook, hookID: data["hook_id"]?.int,
        from: from, to: to, data: data))
  }

  private mutating func add(_ hook: Int64?, _ received: Instant, to repository: Int64) {
    var known = delivered[repository] ?? Delivered(first: received)
    known.hooks.insert(hook)
    known.first = min(known.first, received)
    delivered[repository] = known
  }

  func coverage(of repository: Int64, in period: ExportPeriod) -> ExportCoverage {
    let own = reads.filter { $0.repository == repository }
    guard !own.isEmpty || delivered[repository] != nil else {
      return unknown(repository, "no delivery of GitHub about it is in the file")
    }
    let relevant = own.isEmpty ? app(of: repository) : own
    guard let (from, to) = compared(relevant) else { return unknown(repository, doubt) }
    guard period.overlaps(from, to) else {
      return unknown(
        repository,
        "its deliveries were compared with GitHub's own list from \(from) to \(to), "
          + "and not in the time asked for")
    }
    let found = Set(relevant.flatMap(gaps)).filter(period.touches)
    let beginning = delivered[repository]?.first
    let all = found.union(period.uncompared(from, to, beginning: beginning))
    return ExportCoverage(
      repository: repository, state: all.isEmpty ? .complete : .gaps, from: from, to: to,
      gaps: all.sorted {
        ($0.from?.sortKey ?? "", $0.reason) < ($1.from?.sortKey ?? "", $1.reason)
      }, reason: nil)
  }

  /// Of several hooks the one decides that was compared least.
  private func compared(_ reads: [Read]) -> (from: Instant, to: Instant)? {
    let hooks = Dictionary(grouping: reads, by: \.hook).values
    guard let from = hooks.compactMap({ $0.map(\.from).min() }).max(),
      let to = hooks.compactMap({ $0.map(\.to).max() }).min(), from <= to
    else { return nil }
    return (from, to)
  }

  /// The App's one hook tells of all repositories that it delivers. Its list says nothing about
  /// others: they may deliver by a hook of their own, which nobody compares. A comparison that names
  /// no hook counts beside one that does.
  private func app(of repository: Int64) -> [Read] {
    let hooks = delivered[repository]?.hooks ?? []
    let reads = reads.filter { read in
      read.repository == nil && (read.hookID == nil || hooks.contains(read.hookID))
    }
    return reads.contains { $0.hookID != nil } ? reads : []
  }

  private var doubt: String {
    let compared = "deliveries were not compared with GitHub's own list"
    return reads.contains { $0.repository == nil }
      ? "its \(compared): none is known to be by the App's hook" : compared
  }

  private func unknown(_ repository: Int64, _ reason: String) -> ExportCoverage {
    ExportCoverage(
      repository: repository, state: .unknown, from: nil, to: nil, gaps: [], reason: reason)
  }

  /// `to` stops before a delivery that may still come: what was given up is left.
  private func gaps(_ read: Read) -> [Envelope.Gap] {
    var gaps: [Envelope.Gap] = []
    if let after = Instant(json: read.data["after"]), after < read.from {
      gaps.append(
        Envelope.Gap(
          from: after, to: read.from,
          reason: "GitHub's list of hook \(read.hook) did not reach back that far"))
    }
    for item in read.data["lost"]?.array ?? [] {
      guard let guid = item["guid"]?.string, !guids.contains(guid) else { continue }
      let at = Instant(json: item["at"])
      let event = item["event"]?.string ?? "unknown"
      gaps.append(
        Envelope.Gap(from: at, to: at, reason: "delivery \(guid) is lost for good: \(event)"))
    }
    return gaps
  }
}
