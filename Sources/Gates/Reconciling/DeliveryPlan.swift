import Ledger

/// GitHub's list of one hook's deliveries beside the log: what is here, what is missing, and what
/// to do about it. GitHub repeats a delivery under its GUID, also through another hook, so that the
/// GUID alone says what is here.
public struct DeliveryPlan: Hashable, Sendable {
  /// GitHub delivers again for three days.
  public static let window: Double = 3 * 86_400
  /// Seconds until a delivery that was asked for is asked for again.
  public static let pause: Double = 3_000

  public struct Missing: Hashable, Sendable {
    public var guid: String
    public var event: String
    /// When GitHub first tried.
    public var at: Instant
    /// The newest attempt: what is asked for again.
    public var attempt: Int64
    public var repository: Int64?
    /// GitHub had it acknowledged, and it is not here all the same.
    public var isAcknowledged: Bool
    /// When it was last asked for again.
    public var askedAt: Instant?
  }

  /// Different deliveries, however often each was tried.
  public let listed: Int
  public let present: Int
  /// Of those that are here and were not only counted: the ones that GitHub knows as failed alone.
  /// Asking for them would add nothing.
  public let failedButPresent: Int
  /// All that are not here, oldest first.
  public let missing: [Missing]
  /// Those that may still come.
  public let outstanding: [Missing]
  /// Of those, the ones that were not asked for lately.
  public let toAsk: [Missing]
  /// Too old, or refused.
  public let lost: [Missing]

  /// - Parameters:
  ///   - known: the GUIDs of `attempts` that are in the log.
  ///   - givenUp: GUIDs that were given up before, or that GitHub refused to deliver again.
  ///   - counted: deliveries that are here and none of `attempts` is of.
  public init(
    _ attempts: [DeliverySight], known: Set<String>, givenUp: Set<String> = [], counted: Int = 0,
    now: Instant
  ) {
    let groups = Dictionary(grouping: attempts, by: \.guid)
    listed = groups.count + counted
    let here = groups.filter { known.contains($0.key) }
    present = here.count + counted
    failedButPresent = here.count { group in !group.value.contains(where: \.isAcknowledged) }
    missing = groups.filter { !known.contains($0.key) }.compactMap { Missing($0.value, now: now) }
      .sorted { ($0.at, $0.guid) < ($1.at, $1.guid) }
    lost = missing.filter { givenUp.contains($0.guid) || $0.isLost(at: now) }
    let hopeless = Set(lost.map(\.guid))
    outstanding = missing.filter { !hopeless.contains($0.guid) }
    toAsk = outstanding.filter { !$0.isAsked(at: now) }
  }

  /// Until when everything that GitHub listed is here, or was given up.
  ///
  /// - Parameter listedAt: when the list was asked for.
  public func covered(listedAt: Instant) -> Instant {
    outstanding.map(\.at).min().map { min($0, listedAt) } ?? listedAt
  }
}

extension DeliveryPlan.Missing {
  fileprivate init?(_ attempts: [DeliverySight], now: Instant) {
    guard let first = attempts.min(by: { $0.order < $1.order }),
      let newest = attempts.max(by: { $0.order < $1.order })
    else { return nil }
    self.init(
      guid: first.guid, event: first.event, at: first.deliveredAt ?? now, attempt: newest.id,
      repository: attempts.compactMap(\.repositoryID).min(),
      isAcknowledged: attempts.contains(where: \.isAcknowledged),
      askedAt: attempts.filter(\.isRedelivery).compactMap(\.deliveredAt).max())
  }

  fileprivate func isLost(at now: Instant) -> Bool {
    now.seconds(since: at) > DeliveryPlan.window
  }

  fileprivate func isAsked(at now: Instant) -> Bool {
    askedAt.map { now.seconds(since: $0) < DeliveryPlan.pause } ?? false
  }

  /// As `github.deliveries_read.v1` lists it.
  public var json: JSON {
    ["guid": .string(guid), "event": .string(event), "at": .string(at.description)]
  }
}

extension DeliverySight {
  fileprivate var isAcknowledged: Bool { status == "OK" }
  /// GitHub counts attempts up.
  fileprivate var order: (Instant, Int64) { (deliveredAt ?? Instant(seconds: 0), id) }
}
