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
    var data: [String: JSON] = [
      "ref": .string(ref), "before": .string(of: payload["before"]), "after": .string(after),
      "created": .bool(of: payload["created"]), "deleted": .bool(of: payload["deleted"]),
      "forced": .bool(of: payload["forced"]), "first_commit_at": .optional(firstCommit(payload)),
    ]
    data["branch"] = branch(ref).map(JSON.string)
    return Facts(at: Instant(json: payload.at("repository", "pushed_at")), data: data)
  }

  /// Where the name is not plain: there the ref may be taken for none of a branch, and the branch for
  /// another one, by who reads characters.
  private static func branch(_ ref: String) -> String? {
    guard ref.hasTwins else { return nil }
    return rest(of: ref, after: "refs/heads/").map(String.init)
  }

  /// By the clocks of those who committed; of a push of more than 2,048 commits GitHub lists the
  /// newest.
  private static func firstCommit(_ payload: JSON) -> Instant? {
    (payload["commits"]?.array ?? []).compactMap { Instant(json: $0["timestamp"]) }.min()
  }
}
