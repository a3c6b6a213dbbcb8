import Ledger

extension Deliveries {
  /// A commit status.
  public struct Status: Hashable, Sendable {
    public var id: Int64
    public var sha: String
    public var context: String
    /// `pending`, `success`, `failure`, `error`
    public var state: String
    public var description: String?
    public var targetURL: String?
    public var branch: String
    public var createdAt: Instant

    public init(
      id: Int64, sha: String, context: String, state: String, description: String? = nil,
      targetURL: String? = nil, branch: String = "main", createdAt: Instant
    ) {
      self.id = id
      self.sha = sha
      self.context = context
      self.state = state
      self.description = description
      self.targetURL = targetURL
      self.branch = branch
      self.createdAt = createdAt
    }
  }

  /// `creator` is who posted the status; GitHub sends it as the sender.
  public func status(_ status: Status, of commit: Commit, creator: Account) -> WebhookDelivery {
    delivery("status", sender: creator, status.members.merging(parts(of: status, commit)) { $1 })
  }

  private func parts(of status: Status, _ commit: Commit) -> [String: JSON] {
    let api = "\(repository.api)/commits/\(status.sha)"
    return [
      "name": .string(repository.fullName), "commit": commit.statusJSON(in: repository),
      "branches": [
        [
          "name": .string(status.branch), "protected": .bool(status.branch == "main"),
          "commit": ["sha": .string(status.sha), "url": .string(api)],
        ]
      ],
    ]
  }
}

extension Deliveries.Status {
  fileprivate var members: [String: JSON] {
    [
      "id": .int(id), "sha": .string(sha), "context": .string(context), "state": .string(state),
      "description": .optional(description), "target_url": .optional(targetURL),
      "created_at": .string(offsetTime), "updated_at": .string(offsetTime),
      "avatar_url": .string("https://avatars.githubusercontent.com/in/\(id % 1_000_000)?v=4"),
    ]
  }

  /// `status` writes its times with `+00:00`.
  private var offsetTime: String {
    String(Instant(seconds: createdAt.unixSeconds).description.dropLast()) + "+00:00"
  }
}

extension Deliveries.Commit {
  fileprivate func statusJSON(in repository: Deliveries.Repository) -> JSON {
    let api = "\(repository.api)/commits/\(sha)"
    let web = "\(repository.web)/commit/\(sha)"
    return [
      "sha": .string(sha), "node_id": .string("C_kwDO\(Derived.tree(sha))"),
      "commit": gitJSON(in: repository), "url": .string(api), "html_url": .string(web),
      "comments_url": .string("\(api)/comments"), "author": author.json,
      "committer": Deliveries.Account.webFlow.json, "parents": [],
    ]
  }

  private func gitJSON(in repository: Deliveries.Repository) -> JSON {
    let tree = Derived.tree(sha)
    return [
      "author": author.signatureJSON.removing("username").adding(["date": .time(at)]),
      "committer": ["name": "GitHub", "email": "noreply@github.com", "date": .time(at)],
      "message": .string(message), "comment_count": 0,
      "url": .string("\(repository.api)/git/commits/\(sha)"),
      "tree": ["sha": .string(tree), "url": .string("\(repository.api)/git/trees/\(tree)")],
      "verification": [
        "verified": false, "reason": "unsigned", "signature": nil, "payload": nil,
        "verified_at": nil,
      ],
    ]
  }
}
