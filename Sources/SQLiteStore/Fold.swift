import GRDB
import GRDBSQLite
import Ledger

/// Writes changes of projections: of each register the greatest order stands.
///
/// Binds and steps by SQLite's own functions: GRDB's arguments take as long as the write itself.
struct Fold {
  /// Writes certain registers of one row at once.
  private struct Upsert {
    let table: Ledger.Table
    let registers: [Register]
    let sql: String
    /// Kept, so that SQLite's own stays.
    let statement: Statement

    func fits(_ row: [Change]) -> Bool {
      row.count == registers.count
        && row.indices.allSatisfy { row[$0].register === registers[$0] }
        && row.first?.table === table
    }
  }

  private let db: Database
  /// Few in one log: the registers of a row are met in one of a few orders.
  private var upserts: [Ledger.Table: [Upsert]] = [:]
  private var last: Upsert?

  init(_ db: Database) { self.db = db }

  mutating func write(each changes: [Change]) throws {
    for change in changes { try write([change]) }
  }

  /// - Parameter row: changes of different registers of one row.
  mutating func write(_ row: [Change]) throws {
    guard let first = row.first else { return }
    let upsert = try upsert(row, of: first.table)
    let statement = upsert.statement.sqliteStatement
    var position: CInt = 0
    for value in first.key { try statement.bind(value, &position, upsert.sql) }
    for change in row {
      try statement.bind(.text(change.order), &position, upsert.sql)
      for value in change.values { try statement.bind(value, &position, upsert.sql) }
    }
    defer { sqlite3_reset(statement) }
    _ = try statement.steps(upsert.sql)
  }

  private mutating func upsert(_ row: [Change], of table: Ledger.Table) throws -> Upsert {
    if let last, last.fits(row) { return last }
    let known = upserts[table, default: []].first { $0.fits(row) }
    let upsert = try known ?? prepared(table, row.map(\.register))
    last = upsert
    return upsert
  }

  private mutating func prepared(
    _ table: Ledger.Table, _ registers: [Register]
  ) throws -> Upsert {
    let sql = Fold.sql(table, registers)
    let upsert = Upsert(
      table: table, registers: registers, sql: sql, statement: try db.cachedStatement(sql: sql))
    upserts[table, default: []].append(upsert)
    return upsert
  }

  private static func sql(_ table: Ledger.Table, _ registers: [Register]) -> String {
    let columns = table.key + registers.flatMap { [$0.order] + $0.columns }
    let newer = registers.map { register in
      let (old, new) = ("\(table.name).\(register.order)", "excluded.\(register.order)")
      return "(\(old) IS NULL OR \(new) > \(old))"
    }
    let assignments = zip(registers, newer).flatMap { register, isNewer in
      ([register.order] + register.columns).map { column in
        registers.count == 1
          ? "\(column) = excluded.\(column)"
          : "\(column) = iif(\(isNewer), excluded.\(column), \(table.name).\(column))"
      }
    }
    return """
      INSERT INTO \(table.name) (\(columns.joined(separator: ", ")))
      VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))
      ON CONFLICT (\(table.key.joined(separator: ", "))) DO UPDATE
      SET \(assignments.joined(separator: ", "))
      WHERE \(newer.joined(separator: " OR "))
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
