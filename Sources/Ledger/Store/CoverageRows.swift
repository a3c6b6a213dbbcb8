/// How far GitHub's list of one hook's deliveries was compared with the log.
public struct CoverageRow: Hashable, Sendable {
  /// Times that GitHub's list did not reach back to.
  public struct Gap: Hashable, Sendable {
    public let from: Instant
    public let to: Instant

    public init(from: Instant, to: Instant) {
      self.from = from
      self.to = to
    }
  }

  /// `app`, or the hook's number.
  public let hook: String
  /// 0 for the App's hook.
  public let repository: Int64
  /// Until then everything that GitHub listed is here, or was given up.
  public let coveredTo: Instant
  public let gaps: [Gap]

  public init(hook: String, repository: Int64, coveredTo: Instant, gaps: [Gap] = []) {
    self.hook = hook
    self.repository = repository
    self.coveredTo = coveredTo
    self.gaps = gaps
  }
}

/// A delivery that GitHub listed and the log did not hold.
public struct LostDelivery: Hashable, Sendable {
  public enum State: String, Sendable {
    /// GitHub was, or will be, asked for it again.
    case asked
    /// Given up: GitHub does not deliver it any more.
    case lost
    /// It came.
    case recovered
  }

  public let guid: String
  public let event: String?
  /// When GitHub first tried to deliver it.
  public let at: Instant?
  public let hook: String
  public let state: State

  public init(guid: String, event: String?, at: Instant?, hook: String, state: State) {
    self.guid = guid
    self.event = event
    self.at = at
    self.hook = hook
    self.state = state
  }
}
