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
      if now < end { return end.seconds(since: now) }
      spent[account] = nil
      return nil
    }
    guard let left else { return }
    throw .unavailable(after: left, reason: "not sent: the rate limit is spent")
  }

  /// Of several the one that ends last.
  func silence(for seconds: Double, at now: Instant) {
    let end = now.adding(seconds: seconds)
    silentUntil.withLock { $0 = max($0 ?? end, end) }
  }

  func silence(at now: Instant) -> Double? {
    silentUntil.withLock { $0.flatMap { now < $0 ? $0.seconds(since: now) : nil } }
  }
}

extension GitHubClient {
  /// Seconds for which GitHub wants no request of ours, for whatever account: its secondary limits.
  /// `nil` when it waits for nothing. Whoever sends many requests looks here before each.
  public var silence: Double? { budget.silence(at: now()) }
}
