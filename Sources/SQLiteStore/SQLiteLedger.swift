import Foundation
import GRDB
import Ledger
import Merkle

/// The ledger in one SQLite file, with one connection that writes and checkpoints.
public final class SQLiteLedger: LedgerStore {
  public struct Settings: Sendable {
    /// Frames of the write-ahead log after which it is copied into the database: 4,000 are 16 MB.
    /// Copying takes milliseconds, in which nothing is written: fewer frames would be more often.
    public var checkpointFrames = 4_000
    /// Frames beyond which nothing is accepted while a reader holds the checkpoint back.
    public var maximumFrames = 65_536
    /// Submissions and bytes that may wait for the writer.
    public var maximumWaiting = 20_000
    public var maximumWaitingBytes = 256 << 20
    /// How long a reader may keep what was erased in the write-ahead log before it is tried again.
    var pauseToForget: Duration = .seconds(1)
    public var journal = Journal.Choice.automatic

    public init() {}
  }

  public let journal: Journal
  /// Whether its log was empty when it was opened, and began with the key that was given.
  public let hasBegun: Bool
  let pool: any DatabaseWriter
  private let lock: FileLock
  let writer: GroupWriter
  private let catalogs = CatalogCache()
  private let nodes = NodeCache()
  private let readers = Readers(count: SQLiteLedger.readerCount)
  private static let readerCount = 5
  static let busySeconds: Double = 5

  /// Opens or creates the database and does not return before what it shows is durable.
  ///
  /// - Parameters:
  ///   - signers: the log's key; with a second one while it is replaced. None for a log that is not
  ///     signed. An empty log gets the first one.
  ///   - mayBegin: whether a log that has entries and no key gets one, too.
  ///   - copies: signed heads of the log that were kept elsewhere. The log has to lead to each.
  ///   - now: the clock for what the reactor concludes.
  ///   - onFailure: called once when a write failed in a way after which the process must stop.
  /// - Throws: `StartupRefused`.
  public init(
    path: String, reactor: any Reactor, signers: [NoteSigner] = [], mayBegin: Bool = false,
    copies: [String] = [], settings: Settings = Settings(), now: @escaping @Sendable () -> Instant,
    onFailure: @escaping @Sendable (String) -> Void = { _ in }
  ) throws {
    journal = try Journal.chosen(settings.journal, on: FileSystem.holding(path))
    lock = try FileLock(database: path)
    try ForeignDatabase.refuse(fileAt: path)
    do {
      pool = try journal.open(path, readers: SQLiteLedger.readerCount)
    } catch let error as DatabaseError {
      throw StartupRefused(opening: path, error)
    }
    let opening = CheckpointWriter(signers, mayBegin: mayBegin)
    let (isEmpty, frontier, checkpoints) = try pool.write { db in
      let reader = SQLiteReader(db)
      try HeadCopies(copies, signers).check(reader)
      let isEmpty = try reader.size() == 0
      var checkpoints = opening
      return (isEmpty, try checkpoints.open(db, now: now()), checkpoints)
    }
    hasBegun = isEmpty && !signers.isEmpty
    writer = GroupWriter(
      pool: pool, frontier: frontier, checkpoints: checkpoints, catalogs: catalogs,
      reactor: reactor, settings: settings, now: now, onFailure: onFailure)
  }

  public func append(_ submissions: [Submission]) async throws -> [Receipt] {
    try await writer.append(PreparedSubmission.all(submissions))
  }

  public func read<Answer: Sendable>(
    _ body: @escaping @Sendable (any LedgerReader) throws -> Answer
  ) async throws -> Answer {
    try await readers.run { [pool, catalogs, nodes] in
      try pool.read { try body(SQLiteReader($0, catalogs: catalogs, nodes: nodes)) }
    }
  }

  /// Waits for what is being written, then refuses everything else and gives the database back.
  public func close() async throws {
    await writer.close()
    await readers.close()
    defer { lock.release() }
    try await emptyLog()
    try pool.close()
  }

  /// A copy of the file alone, made after a stop, has to be whole. A reader at work may hold that up:
  /// then the write-ahead log stays beside the file, as durable as it was.
  private func emptyLog() async throws {
    do {
      try await pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
    } catch let error as DatabaseError {
      guard error.resultCode == .SQLITE_BUSY else { throw error }
    }
  }

  public var sqliteVersion: String {
    get throws { try pool.read { try String.fetchOne($0, sql: "SELECT sqlite_version()") } ?? "" }
  }
}
