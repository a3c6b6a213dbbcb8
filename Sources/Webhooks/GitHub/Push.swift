import Ledger

/// What landed on a branch or tag. A deleted ref has 40 zeros as `after`.
enum PushEvent: GitHubEvent {
  static let names = ["push"]
  static let kind = Kind.push
  static let selection = Selection(
    "ref", "before", "after", "created", "deleted", "forced", "commits.timestamp",
    "repository.pushed_at")

  static func facts(of payload: JSON) -> Facts? {
    guard let ref = payload["ref"]?.string, let after = payload["after"]?.string else { return nil }
    return Facts(
      at: Instant(json: payload.at("repository", "pushed_at")),
      data: [
        "ref": .string(ref), "before": .string(of: payload["before"]), "after": .string(after),
        "created": .bool(of: payload["created"]), "deleted": .bool(of: payload["deleted"]),
        "forced": .bool(of: payload["forced"]), "first_commit_at": .optional(firstCommit(payload)),
      ])
  }

  /// By the clocks of those who committed; of a push of more than 2,048 commits GitHub lists the
  /// newest.
  private static func firstCommit(_ payload: JSON) -> Instant? {
    (payload["commits"]?.array ?? []).compactMap { Instant(json: $0["timestamp"]) }.min()
  }
}
