import GRDB
import Ledger

/// Changes that nobody has looked at yet: of those to one register of a row only the greatest is
/// written, and most entries write the same few rows.
struct PendingChanges {
  private struct Place: Hashable {
    let table: String
    let register: String
    let key: [Scalar]

    /// Few keys stand in two tables: hashing more would not tell more apart.
    func hash(into hasher: inout Hasher) { hasher.combine(key) }
  }

  private var changes: [Place: Change] = [:]

  mutating func add(_ more: [Change]) {
    for change in more {
      let place = Place(
        table: change.table.name, register: change.register.order, key: change.key)
      if let known = changes[place],
        !known.order.utf8.lexicographicallyPrecedes(change.order.utf8)
      {
        continue
      }
      changes[place] = change
    }
  }

  mutating func write(to db: Database) throws {
    try Fold.apply(Array(changes.values), to: db)
    changes.removeAll(keepingCapacity: true)
  }
}
