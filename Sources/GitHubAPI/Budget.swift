import Gates
import Ledger
import Synchronization

/// Which accounts have no requests left, and until when. Asking all the same would be answered with
/// a refusal, and GitHub bans those who go on.
final class Budget: Sendable {
  private let spent = Mutex<[Bearer.Account: Instant]>([:])

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
}
