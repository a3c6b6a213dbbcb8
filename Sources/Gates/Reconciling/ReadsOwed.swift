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

  public struct Commit: Hashable, Sendable {
    public let repository: Int64
    public let sha: String

    public init(repository: Int64, sha: String) {
      self.repository = repository
      self.sha = sha
    }
  }

  public var gaps = RepositoryGaps()
  /// Since when each repository was looked at; merges before that are none of this run's.
  public var since: [Int64: Instant] = [:]
  /// When this process last read something that had no news: the log does not tell.
  public var refreshed: [DueRead: Instant] = [:]
  /// What this process wanted to read and GitHub did not answer about yet, and how often not. What
  /// asked for it then may not ask again: a gap is closed, a change is recorded.
  public var unread: [Commit: Int] = [:]
  /// How often GitHub did not answer about a pull request alone.
  public var untold: [Pull: Int] = [:]
  /// After so many times, a day of hourly runs, what GitHub's list says of it has to do.
  public static let maximumUntold = 24
  /// Seconds that an open gate rests on what was read.
  public static let freshness: Double = 6 * 3_600
  /// Of those, in one run.
  public static let maximumRefreshed = 50
  /// Seconds that a verdict may wait before GitHub is asked what it waits for.
  public var patience: Double

  public init(patience: Double) { self.patience = patience }

  /// In the order of repositories and numbers; after them what had no answer, and the open gates
  /// that nothing was read for in a long time, the oldest first. What GitHub never answers about is
  /// behind all that, or it would hide the rest in every run.
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
    let reads = try (open + merged).compactMap { pull, sha in
      try due(pull, sha, policy, tables)
    }
    let owed = reads + (try again(by: policy, gate, besides: Set(reads), tables))
    let all = try owed + stale(by: policy, gate, besides: Set(owed), tables, now)
    return inOrder(all) {
      unread[Commit(repository: $0.repository.id, sha: $0.sha)] ?? 0
    }
  }

  /// Those that failed least come first, otherwise in their order.
  private func inOrder<Thing>(_ things: [Thing], _ failures: (Thing) -> Int) -> [Thing] {
    let counted = things.enumerated().map { place, thing in
      (failures: failures(thing), place: place, thing: thing)
    }
    return counted.sorted { ($0.failures, $0.place) < ($1.failures, $1.place) }.map(\.thing)
  }

  /// In which order GitHub is asked about these pull requests alone.
  public func inOrder(_ pulls: [PullSight], of repository: Int64) -> [PullSight] {
    inOrder(pulls) { untold[Pull(repository: repository, number: $0.number)] ?? 0 }
  }

  /// Commits of pull requests that GitHub showed otherwise than the log, which has recorded that.
  public func commits(
    of numbers: [Int64], in repository: Int64, by gate: MergePolicy,
    reading tables: any LedgerReader
  ) throws -> [Commit] {
    try numbers.compactMap { number in
      guard let pull = try tables.pull(repository, number) else { return nil }
      if pull.isOpen {
        return gate.guards(pull.baseRef) ? Commit(repository: repository, sha: pull.headSHA) : nil
      }
      guard let merge = pull.merge, gate.guards(merge.baseRef), let since = self.since[repository],
        since < merge.at
      else { return nil }
      return Commit(repository: repository, sha: merge.headSHA)
    }
  }

  /// Remembers them until there is an answer.
  public mutating func want(_ commits: [Commit]) {
    for commit in commits { unread[commit, default: 0] += 0 }
  }

  /// What a pull request still asks for: one that was closed without a merge, or got another head,
  /// asks no more.
  private func again(
    by policy: Policy, _ gate: MergePolicy, besides reads: Set<DueRead>,
    _ tables: any LedgerReader
  ) throws -> [DueRead] {
    let commits = try unread.keys.filter { commit in
      try tables.pulls(commit.repository, head: commit.sha).contains { pull in
        pull.isOpen && pull.headSHA == commit.sha && gate.guards(pull.baseRef)
          || pull.merge?.headSHA == commit.sha
      }
    }.sorted { ($0.repository, $0.sha) < ($1.repository, $1.sha) }
    return try commits.compactMap { commit in
      try tables.repository(commit.repository).map {
        DueRead(repository: $0, sha: commit.sha, policy: policy.hash)
      }
    }.filter { !reads.contains($0) }
  }

  private func due(
    _ pull: PullRow, _ sha: String, _ policy: Policy, _ tables: any LedgerReader
  ) throws -> DueRead? {
    try tables.repository(pull.repository).map {
      DueRead(repository: $0, sha: sha, policy: policy.hash)
    }
  }

  /// GitHub's list of deliveries ends after three days, and a failing run may be on none.
  private func stale(
    by policy: Policy, _ gate: MergePolicy, besides reads: Set<DueRead>,
    _ tables: any LedgerReader, _ now: Instant
  ) throws -> [DueRead] {
    var seen = reads
    let aged = try tables.openPulls().compactMap { pull -> (at: Instant, due: DueRead)? in
      guard gate.guards(pull.baseRef), let readAt = try allowedSince(pull, tables),
        let due = try due(pull, pull.headSHA, policy, tables), seen.insert(due).inserted
      else { return nil }
      return (max(readAt, refreshed[due] ?? readAt), due)
    }
    return aged.filter { now.seconds(since: $0.at) > ReadsOwed.freshness }
      .sorted { $0.at < $1.at }.prefix(ReadsOwed.maximumRefreshed).map(\.due)
  }

  /// When GitHub was last asked about an open gate, or when it opened without that.
  private func allowedSince(_ pull: PullRow, _ tables: any LedgerReader) throws -> Instant? {
    guard let verdict = try tables.verdict(pull.repository, pull.number, head: pull.headSHA),
      verdict.state == Verdict.State.allow.rawValue
    else { return nil }
    return try readAt(pull, pull.headSHA, tables)
      ?? tables.entry(at: verdict.entry)?.entry.received
  }

  private func readAt(
    _ pull: PullRow, _ sha: String, _ tables: any LedgerReader
  ) throws -> Instant? {
    let read = try tables.checks(pull.repository, head: sha).compactMap(\.readEntry).max()
    return try read.flatMap { try tables.entry(at: $0)?.entry.received }
  }

  private func isOwed(_ pull: PullRow, _ sha: String, _ tables: any LedgerReader) throws -> Bool {
    guard gaps.end(in: pull.repository) != nil else { return false }
    return gaps.needsRead(in: pull.repository, readAt: try readAt(pull, sha, tables))
  }

  private func waits(_ pull: PullRow, _ tables: any LedgerReader, _ now: Instant) throws -> Bool {
    guard let verdict = try tables.verdict(pull.repository, pull.number, head: pull.headSHA),
      verdict.state == Verdict.State.pending.rawValue,
      let decided = try tables.entry(at: verdict.entry)?.entry.received
    else { return false }
    return now.seconds(since: decided) > patience
  }
}
