import Ledger

extension FakeGitHub {
  /// Replaces the check runs of a commit. `repository` is `owner/name`.
  public func set(checkRuns: [CheckRun], of sha: String, in repository: String) {
    state.withLock { $0.checkRuns[Place(repository, sha)] = checkRuns }
  }

  /// Adds a pull request or replaces the one of its number; also the way to move a head.
  public func set(pull: Pull, in repository: String) {
    state.withLock { $0.pulls[Place(repository, String(pull.number))] = pull }
  }

  /// Posts a status as somebody else would, past the faults and the record.
  @discardableResult
  public func post(
    state word: String, description: String? = nil, targetURL: String? = nil, context: String,
    to sha: String, in repository: String, by creatorID: Int64 = 583_231
  ) -> Status {
    let status = state.withLock {
      $0.post(
        Posting(state: word, description: description, targetURL: targetURL, context: context),
        to: sha, in: repository, by: creatorID, at: now())
    }
    announce()
    return status
  }

  /// The statuses of a commit in the order of posting.
  public func statuses(of sha: String, in repository: String) -> [Status] {
    state.withLock { $0.statuses[Place(repository, sha)] ?? [] }
  }

  /// The statuses of all commits in the order of posting.
  public var statuses: [Status] {
    state.withLock { $0.statuses.values.joined().sorted { $0.id < $1.id } }
  }

  /// The requests received since the start, or at least the newest `keeping` of them, in order.
  public var requests: [ReceivedRequest] { state.withLock(\.requests) }

  /// How many requests of `route`, or of any, came in since the start.
  public func count(of route: Route? = nil) -> Int {
    state.withLock { state in
      route.map { state.counts[$0] ?? 0 } ?? state.counts.values.reduce(0, +)
    }
  }

  /// Returns once `condition` holds. It is asked now, after every request came in and after every
  /// status was posted. Throws `CancellationError` when the task is cancelled before that.
  public func wait(until condition: @Sendable (FakeGitHub) -> Bool) async throws {
    let (ticks, continuation) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let waiter = state.withLock { state in
      state.lastWaiter += 1
      state.waiters[state.lastWaiter] = continuation
      return state.lastWaiter
    }
    defer { state.withLock { _ = $0.waiters.removeValue(forKey: waiter) } }
    continuation.yield()
    for await _ in ticks where condition(self) { return }
    throw CancellationError()
  }

  func announce() {
    for waiter in state.withLock({ Array($0.waiters.values) }) { waiter.yield() }
  }
}
