import Foundation
import GRDB
import Gates
import Ledger
import LedgerTesting
import Merkle
import SQLiteSchema
import Testing

@testable import SQLiteStore

/// A file of an earlier version answers as one that this version wrote.
@Suite struct MigrationTests {
  /// The log of a full ledger, as the version before migration 3 left it: its own tables, empty.
  private static func downgrade(_ path: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.write { db in
      let entries = try GRDB.Row.fetchAll(db, sql: "SELECT * FROM entries ORDER BY idx")
      let nodes = try GRDB.Row.fetchAll(db, sql: "SELECT * FROM tree_nodes")
      let bodies = try GRDB.Row.fetchAll(db, sql: "SELECT sha256, codec, size, bytes FROM evidence")
      let tables = try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      for table in tables where table != "evidence" && table != "people" {
        try db.execute(sql: "DROP TABLE \(table)")
      }
      try db.execute(sql: "DROP TABLE evidence; DROP TABLE people")
      try Migrator(Array(SQLiteSchema.migrations.prefix(2))).migrate(db)
      for row in entries {
        try db.execute(
          sql: "INSERT INTO entries VALUES (?, ?, ?, ?)",
          arguments: StatementArguments(row.databaseValues))
      }
      for row in bodies {
        try db.execute(
          sql: "INSERT INTO evidence VALUES (?, ?, ?, ?)",
          arguments: StatementArguments(row.databaseValues))
      }
      for row in nodes {
        try db.execute(
          sql: "INSERT INTO tree_nodes VALUES (?, ?, ?)",
          arguments: StatementArguments(row.databaseValues))
      }
    }
    try queue.close()
  }

  private static func tables(_ path: String) throws -> [String: [GRDB.Row]] {
    let queue = try DatabaseQueue(path: path)
    return try queue.read { db in
      try Dictionary(
        uniqueKeysWithValues: Tables.all.map { table in
          let columns = table.columns.joined(separator: ", ")
          let key = table.key.joined(separator: ", ")
          return (
            table.name,
            try GRDB.Row.fetchAll(db, sql: "SELECT \(columns) FROM \(table.name) ORDER BY \(key)")
          )
        })
    }
  }

  @Test func openingAnOlderFileFoldsItsLogAnew() async throws {
    let scratch = try Scratch()
    try await FullLedger.write(to: scratch)
    let expected = try Self.tables(scratch.path)
    #expect(expected["history"]?.isEmpty == false)
    try Self.downgrade(scratch.path)
    // Who only reads must not answer from tables that are not there.
    let newest = try #require(Migrator().migrations.last?.number)
    #expect(throws: StartupRefused.olderVersion(database: 2, binary: newest)) {
      try SQLiteArchive(path: scratch.path)
    }
    let ledger = try SQLiteLedger(path: scratch.path, reactor: Gatehouse(), now: { moment })
    try await ledger.close()
    let found = try Self.tables(scratch.path)
    for table in Tables.all {
      #expect(found[table.name] == expected[table.name], "\(table.name)")
    }
    let report = try Verifier.verify(path: scratch.path, reactor: Gatehouse())
    #expect(report.problems.isEmpty, "\(report.problems)")
    #expect(report.bodies > 10)
  }

  /// Those behind a gap, which a damaged file may have, are not read again and again.
  @Test func everyEntryIsFoldedOnce() throws {
    var reads = 0
    try DatabaseQueue().write { db in
      try Migrator(Array(SQLiteSchema.migrations.dropLast())).migrate(db)
      let bytes = try Data(storyPolicy(.github).entry(received: moment).bytes)
      for index in [0, 100] {
        try db.execute(
          sql: "INSERT INTO entries VALUES (?, 'x', ?, zeroblob(32))", arguments: [index, bytes])
      }
      db.trace { if "\($0)".hasPrefix("SELECT idx, bytes FROM entries") { reads += 1 } }
      try Migrator().migrate(db)
    }
    #expect(reads == 2)
  }
}
