import Ledger

extension Deliveries {
  public struct BranchProtectionRule: Hashable, Sendable {
    public var id: Int64
    /// A pattern of branch names.
    public var name: String
    public var contexts: [String]
    /// `off`, `non_admins`, `everyone`
    public var enforcement: String
    public var bindsAdministrators: Bool
    public var updatedAt: Instant

    public init(
      id: Int64, name: String = "main", contexts: [String], enforcement: String = "everyone",
      bindsAdministrators: Bool = true, updatedAt: Instant
    ) {
      self.id = id
      self.name = name
      self.contexts = contexts
      self.enforcement = enforcement
      self.bindsAdministrators = bindsAdministrators
      self.updatedAt = updatedAt
    }
  }

  /// - Parameters:
  ///   - action: `created`, `edited` or `deleted`.
  ///   - changes: what an edit replaced: `{"admin_enforced": {"from": true}}`.
  public func branchProtectionRule(
    _ action: String, _ rule: BranchProtectionRule, changes: JSON? = nil, by sender: Account
  ) -> WebhookDelivery {
    var members: [String: JSON] = [
      "action": .string(action), "rule": rule.json(in: repository, by: sender),
    ]
    members["changes"] = changes
    return delivery("branch_protection_rule", sender: sender, members)
  }

  /// - Parameter action: `enabled` or `disabled`.
  public func branchProtectionConfiguration(
    _ action: String, by sender: Account
  ) -> WebhookDelivery {
    delivery("branch_protection_configuration", sender: sender, ["action": .string(action)])
  }
}

extension Deliveries.BranchProtectionRule {
  fileprivate func json(
    in repository: Deliveries.Repository, by sender: Deliveries.Account
  ) -> JSON {
    let levels: [String: JSON] = [
      "allow_deletions": "off", "allow_force_pushes": "off", "linear_history_requirement": "off",
      "lock_branch": "off", "merge_queue": "off", "pull_request_reviews": "everyone",
      "signature_requirement": "off", "required_status_checks": .string(enforcement),
    ]
    return JSON.object(
      Dictionary(uniqueKeysWithValues: levels.map { ("\($0.key)_enforcement_level", $0.value) })
    ).adding(settings(by: sender)).adding([
      "id": .int(id), "name": .string(name), "repository_id": .int(repository.id),
      "created_at": .string(Self.localTime(repository.createdAt)),
      "updated_at": .string(Self.localTime(updatedAt)),
    ])
  }

  private func settings(by sender: Deliveries.Account) -> [String: JSON] {
    [
      "required_status_checks": .array(contexts.map(JSON.string)),
      "admin_enforced": .bool(bindsAdministrators), "authorized_actors_only": true,
      "authorized_actor_names": [.string(sender.login)],
      "authorized_dismissal_actors_only": false, "dismiss_stale_reviews_on_push": true,
      "ignore_approvals_from_contributors": false, "require_code_owner_review": false,
      "required_approving_review_count": 1, "required_conversation_resolution_level": "off",
      "required_deployments_enforcement_level": "off",
      "strict_required_status_checks_policy": false, "create_protected": false,
    ]
  }

  /// This event writes its times with a fraction and the offset of a place.
  private static func localTime(_ instant: Instant) -> String {
    let there = Instant(seconds: instant.unixSeconds - 4 * 3_600)
    return String(there.description.dropLast()) + ".000-04:00"
  }
}
