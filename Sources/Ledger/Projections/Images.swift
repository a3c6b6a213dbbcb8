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
    var line = HistoryLine(.image(digest))
    line.origin = .repository(repository)
    line.repository = repository
    line.actor = data["author"]?.int
    line.commit = data["revision"]?.string
    line.digest = digest
    return line.told(at ?? stored.entry.received, by: stored, order: order)
      + [
        line.ended("pushed", at: nil, note: data["tag"]?.string, by: stored, order: order)
      ] + Links.link(line.commit.map(Node.commit), .image(digest), by: stored)
  }
}

enum Releases: Projection {
  static let kinds: [Kind] = [.release]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let repository = data["repository_id"]?.int, let id = data["id"]?.int else { return [] }
    let at = Instant(json: data["published_at"]) ?? Instant(json: data["created_at"])
    let order = orderKey(orderKey(at), rank(data["action"]?.string), stored.tieBreak)
    var line = HistoryLine("release", "\(repository)/\(id)")
    line.origin = .repository(repository)
    line.repository = repository
    line.actor = data["author"]?.int
    line.revision = data["tag"]?.string
    return line.told(at, by: stored, order: order) + [
      line.ended(data["action"]?.string ?? "unknown", at: nil, by: stored, order: order)
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
