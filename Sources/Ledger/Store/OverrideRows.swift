/// Which overrides are asked for.
public enum OverrideQuery: Hashable, Sendable {
  /// Of one head of one pull request, also those that ended.
  case merge(repository: Int64, pull: Int64, head: String)
  /// Of one digest in one environment, also those that ended.
  case deploy(service: String, environment: String, digest: String)
  case entry(Int64)
  /// All that no entry ended, whether or not their time has come.
  case lasting
  case newest(limit: Int)
}

/// What a person let pass.
public struct OverrideRow: Hashable, Sendable {
  public enum Target: Hashable, Sendable {
    case merge(repository: Int64, pull: Int64, head: String, base: String)
    case deploy(service: String, environment: String, digest: String)
  }

  public struct End: Hashable, Sendable {
    /// `expired` or `revoked`.
    public let why: String
    public let at: Instant
    public let entry: Int64

    public init(why: String, at: Instant, entry: Int64) {
      self.why = why
      self.at = at
      self.entry = entry
    }
  }

  /// The entry that says so.
  public let entry: Int64
  /// The verdict that it lifts.
  public let decision: Int64
  public let target: Target
  public let reason: String
  /// Name of the token.
  public let by: String
  public let madeAt: Instant
  public let expiresAt: Instant
  /// `nil` while no entry ended it.
  public let end: End?

  public init(
    entry: Int64, decision: Int64, target: Target, reason: String, by: String, madeAt: Instant,
    expiresAt: Instant, end: End?
  ) {
    self.entry = entry
    self.decision = decision
    self.target = target
    self.reason = reason
    self.by = by
    self.madeAt = madeAt
    self.expiresAt = expiresAt
    self.end = end
  }

  public func isValid(at now: Instant) -> Bool { end == nil && now < expiresAt }

  /// Whether it stood at an instant of GitHub's, which are whole seconds.
  public func stood(at instant: Instant) -> Bool {
    guard madeAt.wholeSecond <= instant, instant < expiresAt else { return false }
    return end.map { instant <= $0.at } ?? true
  }
}

extension LedgerReader {
  /// The override of exactly this head that no entry ended; the caller compares `expiresAt` with its
  /// own clock.
  public func override(
    merge repository: Int64, _ pull: Int64, head: String
  ) throws -> OverrideRow? {
    try overrides(.merge(repository: repository, pull: pull, head: head)).first { $0.end == nil }
  }

  /// The same for a digest that shall be deployed.
  public func override(
    deploy service: String, environment: String, digest: String
  ) throws -> OverrideRow? {
    try overrides(.deploy(service: service, environment: environment, digest: digest))
      .first { $0.end == nil }
  }

  public func override(_ entry: Int64) throws -> OverrideRow? {
    try overrides(.entry(entry)).first
  }
}
