/// A list of everything that a tool holds. It comes in parts, all of them or none.
enum ResourceSnapshots: Projection {
  static let kinds: [Kind] = [.resourceSnapshot]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let environment = data["environment"]?.string, let stack = data["stack"]?.string,
      let snapshot = data["snapshot"]?.string, let part = data["part"]?.int,
      let at = Instant(json: data["taken_at"])
    else { return [] }
    let place: [Scalar] = [.text(environment), .text(stack)]
    return (part == 1 ? [whole(snapshot, place, at, stored)] + line(snapshot, at, stored) : [])
      + (data["resources"]?.array ?? []).flatMap { resource($0, place, at, stored) }
  }

  private static func whole(
    _ snapshot: String, _ place: [Scalar], _ at: Instant, _ stored: Stored
  ) -> Change {
    let (table, data) = (Tables.snapshots, stored.entry.data)
    return Change(
      table, key: place + [.text(snapshot)], register: table.registers[0],
      order: orderKey(at.sortKey, stored.tieBreak),
      values: [
        Scalar(at), Scalar(data["form"]?.string), Scalar(data["count"]?.int), .int(stored.index),
      ])
  }

  private static func resource(
    _ json: JSON, _ place: [Scalar], _ at: Instant, _ stored: Stored
  ) -> [Change] {
    guard let address = json["address"]?.string else { return [] }
    let table = Tables.resources
    let key = place + [.text(address)]
    let tags = json["tags"].flatMap { $0.isNull ? nil : $0.canonicalString }
    return [
      Change(
        table, key: key, register: Tables.resourceTold,
        order: orderKey(at.sortKey, stored.tieBreak),
        values: ["type", "name", "id", "arn"].map { Scalar(json[$0]?.string) }
          + [Scalar(tags), Scalar(json["action"]?.string), Scalar(at), .int(stored.index)]),
      Change(
        table, key: key, register: Tables.resourceFirst,
        order: orderKey(orderKey(earliest: at), stored.tieBreak),
        values: [Scalar(at), .int(stored.index)]),
    ]
  }

  /// One line of the history for the whole list.
  private static func line(_ snapshot: String, _ at: Instant, _ stored: Stored) -> [Change] {
    let data = stored.entry.data
    var line = HistoryLine("resource", "snapshot/\(snapshot)")
    line.repository = data["repository_id"]?.int
    line.origin = .report(data)
    line.environment = data["environment"]?.string
    line.actor = data["actor"]?.int
    let order = orderKey(at.sortKey, stored.tieBreak)
    let what = "\(data["form"]?.string ?? "list"): \(data["count"]?.int ?? 0) resources"
    return line.told(at, by: stored, order: order)
      + [line.ended("listed", at: nil, note: what, by: stored, order: order)]
  }
}

/// What was reported by itself, whoever reported it.
enum SingleResources: Projection {
  static let kinds: [Kind] = [.resourceRecorded]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let type = data["type"]?.string, let id = data["id"]?.string else { return [] }
    let at = Instant(json: data["occurred_at"]) ?? stored.entry.received
    let table = Tables.singleResources
    let isGone = data["state"]?.string == "gone"
    let values: [Scalar] =
      isGone ? [] : ["name", "environment", "region"].map { Scalar(data[$0]?.string) }
    return [
      Change(
        table, key: [.text(type), .text(id)],
        register: isGone ? Tables.singleGone : Tables.singleMade,
        order: orderKey(at.sortKey, stored.tieBreak),
        values: values + [Scalar(at), .int(stored.index)])
    ]
  }
}

/// A report about a teardown is a line of the history.
enum TeardownReports: Projection {
  static let kinds: [Kind] = [.teardownReported]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let report = data["report"]?.string else { return [] }
    let at = Instant(json: data["as_of"]) ?? stored.entry.received
    var line = HistoryLine("resource", "teardown/\(report)")
    line.repository = data["repository_id"]?.int
    line.origin = .report(data)
    line.environment = data["environment"]?.string
    line.actor = data["actor"]?.int
    let order = orderKey(at.sortKey, stored.tieBreak)
    let words = ["left", "unknown", "unexplained", "gone", "kept"].compactMap { word in
      data["counts"]?[word]?.int.map { "\($0) \(word)" }
    }
    return line.told(at, by: stored, order: order) + [
      line.ended(
        data["outcome"]?.string, at: at, note: "teardown: " + words.joined(separator: ", "),
        by: stored, order: order)
    ]
  }
}
