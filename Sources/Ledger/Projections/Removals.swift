/// Which bodies were deleted, and who was forgotten. The store deletes in the transaction of the
/// entry; this is how everybody else learns it.
enum Removals: Projection {
  static let kinds: [Kind] = [.evidencePruned, .personForgotten]

  static func changes(of stored: Stored) -> [Change] {
    guard let removal = Removal(stored.entry) else { return [] }
    return bodies(removal, stored.index)
      + (removal.person.map { [person($0, stored.index)] } ?? [])
  }

  private static func bodies(_ removal: Removal, _ index: Int64) -> [Change] {
    let table = Tables.removedBodies
    return removal.hashes.map { hash in
      Change(
        table, key: [.text(hash.hex)], register: table.registers[0],
        order: orderKey(index: index), values: [.text(removal.reason.rawValue), .int(index)])
    }
  }

  private static func person(_ id: Int64, _ index: Int64) -> Change {
    let table = Tables.forgottenPeople
    return Change(
      table, key: [.int(id)], register: table.registers[0],
      order: orderKey(index: .max - index), values: [.int(index)])
  }
}
