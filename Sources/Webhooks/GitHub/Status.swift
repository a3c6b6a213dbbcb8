import Ledger

/// A result from outside of Actions. It has no App: its identity is who posted it.
enum StatusEvent: GitHubEvent {
  static let names = ["status"]
  static let kind = Kind.status
  static let selection = Selection("id", "sha", "context", "state", "created_at", "updated_at")

  static func facts(of payload: JSON) -> Facts? {
    guard let id = payload["id"]?.int, let sha = commitID(payload["sha"]),
      let context = payload["context"]?.string, let state = payload["state"]?.string
    else { return nil }
    return Facts(
      at: Instant(json: payload["created_at"]),
      data: [
        "id": .int(id), "head_sha": .string(sha), "context": .string(context),
        "state": .string(state), "creator": payload["sender"]?.id ?? .null,
        "created_at": .instant(payload["created_at"]),
      ])
  }
}
