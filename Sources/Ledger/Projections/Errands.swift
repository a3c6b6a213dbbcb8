/// A conclusion says itself what shall be written on GitHub about it.
enum Errands: Projection {
  static let kinds: [Kind] = [.errandDone]

  static func changes(of stored: Stored) -> [Change] {
    guard let key = stored.entry.data["key"]?.string else { return [] }
    return [
      Change(
        Tables.errands, key: [.text(key)], register: Tables.errandDone,
        order: orderKey(index: stored.index),
        values: [Scalar(stored.entry.data["number"]?.int), .int(stored.index)])
    ]
  }

  static func wanted(by stored: Stored) -> [Change] {
    let data = stored.entry.data
    return (data["errands"]?.array ?? []).compactMap(\.string).map { errand in
      Change(
        Tables.errands, key: [.text("\(errand)/\(stored.index)")],
        register: Tables.errandWanted, order: orderKey(index: stored.index),
        values: [
          Scalar(data["repository_id"]?.int), .text(errand), Scalar(data["pull"]?.int),
          Scalar(stored.entry.received), .int(stored.index),
        ])
    }
  }
}

/// How far the App reaches. GitHub names no time for most of these changes: the last that came is.
enum Installations: Projection {
  static let kinds: [Kind] = [.installation, .installationRepositories]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let id = data["installation_id"]?.int else { return [] }
    func state(_ repository: Int64, _ state: String) -> Change {
      Change(
        Tables.installations, key: [.int(id), .int(repository)],
        register: Tables.installations.registers[0], order: orderKey(index: stored.index),
        values: [.text(state), Scalar(data["account"]?.int), .int(stored.index)])
    }
    func all(_ member: String) -> [Int64] { (data[member]?.array ?? []).compactMap(\.int) }
    guard stored.entry.kind == .installation else {
      return all("added").map { state($0, "added") } + all("removed").map { state($0, "removed") }
    }
    return [state(0, word(data))] + all("repositories").map { state($0, "added") }
  }

  private static func word(_ data: JSON) -> String {
    switch data["action"]?.string {
    case "deleted": "deleted"
    case "suspend": "suspended"
    case "unsuspend": "active"
    default: Instant(json: data["suspended_at"]) == nil ? "active" : "suspended"
    }
  }
}
