import GRDB
import Ledger
import Merkle

/// The one writer. It takes everything that waits and commits it as one group: one flush of the
/// disk serves them all. Nobody is answered before the commit.
actor GroupWriter {
  private struct Waiting {
    let submissions: [PreparedSubmission]
    let answer: CheckedContinuation<[Receipt], any Error>
  }

  private let pool: DatabasePool
  private let reactor: any Reactor
  private let settings: SQLiteLedger.Settings
  private let now: @Sendable () -> Instant
  private let onFailure: @Sendable (String) -> Void
  private var frontier: Frontier
  private var queue: [Waiting] = []
  private var waitingCount = 0
  private var waitingBytes = 0
  private var isWriting = false
  private var refusal: StoreError?
  private var closing: [CheckedContinuation<Void, Never>] = []
  /// An estimate: SQLite tells the true number only when it checkpoints.
  private var framesInLog = 0

  init(
    pool: DatabasePool, frontier: Frontier, reactor: any Reactor, settings: SQLiteLedger.Settings,
    now: @escaping @Sendable () -> Instant, onFailure: @escaping @Sendable (String) -> Void
  ) {
    self.pool = pool
    self.frontier = frontier
    self.reactor = reactor
    self.settings = settings
    self.now = now
    self.onFailure = onFailure
  }

  func append(_ submissions: [PreparedSubmission]) async throws -> [Receipt] {
    if refusal == .busy { await checkpointIfDue() }
    if let refusal { throw refusal }
    let bytes = submissions.reduce(0) { $0 + $1.size }
    guard waitingCount + submissions.count <= settings.maximumWaiting,
      waitingBytes + bytes <= settings.maximumWaitingBytes || queue.isEmpty
    else { throw StoreError.busy }
    waitingCount += submissions.count
    waitingBytes += bytes
    return try await withCheckedThrowingContinuation { answer in
      queue.append(Waiting(submissions: submissions, answer: answer))
      if !isWriting {
        isWriting = true
        Task { await drain() }
      }
    }
  }

  func close() async {
    refusal = refusal ?? .closed
    guard isWriting else { return }
    await withCheckedContinuation { closing.append($0) }
  }

  private func drain() async {
    while !queue.isEmpty {
      let group = queue
      queue.removeAll(keepingCapacity: true)
      (waitingCount, waitingBytes) = (0, 0)
      await write(group)
      await checkpointIfDue()
    }
    isWriting = false
    for waiter in closing { waiter.resume() }
    closing.removeAll()
  }

  private func write(_ group: [Waiting]) async {
    if let refusal, refusal != .closed {
      for waiting in group { waiting.answer.resume(throwing: refusal) }
      return
    }
    do {
      let (receipts, frontier) = try await commit(group.map(\.submissions))
      self.frontier = frontier
      for (waiting, receipts) in zip(group, receipts) { waiting.answer.resume(with: receipts) }
    } catch  where !(error is DatabaseError) && group.count > 1 {
      // One of them is at fault: the others must not fail with it.
      for waiting in group { await write([waiting]) }
    } catch {
      let failure = fail(error)
      for waiting in group { waiting.answer.resume(throwing: failure) }
    }
  }

  private func commit(
    _ submissions: [[PreparedSubmission]]
  ) async throws -> ([Result<[Receipt], any Error>], Frontier) {
    framesInLog += submissions.joined().reduce(0) { $0 + $1.estimatedFrames }
    let (frontier, reactor, now) = (frontier, reactor, now())
    return try await pool.write { db in
      if submissions.allSatisfy(\.isEmpty) { try Probe.write(now, to: db) }
      var appender = Appender(db, frontier: frontier)
      let receipts = try submissions.map { try appender.append($0) }
      try appender.react(with: reactor, now: now)
      return (receipts, appender.frontier)
    }
  }

  /// A full disk rolls back cleanly and may pass. After any other failure of the disk a commit that
  /// reported an error may be visible without being durable: the process has to stop. A constraint
  /// fails only when somebody else wrote to the file.
  private func fail(_ error: any Error) -> StoreError {
    let failure = StoreError.failed(String(describing: error))
    guard let error = error as? DatabaseError else { return failure }
    switch error.resultCode {
    case .SQLITE_FULL, .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_TOOBIG, .SQLITE_ERROR,
      .SQLITE_NOMEM, .SQLITE_INTERRUPT, .SQLITE_ABORT:
      return failure
    default:
      if refusal == nil || refusal == .closed {
        refusal = failure
        onFailure(String(describing: error))
      }
      return failure
    }
  }

  /// Between two groups, on the writer's own connection: no second connection ever checkpoints.
  private func checkpointIfDue() async {
    guard framesInLog > settings.checkpointFrames else { return }
    do {
      let (frames, done) = try await pool.writeWithoutTransaction { db in
        let result = try db.checkpoint(.passive)
        return (result.walFrameCount, result.checkpointedFrameCount)
      }
      framesInLog = max(0, frames - done)
    } catch {
      _ = fail(error)
    }
    if framesInLog > settings.maximumFrames {
      refusal = refusal ?? .busy
    } else if refusal == .busy {
      refusal = nil
    }
  }
}

/// Proof that the file can be written, when there is nothing else to write.
private enum Probe {
  static func write(_ now: Instant, to db: Database) throws {
    try db.execute(
      sql: "INSERT INTO probe VALUES (0, ?) ON CONFLICT (id) DO UPDATE SET at = excluded.at",
      arguments: [now.microseconds])
  }
}
