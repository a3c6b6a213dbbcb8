import Ledger

/// Whose checks are read from GitHub although no delivery asks for it: those of pull requests whose
/// deliveries may be lost.
public struct ReadsOwed: Sendable {
  public struct Pull: Hashable, Sendable {
    public let repository: Int64
    public let number: Int64

    public init(repository: Int64, number: Int64) {
      self.repository = repository
      self.number = number
    }
  }

  /// Pull requests that GitHub showed otherwise than the log.
  public var changed: Set<Pull> = []
  public var gaps = RepositoryGaps()
  /// Since when each repository was looked at; merges before that are none of this run's.
  public var since: [Int64: Instant] = [:]
  /// Seconds that a verdict may wait before GitHub is asked what it waits for.
  public var patience: Double

  public init(patience: Double) { self.patience = patience }

  /// In the order of repositories and numbers.
  public func reads(
    by policy: Policy, reading tables: any LedgerReader, now: Instant
  ) throws -> [DueRead] {
    guard let gate = policy.merge else { return [] }
    let open = try tables.openPulls().filter { pull in
      try gate.guards(pull.baseRef)
        && (isOwed(pull, pull.headSHA, tables) || waits(pull, tables, now))
    }.map { ($0, $0.headSHA) }
    let merged = try since.sorted { $0.key < $1.key }.flatMap { repository, since in
      try tables.merges(repository, after: since, until: now).compactMap { pull in
        try pull.merge.flatMap { merge in
          try gate.guards(merge.baseRef) && isOwed(pull, merge.headSHA, tables)
            ? (pull, merge.headSHA) : nil
        }
      }
    }
    return try (open + merged).compactMap { pull, sha in
      try tables.repository(pull.repository).map {
        DueRead(repository: $0, sha: sha, policy: policy.hash)
      }
    }
  }

  private func isOwed(_ pull: PullRow, _ sha: String, _ tables: any LedgerReader) throws -> Bool {
    if changed.contains(Pull(repository: pull.repository, number: pull.number)) { return true }
    guard gaps.end(in: pull.repository) != nil else { return false }
    let read = try tables.checks(pull.repository, head: sha).compactMap(\.readEntry).max()
    let readAt = try read.flatMap { try tables.entry(at: $0)?.entry.received }
    return gaps.needsRead(in: pull.repository, readAt: readAt)
  }

  private func waits(_ pull: PullRow, _ tables: any LedgerReader, _ now: Instant) throws -> Bool {
    guard let verdict = try tables.verdict(pull.repository, pull.number, head: pull.headSHA),
      verdict.state == Verdict.State.pending.rawValue,
      let decided = try tables.entry(at: verdict.entry)?.entry.received
    else { return false }
    return now.seconds(since: decided) > patience
  }
}
