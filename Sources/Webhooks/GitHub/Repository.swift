import Ledger

/// A repository was made, renamed, moved, shown, hidden or removed. Its id is its identity; the new
/// name stands in `repository`.
enum RepositoryEvent: GitHubEvent {
  static let names = ["repository"]
  static let kind = Kind.repository
  static let selection = Selection(
    "repository.{private,updated_at}", "changes.repository.name.from")

  static func facts(of payload: JSON) -> Facts? {
    guard let repository = payload["repository"], repository["id"]?.int != nil else { return nil }
    // What is gone was last updated before that.
    let isGone = payload["action"]?.string == "deleted"
    var data: [String: JSON] = [
      "old_name": .string(of: payload.at("changes", "repository", "name", "from")),
      "private": .bool(of: repository["private"]),
    ]
    // Entries of older versions lack it: what was concluded after theirs is concluded again.
    if isGone { data["ends_evidence"] = true }
    return Facts(at: isGone ? nil : Instant(json: repository["updated_at"]), data: data)
  }
}
