import GRDB
import Ledger
import Merkle
import SQLiteSchema

/// Brings a database to the schema of this binary. Refuses one that is newer, or whose migrations
/// are not, byte for byte, the ones that this binary knows, or that is a database of something else.
struct Migrator {
  let migrations: [SQLiteSchema.Migration]

  init(_ migrations: [SQLiteSchema.Migration] = SQLiteSchema.migrations) {
    self.migrations = migrations
  }

  func migrate(_ db: Database) throws {
    try ForeignDatabase.refuse(db)
    try db.execute(
      sql: """
        CREATE TABLE IF NOT EXISTS migrations (
          number INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL
        ) STRICT
        """)
    let applied = try check(db)
    for migration in migrations where migration.number > applied {
      try db.execute(sql: String(decoding: migration.sql, as: UTF8.self))
      try db.execute(
        sql: "INSERT INTO migrations VALUES (?, ?, ?)",
        arguments: [migration.number, migration.name, Hash.sha256(migration.sql).hex])
    }
    if (1..<(migrations.last?.number ?? 0)).contains(applied) { try refold(db) }
  }

  /// Tables are folds of the log: after a migration they are folded anew, so that a file that was
  /// written by an earlier version answers as one that was not.
  private func refold(_ db: Database) throws {
    for table in Tables.all { try db.execute(sql: "DELETE FROM \(table.name)") }
    let reader = SQLiteReader(db)
    var fold = Fold(db)
    var next: Int64 = 0
    while case let batch = try reader.entries(from: next, limit: 1_000, kind: nil), !batch.isEmpty {
      for stored in batch { try fold.write(each: Projections.changes(of: stored)) }
      next = (batch.last?.index ?? next) + 1
    }
  }

  /// The last applied number.
  @discardableResult
  func check(_ db: Database) throws -> Int {
    try ForeignDatabase.refuse(db)
    let rows = try GRDB.Row.fetchAll(db, sql: "SELECT number, sha256 FROM migrations ORDER BY 1")
      .map(Migrator.applied)
    let newest = migrations.last?.number ?? 0
    let applied = Set(rows.map(\.number))
    let last = applied.max() ?? 0
    for known in migrations where known.number < last && !applied.contains(known.number) {
      throw StartupRefused.editedMigration(known.number)
    }
    for (number, hash) in rows {
      guard number <= newest else {
        throw StartupRefused.newerVersion(database: last, binary: newest)
      }
      guard migrations.contains(where: { $0.number == number && Hash.sha256($0.sql).hex == hash })
      else { throw StartupRefused.editedMigration(number) }
    }
    return last
  }

  /// A flipped bit can make it NULL, whatever the table's definition says.
  private static func applied(_ row: GRDB.Row) throws -> (number: Int, hash: String) {
    let number = Int.fromDatabaseValue(row[0])
    guard let number, let hash = String.fromDatabaseValue(row[1]) else {
      throw StartupRefused.editedMigration(number ?? 0)
    }
    return (number, hash)
  }
}
