import Ledger

extension Deliveries {
  public struct Ruleset: Hashable, Sendable {
    public var id: Int64
    public var name: String
    /// `branch`, `tag`, `push`
    public var target: String
    /// `active`, `evaluate`, `disabled`
    public var enforcement: String
    /// Names of the required checks.
    public var contexts: [String]
    /// Ids of the roles that may pass by it.
    public var bypassRoles: [Int64]
    public var createdAt: Instant
    public var updatedAt: Instant

    public init(
      id: Int64, name: String = "main", target: String = "branch", enforcement: String = "active",
      contexts: [String], bypassRoles: [Int64] = [], createdAt: Instant, updatedAt: Instant
    ) {
      self.id = id
      self.name = name
      self.target = target
      self.enforcement = enforcement
      self.contexts = contexts
      self.bypassRoles = bypassRoles
      self.createdAt = createdAt
      self.updatedAt = updatedAt
    }
  }

  /// - Parameters:
  ///   - action: `created`, `edited` or `deleted`.
  ///   - changes: what an edit replaced: `{"enforcement": {"from": "active"}}`.
  public func ruleset(
    _ action: String, _ ruleset: Ruleset, changes: JSON? = nil, by sender: Account
  ) -> WebhookDelivery {
    var members: [String: JSON] = [
      "action": .string(action), "repository_ruleset": ruleset.json(in: repository),
    ]
    members["changes"] = changes
    return delivery("repository_ruleset", sender: sender, members)
  }
}

extension Deliveries.Ruleset {
  fileprivate func json(in repository: Deliveries.Repository) -> JSON {
    [
      "id": .int(id), "node_id": .string(Derived.nodeID("RRS", id)), "name": .string(name),
      "target": .string(target), "enforcement": .string(enforcement),
      "source_type": "Repository", "source": .string(repository.fullName),
      "conditions": ["ref_name": ["include": ["~DEFAULT_BRANCH"], "exclude": []]],
      "bypass_actors": .array(bypassRoles.map(bypass)), "rules": .array(rules),
      "created_at": .time(createdAt), "updated_at": .time(updatedAt),
      "_links": ["self": ["href": .string("\(repository.api)/rulesets/\(id)")]],
    ]
  }

  private func bypass(_ role: Int64) -> JSON {
    ["actor_id": .int(role), "actor_type": "RepositoryRole", "bypass_mode": "always"]
  }

  private var rules: [JSON] {
    let checks = contexts.map { context in
      ["context": .string(context), "integration_id": 15_368] as JSON
    }
    return [
      ["type": "deletion"],
      [
        "type": "required_status_checks",
        "parameters": [
          "strict_required_status_checks_policy": true, "required_status_checks": .array(checks),
        ],
      ],
    ]
  }
}
