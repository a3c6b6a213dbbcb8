import Ledger
import LedgerTesting
import Testing

@testable import Webhooks

@Suite("What GitHub itself demands, and the ledger's reach")
struct ProtectionTests {
  @Test("a rule was weakened")
  func rule() throws {
    let entry = try submission(sample("branch_protection_rule", "edited")).entry
    #expect(entry.at == Instant("2026-09-21T14:14:20Z"))
    #expect(
      entry.data
        == expected(
          "edited",
          [
            "rule_id": 4_700_000_001, "name": "main", "updated_at": "2026-09-21T14:14:20Z",
            "contexts": ["ledger/merge-gate", "test"], "enforcement": "everyone",
            "admin_enforced": false, "changed": ["admin_enforced"],
          ]))
    let made = try submission(sample("branch_protection_rule", "created")).entry.data
    #expect(made["changed"] == .null && made["admin_enforced"] == true)
  }

  @Test("the names of what changed are sorted; what it was is not kept")
  func changed() throws {
    let changes: JSON = [
      "b": ["from": ["mia"]], "a": ["from": nil], "authorized_actor_names": nil,
    ]
    for event in ["branch_protection_rule", "repository_ruleset"] {
      let entry = try sample(event, "edited").entry("changes", changes)
      #expect(entry.data["changed"] == ["a", "authorized_actor_names", "b"])
      #expect(!String(decoding: entry.bytes, as: UTF8.self).contains("mia"))
    }
  }

  @Test("all protection was switched", arguments: ["enabled", "disabled"])
  func configuration(_ action: String) throws {
    let entry = try submission(sample("branch_protection_configuration", action)).entry
    #expect(entry.at == nil && entry.data == expected(action, [:]))
  }

  @Test("a ruleset was switched off")
  func ruleset() throws {
    let entry = try submission(sample("repository_ruleset", "edited")).entry
    #expect(entry.at == Instant("2026-09-21T14:14:20Z"))
    #expect(
      entry.data
        == expected(
          "edited",
          [
            "ruleset_id": 4_800_000_001, "name": "main", "target": "branch",
            "enforcement": "disabled", "updated_at": "2026-09-21T14:14:20Z",
            "contexts": ["ledger/merge-gate"], "bypass_actors": 1, "changed": ["enforcement"],
          ]))
  }

  static let rules: [(JSON, JSON)] = [
    ([], []), (nil, nil), ("x", nil), ([["type": "deletion"]], []),
    ([["type": "required_status_checks"]], []),
    ([["type": "workflows", "parameters": checks("a")]], []),
    (
      [
        ["type": "required_status_checks", "parameters": checks("b", "a")], ["type": "update"],
        ["type": "required_status_checks", "parameters": checks("c")],
      ], ["b", "a", "c"]
    ),
  ]

  private static func checks(_ names: String...) -> JSON {
    ["required_status_checks": .array(names.map { ["context": .string($0)] })]
  }

  @Test("its checks are those of all its rules for checks", arguments: rules)
  func contexts(_ rules: JSON, _ expected: JSON) throws {
    let entry = try sample("repository_ruleset").entry("repository_ruleset.rules", rules)
    #expect(entry.data["contexts"] == expected)
  }

  @Test("an App was installed")
  func installation() throws {
    let entry = try submission(sample("installation", "created")).entry
    #expect(entry.at == Instant("2026-09-21T14:13:20Z"))
    #expect(entry.data == installed("created"))
  }

  @Test("it was suspended")
  func suspended() throws {
    let entry = try submission(sample("installation", "suspend")).entry
    #expect(entry.at == Instant("2026-09-21T14:14:20Z"))
    #expect(
      entry.data
        == installed("suspend").adding(
          "suspended_at", "2026-09-21T14:14:20Z"
        ).adding("repositories", [640_100_200]))
  }

  @Test("when else is not said", arguments: ["deleted", "unsuspend", "new_permissions_accepted"])
  func untimed(_ action: String) throws {
    let entry = try submission(sample("installation", action)).entry
    #expect(entry.at == nil && entry.data == installed(action))
  }

  private func installed(_ action: String) -> JSON {
    expected(
      action,
      [
        "repository_id": nil, "repository": nil, "installation_id": 7_300_000_001,
        "app_id": 5_400_000_001, "account": 50_600_700, "suspended_at": nil,
        "permissions": ["checks": "read", "deployments": "write", "metadata": "read"],
        "repositories": [640_100_200, 6_500_000_001],
      ])
  }

  @Test("a permission is a word; what is none is left out")
  func permissions() throws {
    let mixed: JSON = ["a": "read", "b": nil, "c": 1, "d": [:], "e": ["x"], "f\u{0}": "write"]
    let entry = try sample("installation").entry("installation.permissions", mixed)
    #expect(entry.kind == .installation && entry.data["permissions"] == ["a": "read"])
  }

  @Test("repositories came and went")
  func repositories() throws {
    let added = try submission(sample("installation_repositories", "added")).entry.data
    let removed = try submission(sample("installation_repositories", "removed")).entry.data
    let bare: [String: JSON] = [
      "repository_id": nil, "repository": nil, "installation_id": 7_300_000_001,
    ]
    let other: JSON = [6_500_000_001]
    #expect(added == expected("added", bare.merging(["added": other, "removed": []]) { $1 }))
    #expect(removed == expected("removed", bare.merging(["added": [], "removed": other]) { $1 }))
  }

  @Test("a repository was renamed")
  func renamed() throws {
    let entry = try submission(sample("repository", "renamed")).entry
    #expect(entry.data == expected("renamed", ["old_name": "old-name", "private": true]))
    #expect(entry.at == Instant("2023-11-15T22:13:20Z"))
    let deleted = try submission(sample("repository", "deleted")).entry
    #expect(deleted.at == nil && deleted.data["ends_evidence"] == true)
    #expect(entry.data["ends_evidence"] == nil)
  }

  @Test("a hook was removed")
  func hook() throws {
    let entry = try submission(sample("meta")).entry
    #expect(entry.at == nil)
    #expect(entry.data == expected("deleted", ["hook_id": 480_120_001, "active": true]))
  }
}

extension JSON {
  fileprivate func adding(_ key: String, _ value: JSON) -> JSON {
    replacing([key], with: value)
  }
}
