import LedgerTesting

@testable import Ledger

extension Samples {
  static let protectionAudit: [String: JSON] = [
    "gate": "protection", "rule": "branch_protection_rule/main", "change_entry": 3,
    "summary": "the protection of main was removed", "errands": ["issue"],
  ]

  static let pushAudit: [String: JSON] = [
    "gate": "push", "branch": "main", "sha": .string(sha), "landing_entry": 3,
    "summary": "pushed to main without a pull request", "reason": "no-pull-request",
  ]

  static let deployAudit: [String: JSON] = [
    "gate": "deploy", "node": "deploy:1/9", "environment": "prod", "reason": "no-allow",
    "summary": "came to prod and nobody asked the gate",
  ]

  static let answer: [String: JSON] = [
    "ask": 3, "service": "api", "environment": "prod", "state": "deny", "commit": .string(sha),
    "post": [
      "run": 71, "environment": "production", "sha": .string(sha), "state": "rejected",
      "comment": "no",
    ],
  ]

  /// What happened to guarded branches beside their gates.
  static func ofBranches(_ kind: Kind) -> [String: JSON]? {
    switch kind {
    case .push:
      [
        "ref": "refs/heads/main", "before": .string(otherSHA), "after": .string(sha),
        "created": false, "deleted": false, "forced": false, "sender": 7,
      ]
    case .landingRead:
      [
        "sha": .string(sha), "pushed_at": at(9),
        "pulls": [
          [
            "number": 5, "head_sha": .string(otherSHA), "base_ref": "main", "merged_at": at(9),
            "merge_sha": nil,
          ]
        ],
      ]
    case .protectionRead:
      [
        "branch": "main", "state": "required", "reason": nil,
        "contexts": [["name": "ledger/merge-gate", "app_id": nil]],
      ]
    case .errandDone:
      ["key": "issue/12", "errand": "issue", "pull": nil, "number": 9]
    case .undetermined:
      [
        "gate": "push", "branch": "main", "sha": .string(sha), "before": .string(otherSHA),
        "actor": 7, "pushed_at": at(9), "landing_entry": 3, "reason": "no-credentials",
        "summary": "no pull request is known", "confirming": false, "entries": [3],
        "policy": "p1", "replaces": nil,
      ]
    case .branchProtectionRule:
      [
        "action": "deleted", "rule_id": 3, "name": "main", "updated_at": at(4),
        "contexts": ["test"],
        "enforcement": "everyone", "admin_enforced": true, "changed": [],
      ]
    case .branchProtection: ["action": "disabled"]
    case .ruleset:
      [
        "action": "edited", "ruleset_id": 4, "name": "gates", "target": "branch",
        "enforcement": "active", "updated_at": at(4), "contexts": ["test"], "bypass_actors": 0,
        "changed": ["enforcement"],
      ]
    case .installation:
      ["action": "suspend", "installation_id": 5, "account": 6, "repositories": [1]]
    case .installationRepositories:
      ["action": "removed", "installation_id": 5, "added": [], "removed": [1]]
    default: nil
    }
  }
}
