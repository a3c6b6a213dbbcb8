import Gates
import Ledger

/// An issuer's keys, kept. They are fetched when the first token comes, when they are old, and when
/// a token names a key that is not among them, but never more often than the limits say: anyone may
/// send tokens.
actor IssuerKeys {
  private let limits: ActionsTokens.Limits
  private let now: @Sendable () -> Instant
  private let fetch: @Sendable () async throws(KeysUnavailable) -> KeySet

  private var keys: KeySet?
  private var fetched: Instant?
  /// When it was last tried, but for the first success: a key that is missing then is asked for
  /// at once.
  private var tried: Instant?
  /// Why the last attempt failed.
  private var failure: KeysUnavailable?
  /// Everyone who waits shares it.
  private var attempt: Task<Void, Never>?

  init(
    limits: ActionsTokens.Limits, now: @escaping @Sendable () -> Instant,
    fetch: @escaping @Sendable () async throws(KeysUnavailable) -> KeySet
  ) {
    self.limits = limits
    self.now = now
    self.fetch = fetch
  }

  /// Keys that are old decide as long as no newer ones can be had.
  func key(_ id: String) async throws(WorkflowRefusal) -> TokenKey {
    if !isOld, let key = keys?[id] { return key }
    await refresh()
    if let key = keys?[id] { return key }
    if let failure { throw .unavailable("the issuer's keys cannot be fetched: \(failure.reason)") }
    throw .invalid("the token names a key (kid) that its issuer does not publish")
  }

  private func refresh() async {
    if let attempt { return await attempt.value }
    guard mayFetch else { return }
    let attempt = Task { await load() }
    self.attempt = attempt
    await attempt.value
  }

  private func load() async {
    let isFirst = keys == nil
    do {
      keys = try await fetch()
      fetched = now()
      tried = isFirst ? nil : fetched
      failure = nil
    } catch {
      tried = now()
      failure = error
    }
    attempt = nil
  }

  private var isOld: Bool { seconds(since: fetched) >= limits.keyAge }

  private var mayFetch: Bool {
    seconds(since: tried) >= (keys == nil ? limits.retryInterval : limits.refetchInterval)
  }

  /// A clock that was set back must not stop the fetching.
  private func seconds(since earlier: Instant?) -> Double {
    guard let earlier else { return .infinity }
    let seconds = now().seconds(since: earlier)
    return seconds < 0 ? .infinity : seconds
  }
}
