import Ledger

/// Which part of GitHub's list a run looks at.
public struct DeliveryWindow: Hashable, Sendable {
  /// A delivery is listed after it was tried, and GitHub's clock is another one.
  public static let overlap: Double = 3_600

  public private(set) var from: Instant
  /// Where the comparison before this one ended, when this one does not reach back to it: what came
  /// in between nobody knows.
  public private(set) var after: Instant?
  private let covered: Instant?

  /// - Parameters:
  ///   - covered: `nil` for a hook that was never looked at.
  ///   - since: widens the window; it never narrows it, or something would be left out.
  public init(covered: Instant?, since: Instant? = nil, now: Instant) {
    let oldest = now.adding(seconds: -DeliveryPlan.window)
    let usual = covered?.adding(seconds: -DeliveryWindow.overlap) ?? oldest
    from = max(oldest, min(usual, since ?? usual))
    after = covered.flatMap { $0 < oldest ? $0 : nil }
    self.covered = covered
  }

  /// The same where the list is longer than what was read of it.
  ///
  /// - Parameter oldest: of what was read.
  public func cut(at oldest: Instant) -> DeliveryWindow {
    var window = self
    let known = covered ?? from
    window.from = max(from, oldest)
    window.after = known < window.from ? known : nil
    return window
  }
}
