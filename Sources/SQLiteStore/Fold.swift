import GRDB
import Ledger

/// Writes changes of projections. The one statement of a register keeps the greatest order.
enum Fold {
  static func apply(_ changes: [Change], to db: Database) throws {
    for change in changes {
      let statement = try db.cachedStatement(sql: sql(change.table, change.register))
      let values = change.key + [.text(change.order)] + change.values
      try statement.execute(arguments: StatementArguments(values.map(\.databaseValue)))
    }
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
