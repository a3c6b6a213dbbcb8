import Dispatch
import GRDB
import Ledger
import Merkle
import Synchronization

/// The one writer. It takes everything that waits and commits it as one group: one flush of the
/// disk serves them all. Nobody is answered before the commit.
///
/// It writes on a thread of its own, which hands each answer to whoever waits for it: every further
/// change of threads would be part of the time to a verdict.
final class GroupWriter: Sendable {
  private struct Waiting {
    let submissions: [PreparedSubmission]
    let answer: CheckedContinuation<[Receipt], any Error>
    var size: Int { submissions.reduce(0) { $0 + $1.size } }
  }

  /// `nil` does it; otherwise the reason why it cannot be done.
  private typealias Job = @Sendable (StoreError?) -> Void

  private struct Queue {
    var waiting: [Waiting] = []
    /// What is written beside the log, each in a transaction of its own.
    var jobs: [Job] = []
    var count = 0
    var bytes = 0
    var isWriting = false
    var refusal: StoreError?
    var closing: [CheckedContinuation<Void, Never>] = []
  }

  /// What the file holds, as the writing thread knows it.
  private struct Log {
    var frontier: Frontier
    var checkpoints: CheckpointWriter
    /// A name was erased: the write-ahead log still holds it.
    var mustForget = false
    /// A reader held that up, and it is tried again in a while.
    var isForgetting = false
  }

  private let pool: any DatabaseWriter
  private let catalogs: CatalogCache
  private let reactor: any Reactor
  private let settings: SQLiteLedger.Settings
  private let now: @Sendable () -> Instant
  private let onFailure: @Sendable (String) -> Void
  private let thread = DispatchQueue(label: "ledger.writer")
  private let queue = Mutex(Queue())
  private let log: Mutex<Log>
  private let frames = LogFrames()

  init(
    pool: any DatabaseWriter, frontier: Frontier, checkpoints: CheckpointWriter,
    catalogs: CatalogCache, reactor: any Reactor, settings: SQLiteLedger.Settings,
    now: @escaping @Sendable () -> Instant, onFailure: @escaping @Sendable (String) -> Void
  ) {
    self.pool = pool
    log = Mutex(Log(frontier: frontier, checkpoints: checkpoints))
    (self.catalogs, self.reactor) = (catalogs, reactor)
    self.settings = settings
    self.now = now
    self.onFailure = onFailure
    pool.writeWithoutTransaction { frames.listen(to: $0) }
  }

  func append(_ submissions: [PreparedSubmission]) async throws -> [Receipt] {
    if refusal == .busy { await checkpoint() }
    return try await withCheckedThrowingContinuation { answer in
      do { try enqueue(Waiting(submissions: submissions, answer: answer)) } catch {
        answer.resume(throwing: error)
      }
    }
  }

  func close() async {
    await withCheckedContinuation { closed in
      let isIdle = queue.withLock { queue in
        queue.refusal = queue.refusal ?? .closed
        if queue.isWriting { queue.closing.append(closed) }
        return !queue.isWriting
      }
      // Behind what may be cutting the write-ahead log off just now.
      if isIdle { thread.async { closed.resume() } }
    }
  }

  private var refusal: StoreError? { queue.withLock { $0.refusal } }

  private func enqueue(_ waiting: Waiting) throws {
    let isFirst = try queue.withLock { queue in
      if let refusal = queue.refusal { throw refusal }
      guard queue.count + waiting.submissions.count <= settings.maximumWaiting,
        queue.bytes + waiting.size <= settings.maximumWaitingBytes || queue.waiting.isEmpty
      else { throw StoreError.busy }
      queue.waiting.append(waiting)
      queue.count += waiting.submissions.count
      queue.bytes += waiting.size
      defer { queue.isWriting = true }
      return !queue.isWriting
    }
    if isFirst { thread.async { self.drain() } }
  }

