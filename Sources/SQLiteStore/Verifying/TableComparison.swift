import GRDB
import Ledger

/// One table as it is stored against the same table as the log makes it.
struct TableComparison {
  private let table: Ledger.Table

  init(_ table: Ledger.Table) { self.table = table }

  func run(
    _ source: DatabaseQueue, _ replay: DatabaseQueue, into report: inout VerifyReport
  ) throws {
    report.tables += 1
    let sql = """
      SELECT \(table.columns.joined(separator: ", ")) FROM \(table.name)
      ORDER BY \(table.key.joined(separator: ", "))
      """
    try source.read { original in
      try replay.read { rebuilt in
        let stored = try Side(original.makeStatement(sql: sql))
        let expected = try Side(rebuilt.makeStatement(sql: sql))
        try compare(stored, expected, &report)
      }
    }
  }

  /// Walks both in the order of their keys, so that one row too many or too few is named itself.
  private func compare(
    _ stored: Side, _ expected: Side, _ report: inout VerifyReport
  ) throws {
    let count = CInt(table.columns.count)
    var (left, right) = (try stored.next(), try expected.next())
    while !report.isFull, left != nil || right != nil {
      report.rows += 1
      if left != nil, right != nil, stored.columns.equal(expected.columns, count: count) {
      } else {
        switch order(left, right) {
        case .stored:
          noteRow("a row that no entry makes", left, &report)
          left = try stored.next()
          continue
        case .expected:
          noteRow("a row is missing", right, &report)
          right = try expected.next()
          continue
        case .both: noteRow(difference(left, right), left, &report)
        }
      }
      (left, right) = (try stored.next(), try expected.next())
    }
  }

  private func noteRow(_ reason: String, _ row: GRDB.Row?, _ report: inout VerifyReport) {
    let key = table.key.map { "\(row?[$0] ?? DatabaseValue.null)" }.joined(separator: "/")
    report.note(reason, entry: citation(row), table: table.name, row: key)
  }

  private enum First { case stored, expected, both }

  /// Which of two rows comes first, as SQLite sorts keys: integers by value, text by its bytes.
  private func order(_ stored: GRDB.Row?, _ expected: GRDB.Row?) -> First {
    guard let stored else { return .expected }
    guard let expected else { return .stored }
    for column in table.key {
      switch (Scalar(stored[column] as DatabaseValue), Scalar(expected[column] as DatabaseValue)) {
      case (.int(let left), .int(let right)) where left != right:
        return left < right ? .stored : .expected
      case (.text(let left), .text(let right)) where left != right:
        return left.utf8.lexicographicallyPrecedes(right.utf8) ? .stored : .expected
      default: continue
      }
    }
    return .both
  }

  private func difference(_ stored: GRDB.Row?, _ expected: GRDB.Row?) -> String {
    guard let stored, let expected else { return "" }
    for (name, value) in expected where stored[name] as DatabaseValue? != value {
      return "\(name) is \(stored[name] as DatabaseValue? ?? .null), the log says \(value)"
    }
    return "differs"
  }

  private func citation(_ row: GRDB.Row?) -> Int64? {
    guard let row, row.hasColumn("entry") else { return nil }
    return Int64.fromDatabaseValue(row["entry"])
  }
}

/// The rows of one of the two tables.
private struct Side {
  private let rows: RowCursor
  /// Of the row that was read last: values are compared where SQLite keeps them.
  let columns: Columns

  init(_ statement: Statement) throws {
    rows = try GRDB.Row.fetchCursor(statement)
    columns = Columns(statement: statement.sqliteStatement)
  }

  func next() throws -> GRDB.Row? { try rows.next() }
}
