import Ledger

extension Deliveries {
  /// A GitHub App in one account.
  public struct Installation: Hashable, Sendable {
    public var id: Int64
    public var app: App
    public var account: Account
    /// `{"checks": "write"}`
    public var permissions: [String: String]
    public var createdAt: Instant
    public var updatedAt: Instant
    public var suspendedAt: Instant?
    public var suspendedBy: Account?

    public init(
      id: Int64, app: App, account: Account, permissions: [String: String], createdAt: Instant,
      updatedAt: Instant
    ) {
      self.id = id
      self.app = app
      self.account = account
      self.permissions = permissions
      self.createdAt = createdAt
      self.updatedAt = updatedAt
    }

    /// The same installation while it may do nothing.
    public func suspended(by person: Account, at: Instant) -> Installation {
      var next = self
      next.suspendedAt = at
      next.suspendedBy = person
      next.updatedAt = at
      return next
    }
  }

  /// - Parameters:
  ///   - action: `created`, `deleted`, `suspend`, `unsuspend` or `new_permissions_accepted`.
  ///   - repositories: those that it reaches.
  public func installation(
    _ action: String, _ installation: Installation, repositories: [Repository], by sender: Account
  ) -> WebhookDelivery {
    accountDelivery(
      "installation", sender: sender,
      [
        "action": .string(action), "installation": installation.json,
        "repositories": .array(repositories.map(\.itemJSON)), "requester": nil,
      ])
  }

  /// - Parameter action: `added` or `removed`.
  public func installationRepositories(
    _ action: String, _ installation: Installation, added: [Repository] = [],
    removed: [Repository] = [], by sender: Account
  ) -> WebhookDelivery {
    accountDelivery(
      "installation_repositories", sender: sender,
      [
        "action": .string(action), "installation": installation.json, "requester": nil,
        "repository_selection": "selected",
        "repositories_added": .array(added.map(\.itemJSON)),
        "repositories_removed": .array(removed.map(\.itemJSON)),
      ])
  }
}

extension Deliveries.Installation {
  /// As every delivery to an App carries it.
  var reference: JSON {
    ["id": .int(id), "node_id": .string(Derived.nodeID("IN", id))]
  }

  fileprivate var json: JSON {
    [
      "id": .int(id), "account": account.json, "app_id": .int(app.id),
      "app_slug": .string(app.slug), "target_id": .int(account.id),
      "target_type": .string(account.kind.rawValue), "repository_selection": "selected",
      "permissions": .object(permissions.mapValues(JSON.string)),
      "events": .array(["check_run", "pull_request"]), "single_file_name": nil,
      "created_at": .time(createdAt), "updated_at": .time(updatedAt),
      "suspended_at": .time(suspendedAt), "suspended_by": suspendedBy?.json ?? .null,
      "access_tokens_url":
        .string("\(GitHubAddress.api)/app/installations/\(id)/access_tokens"),
      "repositories_url": .string("\(GitHubAddress.api)/installation/repositories"),
      "html_url": .string("\(GitHubAddress.web)/settings/installations/\(id)"),
    ]
  }
}

extension Deliveries.Repository {
  /// As installations list it.
  fileprivate var itemJSON: JSON {
    [
      "id": .int(id), "node_id": .string(Derived.nodeID("R", id)), "name": .string(name),
      "full_name": .string(fullName), "private": .bool(isPrivate),
    ]
  }
}
