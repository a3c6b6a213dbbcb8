import Gates
import Ledger

/// What the reconciler asks of GitHub.
public typealias ReconcileHost = CodeHost & DeliveryHost & RepositoryHost

public struct ReconcileSettings: Sendable {
  /// Where GitHub reaches the ledger; `nil`: known by the hooks that delivered something.
  public var publicURL: String?
  /// Whether there is anything that GitHub could deliver to.
  public var asksForDeliveries = true
  /// Minutes that a verdict may wait before GitHub is asked what it waits for.
  public var pendingMinutes = 10
  public var pace = Pace()

  public struct Pace: Sendable {
    /// After the start of the process.
    public var start = Duration.seconds(15)
    public var interval = Duration.seconds(3_600)
    /// Until a delivery that was asked for may be here.
    public var look = Duration.seconds(30)
    public var looks = 3
    /// Between two writes: GitHub wants them one after the other, a second apart.
    public var write = Duration.seconds(1)
    /// Deliveries that are asked for, of one hook in one run.
    public var asks = 100
    /// Pages of a hundred deliveries that are read of one hook's list in one run: three days of
    /// nearly one a second, and less than half of the calls that GitHub allows in an hour.
    public var pages = 2_000

    public init() {}
  }

  public init(publicURL: String? = nil) { self.publicURL = publicURL }
}

/// How the reconciler is. In memory alone: it concerns GitHub and its permissions, not the log.
public struct ReconcilerState: Hashable, Sendable {
  /// When the last run ended that could do all of its work.
  public var reconciledAt: Instant?
  public var isRunning = false
  /// What the last run could not do.
  public var problems: [String] = []
  /// When it is tried again, where GitHub is waited for.
  public var nextAt: Instant?
}
