import GRDB
import GRDBSQLite
import Gates
import Ledger
import LedgerTesting
import Testing

@testable import SQLiteStore

/// A statement that is kept is to be prepared once. SQLite prepares it again for other values, where
/// these decide which index it may use.
@Suite struct PreparedTests {
  @Test("The statement for one line is prepared once, whatever the line")
  func line() async throws {
    #expect(try await preparations(HistorySQL.line) == 0)
  }

  @Test("A value that decides on an index prepares it again, which this would see")
  func control() async throws {
    let joined = """
      SELECT h.at FROM history h LEFT JOIN people ON people.id = h.actor
      WHERE h.kind = ? AND h.subject = ?
      """
    #expect(try await preparations(joined) > 0)
  }

  /// How often it was prepared again while it was asked for lines of several kinds.
  private func preparations(_ sql: String) async throws -> CInt {
    try await withScratch { scratch in
      let ledger = try SQLiteLedger(path: scratch.path, reactor: Gatehouse(), now: { moment })
      let again = try await ledger.pool.read { db in
        let statement = try db.makeStatement(sql: sql)
        for kind in ["deploy", "image", "rollout"] {
          _ = try Row.fetchAll(statement, arguments: [kind, "a"])
        }
        return sqlite3_stmt_status(statement.sqliteStatement, SQLITE_STMTSTATUS_REPREPARE, 0)
      }
      try await ledger.close()
      return again
    }
  }
}
