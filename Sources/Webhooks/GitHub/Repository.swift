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
    return Facts(
      at: isGone ? nil : Instant(json: repository["updated_at"]),
      data: [
        "old_name": .string(of: payload.at("changes", "repository", "name", "from")),
        "private": .bool(of: repository["private"]),
      ])
  }
}
