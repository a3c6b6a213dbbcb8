import Ledger

/// What GitHub itself demands of a branch was set, weakened or removed.
enum BranchProtectionRuleEvent: GitHubEvent {
  static let names = ["branch_protection_rule"]
  static let kind = Kind.branchProtectionRule
  static let selection = Selection(
    "rule.{id,name,updated_at,required_status_checks,required_status_checks_enforcement_level}",
    "rule.admin_enforced", "changes")

  static func facts(of payload: JSON) -> Facts? {
    guard let rule = payload["rule"], let id = rule["id"]?.int else { return nil }
    let updated = Instant(json: rule["updated_at"])
    return Facts(
      at: updated,
      data: [
        "rule_id": .int(id), "name": .string(of: rule["name"]), "updated_at": .optional(updated),
        "contexts": .strings(of: rule["required_status_checks"]),
        "enforcement": .string(of: rule["required_status_checks_enforcement_level"]),
        "admin_enforced": .bool(of: rule["admin_enforced"]),
        "changed": .names(in: payload["changes"]),
      ])
  }
}
