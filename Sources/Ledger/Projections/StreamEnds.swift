/// How far each stream reaches.
enum StreamEnds {
  static func changes(of stored: Stored) -> [Change] {
    stored.entry.streams.map { name, number in
      Change(
        Tables.streams, key: [.text(name)], register: Tables.streams.registers[0],
        order: orderKey(index: number), values: [.int(number), .int(stored.index)])
    }
  }
}
