import Ledger

/// GitHub's word on when to come back: `retry-after` if present; else, when the budget is spent,
/// the moment of its reset; else at least a minute
/// (docs.github.com, "Rate limits for the REST API", "Exceeding the rate limit").
struct RateLimit: Sendable {
  /// Seconds to wait after a limit that names no time.
  static let unnamed = 60.0
  /// GitHub's longest window. A longer wait would be a mistake of a clock or a proxy.
  static let longest = 3600.0

  let retryAfter: String?
  let remaining: String?
  let reset: String?

  var isSpent: Bool { remaining == "0" }

  /// Seconds to wait after a 403 or 429 that is a limit.
  func wait(at now: Instant) -> Double {
    if let seconds = named { return seconds }
    return isSpent ? untilReset(at: now) : RateLimit.unnamed
  }

  /// Seconds until there are requests again.
  func untilReset(at now: Instant) -> Double {
    guard let reset = reset.flatMap(Int64.init), (0...1 << 40).contains(reset) else {
      return RateLimit.unnamed
    }
    return bounded(Instant(seconds: reset).seconds(since: now))
  }

  /// `retry-after` in seconds; `nil` when absent or, against GitHub's custom, a date.
  var named: Double? {
    guard let seconds = retryAfter.flatMap(Double.init), seconds.isFinite else { return nil }
    return bounded(seconds)
  }

  /// A reset in the past means that the clocks differ: not a reason to ask at once.
  private func bounded(_ seconds: Double) -> Double { min(max(seconds, 1), RateLimit.longest) }
}
