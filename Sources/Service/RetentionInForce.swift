import Ledger
import Synchronization

/// For how long bodies are kept. It may be replaced while the server runs.
public final class RetentionInForce: Sendable {
  private let retention: Mutex<Retention?>

  public init(_ retention: Retention? = nil) { self.retention = Mutex(retention) }

  /// `nil` for ever.
  var current: Retention? { retention.withLock { $0 } }

  public func replace(_ retention: Retention?) { self.retention.withLock { $0 = retention } }
}
