import Ledger

/// A ruleset, the newer form of branch protection, was set, weakened or removed.
enum RulesetEvent: GitHubEvent {
  static let names = ["repository_ruleset"]
  static let kind = Kind.ruleset
  static let selection = Selection(
    "repository_ruleset.{id,name,target,enforcement,updated_at}",
    "repository_ruleset.bypass_actors.actor_type", "repository_ruleset.rules.type",
    "repository_ruleset.rules.parameters.required_status_checks.context", "changes")

  static func facts(of payload: JSON) -> Facts? {
    guard let ruleset = payload["repository_ruleset"], let id = ruleset["id"]?.int else {
      return nil
    }
    let updated = Instant(json: ruleset["updated_at"])
    return Facts(
      at: updated,
      data: [
        "ruleset_id": .int(id), "name": .string(of: ruleset["name"]),
        "target": .string(of: ruleset["target"]),
        "enforcement": .string(of: ruleset["enforcement"]), "updated_at": .optional(updated),
        "contexts": contexts(ruleset["rules"]),
        "bypass_actors": .optional(ruleset["bypass_actors"]?.array.map { Int64($0.count) }),
        "changed": .names(in: payload["changes"]),
      ])
  }

  private static func contexts(_ rules: JSON?) -> JSON {
    guard let rules = rules?.array else { return .null }
    let checks = rules.filter { $0["type"]?.string == "required_status_checks" }
      .flatMap { $0.at("parameters", "required_status_checks")?.array ?? [] }
    return .strings(of: .array(checks), "context")
  }
}
