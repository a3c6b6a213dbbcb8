import GRDB

/// A reader in the middle of its transaction, on a connection of its own: a checkpoint copies no
/// further than what it sees.
struct LongRead {
  private let queue: DatabaseQueue

  init(_ path: String) throws {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.allowsUnsafeTransactions = true
    queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.writeWithoutTransaction { db in
      try db.beginTransaction(.deferred)
      _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema")
    }
  }

  func end() throws {
    try queue.writeWithoutTransaction { try $0.rollback() }
    try queue.close()
  }
}
