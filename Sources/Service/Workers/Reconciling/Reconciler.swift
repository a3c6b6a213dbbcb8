import Gates
import Ledger
import Logging
import ServiceLifecycle

/// A webhook is a hint: GitHub never sends a lost delivery again by itself. This looks for them at
/// the start, every hour and when somebody asks for it, and heals what they left behind.
public actor Reconciler: Service {
  private let reconciliation: @Sendable (ReconcileRun, Instant?) -> Reconciliation
  private let settings: ReconcileSettings
  private let now: @Sendable () -> Instant
  private let sleep: @Sendable (Duration) async throws -> Void
  private let metrics: Metrics
  private let logger: Logger
  private var running: (run: ReconcileRun, since: Instant?, task: Task<Void, Never>)?
  /// Begins when that is over, because it looks further back.
  private var waiting: (run: ReconcileRun, since: Instant)?
  private var failures = 0
  /// What was read although nothing asked for it.
  private var refreshed: [DueRead: Instant] = [:]
  /// What had no answer.
  private var unread: [ReadsOwed.Commit: Int] = [:]
  private var untold: [ReadsOwed.Pull: Int] = [:]
  private var pullsRead: [Int64: Instant] = [:]
  private var wait: Duration
  public private(set) var state = ReconcilerState()

  public init(
    store: any LedgerStore, host: any ReconcileHost, policies: Policies,
    settings: ReconcileSettings, now: @escaping @Sendable () -> Instant, metrics: Metrics,
    logger: Logger, announce: @escaping @Sendable () -> Void = {},
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    let effects = Effects(
      store: store, host: host, policies: policies, publicURL: settings.publicURL, now: now)
    reconciliation = { run, since in
      Reconciliation(
        store: store, host: host, effects: effects, policies: policies, settings: settings,
        now: now, sleep: sleep, announce: announce, metrics: metrics, tell: { run.tell($0) },
        since: since)
    }
    (self.settings, self.now, self.sleep) = (settings, now, sleep)
    (self.metrics, self.logger) = (metrics, logger)
    wait = settings.pace.interval
  }

  /// Until the service stops.
  public func run() async throws {
    do {
      try await cancelWhenGracefulShutdown { try await self.repeatedly() }
    } catch is CancellationError {}
    running?.task.cancel()
    await running?.task.value
  }

  private func repeatedly() async throws {
    try await sleep(settings.pace.start)
    while !Task.isCancelled {
      for await _ in start().steps() {}
      try Task.checkCancellation()
      try await sleep(wait)
    }
  }

  /// A run that is under way is joined, unless more is asked for than it looks at: one more begins
  /// when it is over.
  ///
  /// - Parameter since: looks at GitHub's list from here on; it never narrows what is looked at.
  public func start(since: Instant? = nil) -> ReconcileRun {
    guard let running else { return begin(ReconcileRun(), since) }
    // Without a time it looks at least so far back.
    let looked = running.since ?? now().adding(seconds: -DeliveryWindow.overlap)
    guard let since, since < looked else { return running.run }
    let run = waiting?.run ?? Reconciler.queued()
    waiting = (run, min(waiting?.since ?? since, since))
    return run
  }

  private func begin(_ run: ReconcileRun, _ since: Instant?) -> ReconcileRun {
    state.isRunning = true
    running = (run, since, Task { await self.carryOut(run, since) })
    return run
  }

  private static func queued() -> ReconcileRun {
    let run = ReconcileRun()
    run.tell(ReconcileStep(.wait, message: "until the run that is under way is over"))
    return run
  }

  /// A process that stops begins nothing.
  private func beginWaiting() {
    guard let (run, since) = waiting else { return }
    waiting = nil
    guard Task.isCancelled else {
      _ = begin(run, since)
      return
    }
    var end = ReconcileStep(.end, message: Reconciler.stopped)
    end.result = .failed
    run.tell(end)
    run.end()
  }

  private static let stopped = "it was stopped"

  private func carryOut(_ run: ReconcileRun, _ since: Instant?) async {
    var work = reconciliation(run, since)
    (work.owed.refreshed, work.owed.unread, work.owed.untold) = (refreshed, unread, untold)
    work.pullsRead = pullsRead
    var end = ReconcileStep(.end)
    do {
      try await work.run()
      ended(work)
      end.result = work.problems.isEmpty ? .complete : .undetermined
    } catch let pause as Reconciliation.Interrupted {
      end.result = .undetermined
      end.message = interrupted(pause, work.problems)
    } catch {
      end.result = .failed
      end.message = failed(error)
    }
    let start = now()
    (unread, untold, pullsRead) = (work.owed.unread, work.owed.untold, work.pullsRead)
    refreshed = work.owed.refreshed.filter {
      start.seconds(since: $1) < ReadsOwed.freshness
    }
    end.missing = work.lists.map(\.plan.missing.count).reduce(0, +)
    end.asked = work.asked.count
    state.isRunning = false
    running = nil
    run.tell(end)
    run.end()
    beginWaiting()
  }

  /// It came to its end, but for its problems.
  private func ended(_ work: Reconciliation) {
    let problems = work.problems
    if work.unanswered > 0 {
      // What had no answer may have one soon.
      state.nextAt = now().adding(seconds: backOff(nil)).wholeSecond
    } else {
      (failures, wait) = (0, settings.pace.interval)
      state.nextAt = nil
    }
    state.problems = problems
    if problems.isEmpty {
      state.reconciledAt = now()
      metrics.reconciled(at: now())
    }
    for problem in problems {
      logger.warning("reconciling is not complete", metadata: ["reason": "\(problem)"])
    }
  }

  /// - Returns: what it waits for, and until when.
  private func interrupted(
    _ pause: Reconciliation.Interrupted, _ problems: [String]
  ) -> String {
    let seconds = backOff(pause.after)
    let next = now().adding(seconds: seconds).wholeSecond
    let sentence = "GitHub cannot be asked now: \(pause.reason); it goes on at \(next)"
    (state.problems, state.nextAt) = (problems + [sentence], next)
    logger.warning("reconciling waits", metadata: ["reason": "\(pause.reason)"])
    return sentence
  }

  private func failed(_ error: any Error) -> String {
    _ = backOff(nil)
    let sentence = error is CancellationError ? Reconciler.stopped : "the log cannot be used"
    state.problems = [sentence]
    logger.error("reconciling failed", metadata: ["error": "\(error)"])
    return sentence
  }

  /// Seconds: a minute, two, four, … up to the usual interval, and never earlier than GitHub said.
  private func backOff(_ after: Double?) -> Double {
    failures += 1
    let usual = min(
      Double(settings.pace.interval.components.seconds), 60 * Double(1 << min(failures - 1, 10)))
    let seconds = max(usual, after ?? 0)
    wait = .seconds(seconds)
    return seconds
  }
}
