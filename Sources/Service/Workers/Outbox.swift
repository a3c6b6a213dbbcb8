import Gates
import Ledger
import Logging
import ServiceLifecycle

/// Works off what the log promised: it looks for what is due whenever something was appended, runs
/// effects of different commits side by side and those of one commit in order, and waits as long as
/// GitHub asks. It keeps nothing that the log does not have but the times of its next attempts.
public actor Outbox: Service {
  /// GitHub allows 100 concurrent requests to all of its clients together.
  static let concurrency = 64

  struct Pace: Sendable {
    /// How long GitHub's and the backoff's seconds are.
    var second = Duration.seconds(1)
    /// Also without a sign it looks this often: a lost wake-up costs seconds, not a status.
    var patience = Duration.seconds(1)
    /// How many effects of each sort it looks at beside those that run or wait.
    var window = Outbox.concurrency
    /// How long the failures of an effect are remembered that is not due any more.
    var memory = Duration.seconds(600)
  }

  private struct Attempt {
    var failures = 0
    var notBefore = ContinuousClock.now
    /// When it was last found among what is due.
    var listed = ContinuousClock.now
    /// What GitHub may show already, although the log does not know it. It is looked for before
    /// anything is posted, and also when nothing is due any more: it may be what was taken back.
    var doubtful: DueStatus?
    /// GitHub refused it, and will again.
    var isRefused = false
  }

  private let effects: Effects
  private let metrics: Metrics
  private let logger: Logger
  private let wakes: AsyncStream<Void>
  private let wakeUp: AsyncStream<Void>.Continuation
  private var attempts: [Effect.Key: Attempt] = [:]
  private var running: Set<Effect.Key> = []
  /// Until when GitHub wants no calls for an account.
  private var pauses: [Effect.Account: ContinuousClock.Instant] = [:]
  /// Seconds for which it wants none at all.
  private let silence: @Sendable () -> Double?
  private let pace: Pace

  /// - Parameter silence: seconds for which GitHub wants no calls for whatever account; `nil` when it
  ///   does not mind. Asked before each look.
  public init(
    store: any LedgerStore, host: any CodeHost, policies: Policies,
    zones: any TimeZones = OnlyUTC(), publicURL: String?, now: @escaping @Sendable () -> Instant,
    metrics: Metrics, logger: Logger,
    appended: Appended = Appended(), errands: (any ErrandHost)? = nil,
    branches: BranchEffects? = nil, silence: @escaping @Sendable () -> Double? = { nil }
  ) {
    self.init(
      store: store, host: host, policies: policies, zones: zones, publicURL: publicURL,
      now: now, metrics: metrics, logger: logger, appended: appended, errands: errands,
      branches: branches,
      silence: silence, pace: Pace())
  }

  init(
    store: any LedgerStore, host: any CodeHost, policies: Policies,
    zones: any TimeZones = OnlyUTC(), publicURL: String?, now: @escaping @Sendable () -> Instant,
    metrics: Metrics, logger: Logger,
    appended: Appended = Appended(), errands: (any ErrandHost)? = nil,
    branches: BranchEffects? = nil, silence: @escaping @Sendable () -> Double? = { nil },
    pace: Pace
  ) {
    self.pace = pace
    self.silence = silence
    let (wakes, wakeUp) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    (self.wakes, self.wakeUp) = (wakes, wakeUp)
    effects = Effects(
      store: store, host: host, policies: policies, zones: zones, publicURL: publicURL,
      now: now, errands: errands, branches: branches,
      announce: {
        wakeUp.yield()
        appended.announce()
      })
    self.metrics = metrics
    self.logger = logger
  }

  public nonisolated func wake() { wakeUp.yield() }

  public func run() async throws {
    // Everything that is due may have been posted by the process before this one.
    for status in try await effects.store.read({ try $0.dueStatuses(limit: Int.max) }) {
      attempts[Effect.status(status).key] = Attempt(doubtful: status)
    }
    wake()
    await withDiscardingTaskGroup { group in
      group.addTask { [wakeUp, pace] in
        while !Task.isCancelled && !Task.isShuttingDownGracefully {
          do { try await Task.sleep(for: pace.patience) } catch { return }
          wakeUp.yield()
        }
      }
      for await _ in wakes.cancelOnGracefulShutdown() {
        let chosen = ContinuousClock.now
        for effect in await startable() {
          group.addTask { await self.attempt(effect, chosen: chosen) }
        }
      }
      group.cancelAll()
    }
  }

  private func startable() async -> [Effect] {
    guard silence() == nil, running.count < Outbox.concurrency else { return [] }
    let now = ContinuousClock.now
    pauses = pauses.filter { now < $0.value }
    // A token has no other account.
    guard pauses[.user] == nil else { return [] }
    do {
      let chosen = try await due(atMost: Outbox.concurrency - running.count)
      running.formUnion(chosen.map(\.key))
      return chosen
    } catch {
      logger.error("cannot look for what is due", metadata: ["error": "\(error)"])
      return []
    }
  }

  /// What waits for its next attempt or for its account must not hide what is due behind it, nor
  /// reads hide posts.
  private func due(atMost room: Int) async throws -> [Effect] {
    let limit = pauses.isEmpty ? pace.window + attempts.count + running.count : Int.max
    let doubtful = attempts.values.compactMap(\.doubtful)
    let (blocked, answers) = (blocked, effects.errands != nil)
    let (paused, form) = (Set(pauses.keys), effects.host.form)
    let waiting = Set(attempts.keys)
    let (chosen, stillDue) = try await effects.store.read { [effects] tables in
      let posts = try tables.dueStatuses(limit: limit)
      let listed = Set(posts.map(\.key))
      let takenBack = try doubtful.compactMap { try $0.asWanted(by: tables) }
      let rules = try answers ? tables.dueRuleAnswers(limit: limit).map(Effect.rule) : []
      let others = try effects.branches?.due(tables, limit: limit) ?? []
      let statuses = (posts + takenBack.filter { !listed.contains($0.key) }).map(Effect.status)
      let isFree = { (key: Effect.Key, repository: RepositoryRow) in
        !blocked.contains(key)
          && !paused.contains(Effect.Account(in: repository, posting: form))
      }
      let free = (rules + statuses + others).filter { isFree($0.key, $0.repository) }
      let dueReads = try tables.dueReads(limit: limit)
      let stillDue =
        waiting.isEmpty
        ? []
        : waiting.intersection((rules + statuses + others).map(\.key) + dueReads.map(\.key))
      let reads = try dueReads.filter { isFree($0.key, $0.repository) }
        .prefix(max(room / 2, room - free.count))
        .map { try ConfirmingRead($0, by: effects.policies, tables) }
      return (reads.map(Effect.read) + free.prefix(room - reads.count), stillDue)
    }
    forget(but: stillDue)
    return chosen
  }

  /// Failures of what is due no more: they would widen every look.
  private func forget(but stillDue: Set<Effect.Key>) {
    guard !attempts.isEmpty else { return }
    let now = ContinuousClock.now
    for key in stillDue { attempts[key]?.listed = now }
    attempts = attempts.filter { $1.doubtful != nil || now - $1.listed < pace.memory }
    tellRefused()
  }

  /// So that a post which GitHub will not take is no trouble of the service's.
  private func tellRefused() { metrics.refused(Set(attempts.filter { $1.isRefused }.keys)) }

  /// Effects whose failures are remembered.
  var remembered: Int { attempts.count }

  /// What runs, also if it is done by the time that the tables were read: they may show it among the
  /// due all the same. And what waits for its next attempt.
  private var blocked: Set<Effect.Key> {
    let now = ContinuousClock.now
    return running.union(attempts.filter { now < $0.value.notBefore }.keys)
  }

  private func attempt(_ effect: Effect, chosen: ContinuousClock.Instant) async {
    let key = effect.key
    let isUncertain = attempts[key]?.doubtful != nil
    do {
      let outcome = try await effects.carryOut(
        effect, isUncertain: isUncertain, chosen: chosen)
      note(outcome, effect)
    } catch is CancellationError {
      running.remove(key)
      return
    } catch let refused as StatusRefused {
      note(.refused(reason: refused.reason), effect, isForGood: true)
    } catch {
      // The store did not take the confirmation of a call that may have been carried out.
      note(.uncertain(reason: "\(error)"), effect)
    }
    running.remove(key)
    wake()
  }

  private func note(_ outcome: Effects.Outcome, _ effect: Effect, isForGood: Bool = false) {
    defer { tellRefused() }
    let key = effect.key
    metrics.count(call: key.call, result: outcome.name)
    guard let (delay, reason) = delay(outcome, key) else {
      // What may have been posted before is still in doubt.
      if outcome != .overtaken { attempts[key] = nil }
      return
    }
    var attempt = attempts[key] ?? Attempt()
    attempt.failures += 1
    attempt.notBefore = ContinuousClock.now + pace.second * delay
    attempt.isRefused = isForGood
    if case (.uncertain, .status(let due)) = (outcome, effect) { attempt.doubtful = due }
    attempts[key] = attempt
    if case .later(let pause?, _) = outcome {
      let account = Effect.Account(in: effect.repository, posting: effects.host.form)
      let end = ContinuousClock.now + pace.second * pause
      pauses[account] = max(pauses[account] ?? end, end)
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
    case .done, .overtaken: return nil
    case .later(let after, let reason): return (max(after ?? 0, usual), reason)
    case .uncertain(let reason): return (usual, reason)
    case .refused(let reason), .barred(let reason): return (Backoff.refused, reason)
    }
  }
}

extension DueStatus {
  /// What the log wants of the same commit and context now; `nil` when it wants nothing.
  fileprivate func asWanted(by tables: any LedgerReader) throws -> DueStatus? {
    guard let text = try tables.wantedStatus(repository.id, sha, context) else { return nil }
    let verdict = try tables.verdict(repository.id, pull, head: sha)?.entry ?? verdict
    return DueStatus(
      repository: repository, sha: sha, context: context, pull: pull, text: text,
      verdict: verdict, wantedAt: wantedAt)
  }
}

extension Effects.Outcome {
  fileprivate var name: String {
    switch self {
    case .done: "done"
    case .overtaken: "overtaken"
    case .later: "later"
    case .uncertain: "uncertain"
    case .refused, .barred: "refused"
    }
  }
}
