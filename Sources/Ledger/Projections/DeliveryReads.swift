/// `github.deliveries_read.v1`: how far a hook is covered, and what was missing.
enum DeliveryReads: Projection {
  static let kinds: [Kind] = [.deliveriesRead]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let hook = data["hook"]?.string, let to = Instant(json: data["to"]) else { return [] }
    let key: [Scalar] = [.text(hook), .int(data["repository_id"]?.int ?? 0)]
    let covered = Change(
      Tables.coverage, key: key, register: Tables.coverage.registers[0],
      order: orderKey(to.sortKey, stored.tieBreak), values: [Scalar(to), .int(stored.index)])
    let (missing, lost) = (data["missing"]?.array ?? [], data["lost"]?.array ?? [])
    return [covered] + gap(stored, key)
      + missing.compactMap { change($0, .asked, hook, stored) }
      + lost.compactMap { change($0, .lost, hook, stored) }
  }

  private static func gap(_ stored: Stored, _ key: [Scalar]) -> [Change] {
    let data = stored.entry.data
    guard let after = Instant(json: data["after"]), let from = Instant(json: data["from"]),
      after < from
    else { return [] }
    return [
      Change(
        Tables.coverageGaps, key: key + [Scalar(after)],
        register: Tables.coverageGaps.registers[0], order: orderKey(from.sortKey, stored.tieBreak),
        values: [Scalar(from), .int(stored.index)])
    ]
  }

  /// What was given up stays so, unless it comes.
  private static func change(
    _ item: JSON, _ state: LostDelivery.State, _ hook: String, _ stored: Stored
  ) -> Change? {
    guard let guid = item["guid"]?.string else { return nil }
    return Change(
      Tables.lostDeliveries, key: [.text(guid)], register: Tables.lostDeliveries.registers[0],
      order: orderKey(state == .lost ? "1" : "0", stored.tieBreak),
      values: [
        Scalar(item["event"]?.string), Scalar(Instant(json: item["at"])), .text(hook),
        .text(state.rawValue), .int(stored.index),
      ])
  }
}