  /// Writes beside the log, between two groups.
  func run<Answer: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Answer
  ) async throws -> Answer {
    try await withCheckedThrowingContinuation { answer in
      let isFirst = queue.withLock { queue in
        queue.jobs.append { self.perform(body, for: answer, unless: $0) }
        defer { queue.isWriting = true }
        return !queue.isWriting
      }
      if isFirst { thread.async { self.drain() } }
    }
  }

  // MARK: on the writing thread

  private func drain() {
    while let (group, jobs) = next() {
      if !group.isEmpty { write(group) }
      for job in jobs { job(refusal) }
      forgetIfDue()
      checkpointIfDue()
    }
  }

  private func next() -> (group: [Waiting], jobs: [Job])? {
    let (group, jobs, closed) = queue.withLock { queue in
      let (group, jobs) = (queue.waiting, queue.jobs)
      (queue.waiting, queue.jobs, queue.count, queue.bytes) = ([], [], 0, 0)
      queue.isWriting = !group.isEmpty || !jobs.isEmpty
      defer { if !queue.isWriting { queue.closing = [] } }
      return (group, jobs, queue.isWriting ? [] : queue.closing)
    }
    for waiter in closed { waiter.resume() }
    return group.isEmpty && jobs.isEmpty ? nil : (group, jobs)
  }

  private func perform<Answer: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Answer,
    for answer: CheckedContinuation<Answer, any Error>, unless refusal: StoreError?
  ) {
    if let refusal { return answer.resume(throwing: refusal) }
    do {
      let value = try pool.write(body)
      answer.resume(returning: value)
    } catch let error as StoreError { answer.resume(throwing: error) } catch {
      answer.resume(throwing: fail(error))
    }
  }

  private func write(_ group: [Waiting]) {
    if let refusal, refusal != .closed {
      for waiting in group { waiting.answer.resume(throwing: refusal) }
      return
    }
    do {
      let receipts = try commit(group.map(\.submissions))
      for (waiting, receipts) in zip(group, receipts) { waiting.answer.resume(with: receipts) }
    } catch  where !(error is DatabaseError) && group.count > 1 {
      // One of them is at fault: the others must not fail with it.
      for waiting in group { write([waiting]) }
    } catch {
      let failure = fail(error)
      for waiting in group { waiting.answer.resume(throwing: failure) }
    }
  }

  private func commit(
    _ submissions: [[PreparedSubmission]]
  ) throws -> [Result<[Receipt], any Error>] {
    let now = now()
    let (frontier, checkpoints) = log.withLock { ($0.frontier, $0.checkpoints) }
    let (receipts, grown, signed) = try pool.write { db in
      if submissions.allSatisfy(\.isEmpty) { try Probe.write(now, to: db) }
      var appender = Appender(db, frontier: frontier, catalogs: catalogs)
      let receipts = try submissions.map { try appender.append($0) }
      try appender.react(with: reactor, now: now)
      var signed = checkpoints
      try signed.write(appender.frontier, now, to: db)
      return (receipts, appender.frontier, signed)
    }
    let forgets = submissions.joined().contains { $0.submission.entry.kind == .personForgotten }
    log.withLock { log in
      (log.frontier, log.checkpoints) = (grown, signed)
      log.mustForget = log.mustForget || forgets
    }
    return receipts
  }

  /// A full disk rolls back cleanly and may pass. After any other failure of the disk a commit that
  /// reported an error may be visible without being durable: the process has to stop. A constraint
  /// fails only when somebody else wrote to the file.
  private func fail(_ error: any Error) -> StoreError {
    let failure = error as? StoreError ?? .failed(String(describing: error))
    guard let error = error as? DatabaseError else { return failure }
    switch error.resultCode {
    case .SQLITE_FULL, .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_TOOBIG, .SQLITE_ERROR,
      .SQLITE_NOMEM, .SQLITE_INTERRUPT, .SQLITE_ABORT:
      return failure
    default:
      let isFirst = queue.withLock { queue in
        let isFirst = queue.refusal == nil || queue.refusal == .closed
        if isFirst { queue.refusal = failure }
        return isFirst
      }
      if isFirst { onFailure(String(describing: error)) }
      return failure
    }
  }

  /// Cuts the write-ahead log off. A reader at work may hold that up: then again in a while,
  /// whatever is written until then, or when the ledger is closed. Nobody who writes waits for it.
  private func forgetIfDue() {
    guard log.withLock({ $0.mustForget && !$0.isForgetting }) else { return }
    do {
      try pool.writeWithoutTransaction(GroupWriter.cutOff)
      frames.cutOff()
      log.withLock { $0.mustForget = false }
    } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
      forgetLater()
    } catch {
      _ = fail(error)
    }
  }

  private func forgetLater() {
    log.withLock { $0.isForgetting = true }
    let pause = settings.pauseToForget / .milliseconds(1)
    thread.asyncAfter(deadline: .now() + .milliseconds(Int(pause))) { [weak self] in
      guard let self, refusal != .closed else { return }
      log.withLock { $0.isForgetting = false }
      forgetIfDue()
    }
  }

  /// Without waiting for any reader.
  private static func cutOff(_ db: Database) throws {
    try db.execute(sql: "PRAGMA busy_timeout = 0")
    let result = Result { try db.checkpoint(.truncate) }
    try db.execute(sql: "PRAGMA busy_timeout = \(Int(SQLiteLedger.busySeconds * 1_000))")
    _ = try result.get()
  }

  private func checkpoint() async {
    await withCheckedContinuation { done in
      thread.async {
        self.checkpointIfDue()
        done.resume()
      }
    }
  }

  /// Between two groups, on the writer's own connection: no second connection ever checkpoints.
  private func checkpointIfDue() {
    // Whoever cut the log off has not said that there is room again.
    guard frames.uncopied > settings.checkpointFrames || refusal == .busy else { return }
    do {
      let result = try pool.writeWithoutTransaction { try $0.checkpoint(.passive) }
      frames.copied(result.checkpointedFrameCount)
    } catch {
      _ = fail(error)
    }
    let isFull = frames.uncopied > settings.maximumFrames
    queue.withLock { queue in
      if isFull { queue.refusal = queue.refusal ?? .busy }
      if !isFull, queue.refusal == .busy { queue.refusal = nil }
    }
  }
}

/// Proof that the file can be written, when there is nothing else to write.
enum Probe {
  static func write(_ now: Instant, to db: Database) throws {
    try db.execute(
      sql: "INSERT INTO probe VALUES (0, ?) ON CONFLICT (id) DO UPDATE SET at = excluded.at",
      arguments: [now.microseconds])
  }
}
