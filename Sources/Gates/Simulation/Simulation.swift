import Ledger

/// What another policy would have said about what was merged and what is open, from the evidence
/// that the log holds.
public struct Simulation: Sendable {
  public static let schema = "ledger.simulation/1"
  public static let maximumPulls = 20_000

  public let policy: Policy
  public let since: Instant
  /// Merges oldest first, then what is open.
  public var rows: [SimulatedPull] = []
  /// Whether there were more than `maximumPulls`.
  public var isCut = false

  public init(policy: Policy, since: Instant) {
    self.policy = policy
    self.since = since
  }

  /// The pull requests that it is about, merges first.
  public static func pulls(
    since: Instant, until: Instant, reading tables: any LedgerReader
  ) throws -> [PullRow] {
    let repositories = try tables.repositoryNames().keys.sorted()
    // What was merged at that very second is one of them, as in a history since then.
    let before = Instant(microseconds: since.microseconds - 1)
    let merged = try repositories.flatMap {
      try tables.merges($0, after: before, until: until)
    }.sorted { left, right in
      (left.merge?.at ?? until, left.repository, left.number)
        < (right.merge?.at ?? until, right.repository, right.number)
    }
    return merged + (try tables.openPulls())
  }

  public mutating func add(_ pulls: some Sequence<PullRow>, reading tables: any LedgerReader) throws
  {
    for pull in pulls {
      guard rows.count < Simulation.maximumPulls else { return isCut = true }
      rows.append(try SimulatedPull(pull, policy, tables))
    }
  }

  public var differs: Bool { rows.contains { $0.change != nil } }

  /// - Parameter names: of repositories.
  public func members(_ names: [Int64: String]) -> [String: JSON] {
    func count(_ change: SimulatedPull.Change, merged: Bool) -> JSON {
      .int(Int64(rows.count { $0.change == change && ($0.mergedAt != nil) == merged }))
    }
    return [
      "policy": .string(policy.hash), "since": .string(since.description),
      "merges": .int(Int64(rows.count { $0.mergedAt != nil })),
      "open": .int(Int64(rows.count { $0.mergedAt == nil })),
      "denied": count(.denied, merged: true), "allowed": count(.allowed, merged: true),
      "open_denied": count(.denied, merged: false), "open_allowed": count(.allowed, merged: false),
      "cut": .bool(isCut), "items": .array(rows.map { $0.json(names) }),
    ]
  }
}
