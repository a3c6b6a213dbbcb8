import Ledger

extension Deliveries {
  public struct Push: Hashable, Sendable {
    /// The full ref: `refs/heads/main`.
    public var ref: String
    /// 40 zeros for a new ref.
    public var before: String
    /// 40 zeros for a deleted ref.
    public var after: String
    /// Oldest first; the last one is the head.
    public var commits: [Commit]
    public var isForced: Bool
    public var at: Instant

    public init(
      ref: String, before: String, after: String, commits: [Commit], isForced: Bool = false,
      at: Instant
    ) {
      self.ref = ref
      self.before = before
      self.after = after
      self.commits = commits
      self.isForced = isForced
      self.at = at
    }

    /// A ref that does not exist.
    public static let none = String(repeating: "0", count: 40)
  }

  public func push(_ push: Push, by pusher: Account) -> WebhookDelivery {
    let commits = push.commits.map { $0.pushJSON(in: repository) }
    return delivery(
      "push", sender: pusher, repository: repository.pushJSON(pushedAt: push.at),
      [
        "ref": .string(push.ref), "before": .string(push.before), "after": .string(push.after),
        "created": .bool(push.before == Push.none), "deleted": .bool(push.after == Push.none),
        "forced": .bool(push.isForced), "base_ref": nil,
        "compare": .string("\(repository.web)/compare/\(push.before)...\(push.after)"),
        "commits": .array(commits), "head_commit": commits.last ?? .null,
        "pusher": ["name": .string(pusher.login), "email": .string(pusher.email)],
      ])
  }
}
