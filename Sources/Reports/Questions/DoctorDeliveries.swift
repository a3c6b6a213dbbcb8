import Ledger

/// Whether deliveries were lost, and what they left undecided.
extension Check {
  static func complete(_ completeness: Completeness, _ now: Instant) -> Check {
    guard let to = completeness.completeTo else {
      return Check(
        name: "deliveries complete", state: .unknown, detail: Completeness.reason,
        hint: "serve compares them every hour when it has GitHub credentials; or ledger reconcile")
    }
    let isStale = completeness.isStale(asOf: now)
    return Check(
      name: "deliveries complete", state: isStale ? .warning : .ok,
      detail: "deliveries complete to \(to)",
      hint: isStale ? "More than two hours ago: ledger reconcile says what hinders it." : nil,
      items: completeness.coverage.map { "hook \($0.hook): to \($0.coveredTo)" }
        + completeness.nameless.map { item($0) })
  }

  private static func item(_ nameless: Completeness.Nameless) -> String {
    let row = nameless.row
    return "hook \(row.hook): to \(row.coveredTo); its repository's name is another's now"
  }

  static func missing(_ completeness: Completeness) -> Check {
    let (outstanding, lost) = (completeness.outstanding, completeness.lost)
    let gaps = completeness.coverage.flatMap(\.gaps).map {
      "from \($0.from) to \($0.to): not listed"
    }
    guard completeness.completeTo != nil else {
      return Check(
        name: "missing deliveries", state: .unknown, detail: Completeness.reason,
        hint: "What GitHub lost is not known here.")
    }
    let isGood = outstanding.isEmpty && lost.isEmpty && gaps.isEmpty
    return Check(
      name: "missing deliveries", state: isGood ? .ok : .warning,
      detail: "\(outstanding.count) not here yet, \(lost.count) lost for good, "
        + "\(completeness.recovered) came when asked for",
      hint: isGood ? nil : "Pull requests and checks were read from GitHub instead.",
      items: gaps + outstanding.map { item($0, "asked for") } + lost.map { item($0, "lost") })
  }

  private static func item(_ delivery: LostDelivery, _ state: String) -> String {
    let at = delivery.at.map(\.description) ?? "unknown time"
    return "\(at) \(delivery.event ?? "event") \(delivery.guid) of hook \(delivery.hook): \(state)"
  }

  /// - Parameter patience: seconds.
  static func pending(
    _ tables: any LedgerReader, _ now: Instant, _ patience: Double
  ) throws -> Check {
    let waiting = try PendingGates(reading: tables).pulls.filter {
      now.seconds(since: $0.since) > patience
    }
    let minutes = Int(patience / 60)
    return Check(
      name: "pending too long", state: waiting.isEmpty ? .ok : .warning,
      detail: waiting.isEmpty
        ? "no open pull request waits longer than \(minutes) minutes"
        : "\(waiting.count) pull requests wait longer than \(minutes) minutes",
      hint: waiting.isEmpty ? nil : "Do their checks run? ledger reconcile reads them from GitHub.",
      items: waiting.map { "\($0.name) since \($0.since.wholeSecond): \($0.summary)" })
  }
}
