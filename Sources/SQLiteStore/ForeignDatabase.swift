import GRDB
import Glibc

/// Recognizes databases of other programs: a ledger is never put beside somebody else's tables.
enum ForeignDatabase {
  /// Of the table `migrations`, which others have as well.
  private static let columns: Set = ["number", "name", "sha256"]

  /// A database that has nothing in it is nobody's yet.
  ///
  /// - Throws: `StartupRefused.foreign`.
  static func refuse(_ db: Database) throws {
    guard let table = try firstTable(db), try !isLedger(db) else { return }
    throw StartupRefused.foreign(table: table)
  }

  /// Before a file is opened to be written to, which by itself would turn on a write-ahead log in
  /// it. One that has such a log already is not changed by that: there the migrator looks.
  static func refuse(fileAt path: String) throws {
    guard hasRollbackJournal(path) else { return }
    var configuration = Configuration()
    configuration.readonly = true
    do {
      try DatabaseQueue(path: path, configuration: configuration).read { try refuse($0) }
    } catch is DatabaseError {
      // Held, damaged, or not taken back yet: opening it says so, and the migrator looks again.
    }
  }

  private static func firstTable(_ db: Database) throws -> String? {
    try String.fetchOne(
      db,
      sql: """
        SELECT CAST(name AS TEXT) FROM sqlite_schema
        WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type <> 'table', name LIMIT 1
        """)
  }

  private static func isLedger(_ db: Database) throws -> Bool {
    let found = try String.fetchAll(db, sql: "SELECT name FROM pragma_table_info('migrations')")
    return columns.isSubset(of: found)
  }

  /// Byte 18 of the header is 2 where there is a write-ahead log (SQLite's file format, 1.3.3).
  private static func hasRollbackJournal(_ path: String) -> Bool {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return false }
    defer { close(file) }
    var version: UInt8 = 0
    return pread(file, &version, 1, 18) == 1 && version == 1
  }
}
