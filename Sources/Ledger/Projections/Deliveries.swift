enum Deliveries {
  /// A replay is told by the event's name and the body: GitHub signs no header, so the delivery id
  /// alone proves nothing (docs/threat-model.md, replay).
  static func changes(of stored: Stored) -> [Change] {
    guard case .github(let event, let guid, let hook) = stored.entry.source,
      let evidence = stored.entry.evidence
    else { return [] }
    let table = Tables.deliveries
    return [
      Change(
        table, key: [.text(guid), .int(hook ?? 0), .text(event), .text(evidence.hash.hex)],
        register: table.registers[0], order: orderKey(index: .max - stored.index),
        values: [.int(stored.index)])
    ]
  }
}

enum Repositories {
  /// Of one repository's names the latest that GitHub signed; a report names only what GitHub has
  /// not, or its bearer could take another's name.
  static func changes(of stored: Stored) -> [Change] {
    guard let id = stored.entry.data["repository_id"]?.int,
      let name = stored.entry.data["repository"]?.string
    else { return [] }
    let table = Tables.repositories
    return [
      Change(
        table, key: [.int(id)], register: table.registers[0],
        order: orderKey(
          stored.entry.source.rank, orderKey(stored.entry.at), stored.tieBreak),
        values: [.text(name), .int(stored.index)])
    ]
  }
}

enum Identities {
  /// The first use stays.
  static func changes(of stored: Stored) -> [Change] {
    guard let identity = Identity(stored.entry) else { return [] }
    let table = Tables.identities
    return [
      Change(
        table, key: [.text(identity.key)], register: table.registers[0],
        order: orderKey(index: .max - stored.index),
        values: [.text(identity.content), .int(stored.index)])
    ]
  }
}
