import Attestations
import Synchronization

/// Whose signatures of attestations are believed. It may be replaced while requests run.
public final class TrustInForce: Sendable {
  private let trust: Mutex<Trust>

  public init(_ trust: Trust = Trust()) { self.trust = Mutex(trust) }

  public var current: Trust { trust.withLock { $0 } }

  public func replace(_ trust: Trust) { self.trust.withLock { $0 = trust } }
}
