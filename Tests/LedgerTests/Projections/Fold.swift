@testable import Ledger

/// The tables in memory: in each register the change with the greatest order.
struct Fold: Equatable {
  struct Key: Hashable {
    let table: String
    let key: [Scalar]
    let register: String
  }

  struct Cell: Equatable {
    let order: String
    let values: [Scalar]
  }

  private(set) var cells: [Key: Cell] = [:]

  init(_ changes: some Sequence<Change> = []) {
    for change in changes { apply(change) }
  }

  mutating func apply(_ change: Change) {
    let key = Key(
      table: change.table.name, key: change.key, register: change.register.order)
    if let standing = cells[key], !Fold.precedes(standing.order, change.order) { return }
    cells[key] = Cell(order: change.order, values: change.values)
  }

  /// The values of a register by column name.
  func values(_ table: Table, _ key: [Scalar], _ register: Register) -> [String: Scalar] {
    let key = Key(table: table.name, key: key, register: register.order)
    let values = cells[key]?.values ?? []
    return Dictionary(uniqueKeysWithValues: zip(register.columns, values))
  }

  /// What the tables say, without the columns that cite entries.
  func facts() -> [Key: [Scalar]] {
    var columns: [String: [String]] = [:]
    for table in Tables.all {
      for register in table.registers { columns[table.name + register.order] = register.columns }
    }
    var facts: [Key: [Scalar]] = [:]
    for (key, cell) in cells {
      let names = columns[key.table + key.register] ?? []
      facts[key] = zip(names, cell.values).filter { !$0.0.hasSuffix("entry") }.map(\.1)
    }
    return facts
  }

  private static func precedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }
}

/// The negative control: whatever arrives last stands.
struct LastWriterWins: Equatable {
  private(set) var cells: [Fold.Key: [Scalar]] = [:]

  init(_ changes: some Sequence<Change>) {
    for change in changes {
      let key = Fold.Key(
        table: change.table.name, key: change.key, register: change.register.order)
      cells[key] = change.values
    }
  }
}
