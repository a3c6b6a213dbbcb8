import GRDB
import GRDBSQLite
import Ledger

/// Writes changes of projections. The one statement of a register keeps the greatest order.
enum Fold {
  /// Binds and steps by SQLite's own functions: GRDB's arguments take as long as the write itself.
  static func apply(_ changes: [Change], to db: Database) throws {
    for change in changes {
      let sql = sql(change.table, change.register)
      let statement = try db.cachedStatement(sql: sql).sqliteStatement
      var position: CInt = 0
      for value in change.key { try bind(value, &position, statement, sql) }
      try bind(.text(change.order), &position, statement, sql)
      for value in change.values { try bind(value, &position, statement, sql) }
      let code = sqlite3_step(statement)
      sqlite3_reset(statement)
      try check(code, is: SQLITE_DONE, statement, sql)
    }
  }

  private static func bind(
    _ value: Scalar, _ position: inout CInt, _ statement: SQLiteStatement, _ sql: String
  ) throws {
    position += 1
    let code =
      switch value {
      case .null: sqlite3_bind_null(statement, position)
      case .int(let value): sqlite3_bind_int64(statement, position, value)
      case .text(let value):
        value.withCString {
          sqlite3_bind_text(statement, position, $0, CInt(value.utf8.count), copied)
        }
      }
    try check(code, is: SQLITE_OK, statement, sql)
  }

  /// SQLITE_TRANSIENT: SQLite copies the text before the call returns.
  private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

  private static func check(
    _ code: CInt, is expected: CInt, _ statement: SQLiteStatement, _ sql: String
  ) throws {
    guard code != expected else { return }
    let connection = sqlite3_db_handle(statement)
    throw DatabaseError(
      resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
      message: String(cString: sqlite3_errmsg(connection)), sql: sql)
  }

  private static let statements: [StatementKey: String] = {
    var statements: [StatementKey: String] = [:]
    for table in Tables.all {
      for register in table.registers {
        statements[StatementKey(table: table.name, order: register.order)] = make(table, register)
      }
    }
    return statements
  }()

  private struct StatementKey: Hashable {
    let table: String
    let order: String
  }

  private static func sql(_ table: Ledger.Table, _ register: Register) -> String {
    statements[StatementKey(table: table.name, order: register.order)] ?? make(table, register)
  }

  private static func make(_ table: Ledger.Table, _ register: Register) -> String {
    let (name, order) = (table.name, register.order)
    let columns = table.key + [order] + register.columns
    let assignments = ([order] + register.columns).map { "\($0) = excluded.\($0)" }
    return """
      INSERT INTO \(name) (\(columns.joined(separator: ", ")))
      VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))
      ON CONFLICT (\(table.key.joined(separator: ", "))) DO UPDATE
      SET \(assignments.joined(separator: ", "))
      WHERE \(name).\(order) IS NULL OR excluded.\(order) > \(name).\(order)
      """
  }
}

extension Scalar {
  var databaseValue: DatabaseValue {
    switch self {
    case .null: .null
    case .int(let value): value.databaseValue
    case .text(let value): value.databaseValue
    }
  }

  init(_ value: DatabaseValue) {
    switch value.storage {
    case .int64(let value): self = .int(value)
    case .string(let value): self = .text(value)
    case .null, .double, .blob: self = .null
    }
  }
}
