import Gates
import Ledger
import Synchronization

/// Which accounts have no requests left, and until when; and until when GitHub wants none at all.
/// Asking all the same would be answered with a refusal, and GitHub bans those who go on.
final class Budget: Sendable {
  private let spent = Mutex<[Bearer.Account: Instant]>([:])
  private let silentUntil = Mutex<Instant?>(nil)

  func note(_ limit: RateLimit, of account: Bearer.Account, at now: Instant) {
    guard limit.isSpent, limit.reset != nil else { return }
    let end = now.adding(seconds: limit.untilReset(at: now))
    spent.withLock { $0[account] = end }
  }

  func allow(_ account: Bearer.Account, at now: Instant) throws(CodeHostError) {
    let left = spent.withLock { spent -> Double? in
      guard let end = spent[account] else { return nil }
      if let left = Budget.left(until: end, at: now) { return left }
      spent[account] = nil
      return nil
    }
    guard let left else { return }
    throw .unavailable(after: left, reason: "not sent: the rate limit is spent")
  }

  /// Of several the one that ends last.
  func silence(for seconds: Double, at now: Instant) {
    let end = now.adding(seconds: min(seconds, RateLimit.longest))
    silentUntil.withLock { known in
      // One that an earlier clock said is no later one.
      let standing = known.flatMap { Budget.left(until: $0, at: now) == nil ? nil : $0 }
      known = max(standing ?? end, end)
    }
  }

  func silence(at now: Instant) -> Double? {
    silentUntil.withLock { $0.flatMap { Budget.left(until: $0, at: now) } }
  }

  /// An end that is further away than any wait was said by a clock that was set back since.
  private static func left(until end: Instant, at now: Instant) -> Double? {
    let left = end.seconds(since: now)
    return left > 0 && left <= RateLimit.longest ? left : nil
  }
}

extension GitHubClient {
  /// Seconds for which GitHub wants no request of ours, for whatever account: its secondary limits.
  /// `nil` when it waits for nothing. Whoever sends many requests looks here before each.
  public var silence: Double? { budget.silence(at: now()) }
}
