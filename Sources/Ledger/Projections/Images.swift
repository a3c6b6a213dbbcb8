/// An image that reached a registry. Only a digest is an identity; the commit is a hint from the
/// image's own label (github.com's package events prove no provenance).
enum Images: Projection {
  static let kinds: [Kind] = [.package]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let repository = data["repository_id"]?.int, let digest = data["digest"]?.string else {
      return []
    }
    let at = Instant(json: data["created_at"])
    let order = orderKey(orderKey(at), stored.tieBreak)
    let key: [Scalar] = [.text("image"), .int(repository), .text(digest)]
    return [
      Change(
        Tables.history, key: key, register: Tables.historyWhat, order: order,
        values: [
          Scalar(at ?? stored.entry.received), .int(stored.index), Scalar(service(of: data)),
          .null, Scalar(data["revision"]?.string), .null, .text(digest), .null,
          Scalar(data["author"]?.int),
        ]),
      Change(
        Tables.history, key: key, register: Tables.historyOutcome, order: order,
        values: [.text("pushed"), .null, Scalar(data["tag"]?.string), .int(stored.index)]),
    ]
  }
}

enum Releases: Projection {
  static let kinds: [Kind] = [.release]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let repository = data["repository_id"]?.int, let id = data["id"]?.int else { return [] }
    let at = Instant(json: data["published_at"]) ?? Instant(json: data["created_at"])
    let order = orderKey(orderKey(at), rank(data["action"]?.string), stored.tieBreak)
    let key: [Scalar] = [.text("release"), .int(repository), .text(String(id))]
    return [
      Change(
        Tables.history, key: key, register: Tables.historyWhat, order: order,
        values: [
          Scalar(at), .int(stored.index), Scalar(service(of: data)), .null, .null, .null, .null,
          Scalar(data["tag"]?.string), Scalar(data["author"]?.int),
        ]),
      Change(
        Tables.history, key: key, register: Tables.historyOutcome, order: order,
        values: [.text(data["action"]?.string ?? "unknown"), .null, .null, .int(stored.index)]),
    ]
  }

  private static func rank(_ action: String?) -> String {
    switch action {
    case "created": "0"
    case "published", "prereleased", "released": "1"
    case "deleted": "3"
    default: "2"
    }
  }
}
