import GRDB
import Ledger

/// How SQLite makes a commit atomic and durable (docs/decisions/0017-journal.md).
public enum Journal: String, Sendable, CaseIterable {
  /// A write-ahead log: readers never wait. Its index is memory that processes share, so all of
  /// them have to run on one machine (sqlite.org/wal.html, "Disadvantages").
  case wal
  /// A rollback journal, and one connection that keeps the file's lock: safe where locks are, and
  /// nobody else reads the file meanwhile.
  case delete

  public enum Choice: String, Sendable, CaseIterable {
    /// `wal` on a disk of this machine, `delete` on a network file system.
    case automatic = "auto"
    case wal, delete
  }

  static func chosen(_ choice: Choice, on system: FileSystem) throws(StartupRefused) -> Journal {
    switch (choice, system) {
    case (.delete, _), (.automatic, .network): return .delete
    case (.automatic, .local), (.wal, .local): return .wal
    case (.wal, .network(let name)): throw .journalUnsafe(fileSystem: name)
    }
  }
}

extension Journal {
  func open(_ path: String, readers: Int) throws -> any DatabaseWriter {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    configuration.label = "ledger"
    configuration.maximumReaderCount = readers
    switch self {
    case .wal: return try Journal.openPool(path, configuration)
    case .delete: return try Journal.openQueue(path, configuration)
    }
  }

  /// `DatabasePool` sets `synchronous` to NORMAL after every hook that it offers, and NORMAL loses
  /// acknowledged rows in a power cut. So it is set to FULL afterwards, and read back. The
  /// checkpoint makes durable what an earlier process may have left visible but unflushed: the
  /// redelivery of such a row is acknowledged without a write.
  private static func openPool(
    _ path: String, _ configuration: Configuration
  ) throws -> DatabasePool {
    let pool = try DatabasePool(path: path, configuration: configuration)
    try pool.write { try Migrator().migrate($0) }
    try pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0")
      try forgetDeleted(db)
      try expect("wal", of: "journal_mode", db, "the file system does not allow a write-ahead log")
      try expect("2", of: "synchronous", db, "SQLite does not keep synchronous = FULL")
      try db.checkpoint(.truncate)
    }
    return pool
  }

  /// Exclusive before the file is looked at: a write-ahead log that is still beside it is then read
  /// without shared memory (sqlite.org/wal.html, 8). TRUNCATE is the form of the rollback journal
  /// that a connection with the lock keeps: it flushes the end of each transaction itself, where
  /// DELETE leaves that to the directory, and it leaves no old pages behind.
  private static func openQueue(
    _ path: String, _ configuration: Configuration
  ) throws -> DatabaseQueue {
    var configuration = configuration
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
      try expect(
        "truncate", of: "journal_mode = TRUNCATE", db, "SQLite does not keep a rollback journal")
      try db.execute(sql: "PRAGMA synchronous = EXTRA")
      try expect("3", of: "synchronous", db, "SQLite does not keep synchronous = EXTRA")
      try forgetDeleted(db)
    }
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.write { db in
      try Migrator().migrate(db)
      // As the checkpoint above: flushes what is visible, and takes the lock.
      try Probe.write(Instant(seconds: 0), to: db)
    }
    return queue
  }

  /// What is deleted is overwritten with zeros.
  private static func forgetDeleted(_ db: Database) throws {
    try db.execute(sql: "PRAGMA secure_delete = ON")
  }

  private static func expect(
    _ value: String, of pragma: String, _ db: Database, _ reason: String
  ) throws {
    guard try String.fetchOne(db, sql: "PRAGMA \(pragma)") == value else {
      throw StartupRefused.notDurable(reason)
    }
  }
}
