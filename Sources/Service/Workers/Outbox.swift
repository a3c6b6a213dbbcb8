import Gates
import Ledger
import Logging
import ServiceLifecycle

/// Works off what the log promised: it looks for what is due whenever something was appended, runs
/// effects of different commits side by side and those of one commit in order, and waits as long as
/// GitHub asks. It keeps nothing that the log does not have but the times of its next attempts.
public actor Outbox: Service {
  /// GitHub allows 100 concurrent requests to all of its clients together.
  static let concurrency = 32
  /// Also without a sign it looks this often: a lost wake-up costs seconds, not a status.
  private static let patience = Duration.seconds(1)

  private struct Attempt {
    var failures = 0
    var notBefore = ContinuousClock.now
    var isUncertain = false
  }

  private let effects: Effects
  private let metrics: Metrics
  private let logger: Logger
  private let wakes: AsyncStream<Void>
  private let wakeUp: AsyncStream<Void>.Continuation
  private var attempts: [Effect.Key: Attempt] = [:]
  private var running: Set<Effect.Key> = []
  private var pausedUntil = ContinuousClock.now
  /// Everything that was due when the process started may have been posted by the one before.
  private var inherited: Set<Effect.Key>?

  public init(
    store: any LedgerStore, host: any CodeHost, gate: MergeGate, publicURL: String?,
    now: @escaping @Sendable () -> Instant, metrics: Metrics, logger: Logger
  ) {
    effects = Effects(store: store, host: host, gate: gate, publicURL: publicURL, now: now)
    self.metrics = metrics
    self.logger = logger
    (wakes, wakeUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  public nonisolated func wake() { wakeUp.yield() }

  public func run() async throws {
    inherited = Set(try await due().map(\.key))
    wake()
    await withDiscardingTaskGroup { group in
      group.addTask { [wakeUp] in
        while !Task.isCancelled && !Task.isShuttingDownGracefully {
          do { try await Task.sleep(for: Outbox.patience) } catch { return }
          wakeUp.yield()
        }
      }
      for await _ in wakes.cancelOnGracefulShutdown() {
        for effect in await startable() {
          group.addTask { await self.attempt(effect) }
        }
      }
      group.cancelAll()
    }
  }

  private func due() async throws -> [Effect] {
    try await effects.store.read { tables in
      try tables.dueReads(limit: 500).map(Effect.read)
        + tables.dueStatuses(limit: 500).map(Effect.status)
    }
  }

  private func startable() async -> [Effect] {
    let now = ContinuousClock.now
    guard now >= pausedUntil, running.count < Outbox.concurrency else { return [] }
    let due: [Effect]
    do { due = try await self.due() } catch {
      logger.error("cannot look for what is due", metadata: ["error": "\(error)"])
      return []
    }
    let free = due.filter { effect in
      !running.contains(effect.key) && attempts[effect.key].map { now >= $0.notBefore } ?? true
    }
    let chosen = free.prefix(Outbox.concurrency - running.count)
    running.formUnion(chosen.map(\.key))
    return Array(chosen)
  }

  private func attempt(_ effect: Effect) async {
    let key = effect.key
    let isUncertain = inherited?.remove(key) != nil || attempts[key]?.isUncertain == true
    do {
      note(try await effects.carryOut(effect, isUncertain: isUncertain), key, isUncertain)
    } catch is CancellationError {
      running.remove(key)
      return
    } catch {
      note(.later(nil, reason: "\(error)"), key, isUncertain)
    }
    running.remove(key)
    wake()
  }

  private func note(_ outcome: Effects.Outcome, _ key: Effect.Key, _ wasUncertain: Bool) {
    metrics.count(call: key.call, result: outcome.name)
    guard let (delay, reason) = delay(outcome, key) else {
      attempts[key] = nil
      return
    }
    var attempt = attempts[key] ?? Attempt()
    attempt.failures += 1
    attempt.notBefore = ContinuousClock.now + .seconds(delay)
    if case .uncertain = outcome {
      attempt.isUncertain = true
    } else {
      attempt.isUncertain = attempt.isUncertain || wasUncertain
    }
    attempts[key] = attempt
    if case .later(let pause?, _) = outcome {
      pausedUntil = max(pausedUntil, ContinuousClock.now + .seconds(pause))
    }
    logger.warning(
      "GitHub did not do it yet",
      metadata: [
        "call": "\(key.call)", "sha": "\(key.sha)", "retry_in": "\(delay)",
        "reason": "\(reason)",
      ])
  }

  /// Seconds until the next attempt, or `nil` when there is none.
  private func delay(_ outcome: Effects.Outcome, _ key: Effect.Key) -> (Double, String)? {
    let usual = Backoff.delay(afterFailures: (attempts[key]?.failures ?? 0) + 1)
    switch outcome {
    case .done: return nil
    case .later(let after, let reason): return (max(after ?? 0, usual), reason)
    case .uncertain(let reason): return (usual, reason)
    case .refused(let reason): return (Backoff.refused, reason)
    }
  }
}

extension Effects.Outcome {
  fileprivate var name: String {
    switch self {
    case .done: "done"
    case .later: "later"
    case .uncertain: "uncertain"
    case .refused: "refused"
    }
  }
}
