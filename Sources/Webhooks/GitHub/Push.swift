import Ledger

/// What landed on a branch or tag. A deleted ref has 40 zeros as `after`.
enum PushEvent: GitHubEvent {
  static let names = ["push"]
  static let kind = Kind.push
  static let selection = Selection(
    "ref", "before", "after", "created", "deleted", "forced", "repository.pushed_at")

  static func facts(of payload: JSON) -> Facts? {
    guard let ref = payload["ref"]?.string, let after = payload["after"]?.string else { return nil }
    return Facts(
      at: Instant(json: payload.at("repository", "pushed_at")),
      data: [
        "ref": .string(ref), "before": .string(of: payload["before"]), "after": .string(after),
        "created": .bool(of: payload["created"]), "deleted": .bool(of: payload["deleted"]),
        "forced": .bool(of: payload["forced"]),
      ])
  }
}
