import Foundation
import GRDB
import GRDBSQLite
import Ledger

/// The columns of the row that a statement stands on, by SQLite's own functions: GRDB's rows take
/// longer than most of what the gates ask. What has another type reads as SQLite converts it.
struct Columns {
  let statement: SQLiteStatement

  func int(_ column: CInt) -> Int64 { sqlite3_column_int64(statement, column) }

  func text(_ column: CInt) -> String { String(decoding: utf8(column), as: UTF8.self) }

  func optionalInt(_ column: CInt) -> Int64? { isNull(column) ? nil : int(column) }

  func optionalText(_ column: CInt) -> String? { isNull(column) ? nil : text(column) }

  func isNull(_ column: CInt) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

  /// Valid until the statement moves on.
  func bytes(_ column: CInt) -> UnsafeRawBufferPointer {
    let start = sqlite3_column_blob(statement, column)
    return .init(start: start, count: Int(sqlite3_column_bytes(statement, column)))
  }

  private func utf8(_ column: CInt) -> UnsafeBufferPointer<UInt8> {
    let start = sqlite3_column_text(statement, column)
    return .init(start: start, count: Int(sqlite3_column_bytes(statement, column)))
  }

  /// Whether both have the same values of the same types in their first `count` columns.
  func equal(_ other: Columns, count: CInt) -> Bool {
    (0..<count).allSatisfy { isEqual(other, $0) }
  }

  private func isEqual(_ other: Columns, _ column: CInt) -> Bool {
    let type = sqlite3_column_type(statement, column)
    guard type == sqlite3_column_type(other.statement, column) else { return false }
    switch type {
    case SQLITE_NULL: return true
    case SQLITE_INTEGER: return int(column) == other.int(column)
    default: return isEqual(bytes(column), other.bytes(column))
    }
  }

  private func isEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
    guard left.count == right.count else { return false }
    guard let one = left.baseAddress, let other = right.baseAddress else { return true }
    return memcmp(one, other, left.count) == 0
  }
}

extension Database {
  /// What `row` makes of each row; `nil` is left out.
  ///
  /// - Parameter row: must not ask the same again.
  func rows<Answer>(
    _ sql: String, _ arguments: [Scalar] = [], row: (Columns) throws -> Answer?
  ) throws -> [Answer] {
    let statement = try cachedStatement(sql: sql).sqliteStatement
    defer { sqlite3_reset(statement) }
    var position: CInt = 0
    for argument in arguments { try statement.bind(argument, &position, sql) }
    var answers: [Answer] = []
    while try statement.steps(sql) {
      if let answer = try row(Columns(statement: statement)) { answers.append(answer) }
    }
    return answers
  }

  /// Of the first row, if there is one.
  func first<Answer>(
    _ sql: String, _ arguments: [Scalar] = [], row: (Columns) throws -> Answer?
  ) throws -> Answer? {
    let statement = try cachedStatement(sql: sql).sqliteStatement
    defer { sqlite3_reset(statement) }
    var position: CInt = 0
    for argument in arguments { try statement.bind(argument, &position, sql) }
    return try statement.steps(sql) ? try row(Columns(statement: statement)) : nil
  }
}

extension SQLiteStatement {
  /// Whether there is another row.
  func steps(_ sql: String) throws -> Bool {
    let code = sqlite3_step(self)
    if code == SQLITE_ROW { return true }
    try check(code, is: SQLITE_DONE, sql)
    return false
  }

  /// Binds the value behind `position`.
  func bind(_ value: Scalar, _ position: inout CInt, _ sql: String) throws {
    position += 1
    let code =
      switch value {
      case .null: sqlite3_bind_null(self, position)
      case .int(let value): sqlite3_bind_int64(self, position, value)
      case .text(let value):
        value.withCString {
          sqlite3_bind_text(self, position, $0, CInt(value.utf8.count), SQLiteStatement.copied)
        }
      }
    try check(code, is: SQLITE_OK, sql)
  }

  /// SQLITE_TRANSIENT: SQLite copies the text before the call returns.
  private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

  private func check(_ code: CInt, is expected: CInt, _ sql: String) throws {
    guard code != expected else { return }
    let connection = sqlite3_db_handle(self)
    throw DatabaseError(
      resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
      message: String(cString: sqlite3_errmsg(connection)), sql: sql)
  }
}
