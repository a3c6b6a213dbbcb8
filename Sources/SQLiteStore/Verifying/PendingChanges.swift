import Ledger

/// Changes that nobody has looked at yet: of those to one register of a row only the greatest is
/// written, and most entries write the same few rows.
struct PendingChanges {
  private struct Place: Hashable {
    let table: Table
    let key: [Scalar]

    /// Few keys stand in two tables: hashing more would not tell more apart.
    func hash(into hasher: inout Hasher) { hasher.combine(key) }
  }

  private var places: [Place: Int] = [:]
  private var rows: [[Change]] = []

  mutating func add(_ more: [Change]) {
    for change in more {
      let place = Place(table: change.table, key: change.key)
      if let row = places[place] {
        PendingChanges.add(change, to: &rows[row])
      } else {
        places[place] = rows.count
        rows.append([change])
      }
    }
  }

  private static func add(_ change: Change, to row: inout [Change]) {
    guard let known = row.firstIndex(where: { $0.register == change.register }) else {
      return row.append(change)
    }
    if row[known].order.utf8.lexicographicallyPrecedes(change.order.utf8) { row[known] = change }
  }

  /// The changes of each row, in the order in which the rows were first met: that is nearly the
  /// order of their keys, which SQLite writes soonest.
  mutating func take() -> [[Change]] {
    defer {
      places.removeAll(keepingCapacity: true)
      rows.removeAll(keepingCapacity: true)
    }
    return rows
  }
}
