import Ledger
import LedgerTesting
import Testing

@testable import Webhooks

/// GitHub bounds neither lists nor texts as an entry does.
@Suite("What is too long for an entry")
struct SizeTests {
  static let lists: [(event: String, path: String, key: String, kind: String)] = [
    ("installation", "repositories", "repositories", "id"),
    ("installation_repositories", "repositories_added", "added", "id"),
    ("installation_repositories", "repositories_removed", "removed", "id"),
    ("deployment_protection_rule", "pull_requests", "pulls", "number"),
    ("deployment_review", "workflow_job_runs", "environments", "environment"),
    ("branch_protection_rule", "rule.required_status_checks", "contexts", ""),
    ("repository_ruleset", "repository_ruleset.rules", "contexts", "rule"),
    ("branch_protection_rule", "changes", "changed", "member"),
    ("repository_ruleset", "changes", "changed", "member"), ("ping", "hook.events", "events", ""),
    ("workflow_job", "workflow_job.labels", "labels", ""),
  ]

  @Test("a list of 2,000 is cut to 500, and says so", arguments: lists)
  func long(_ list: (event: String, path: String, key: String, kind: String)) throws {
    let sample = try sample(list.event)
    let steps = list.path.split(separator: ".").map(String.init)
    let body = try sample.json.replacing(steps, with: elements(2_000, list.kind)).canonicalBytes
    let submission = try submission(list.event, body)
    let entry = submission.entry
    #expect(entry.kind == Mapping.kinds[list.event] && entry.bytes.count <= Entry.maximumSize)
    #expect(entry.data["is_cut"] == true)
    #expect(entry.data[list.key]?.array?.count == 500)
    #expect(entry.data[list.key] == kept(500, list.kind))
    #expect(submission.evidence?.bytes == body)
    #expect(try EntrySchema.faults(of: entry) == [])
  }

  @Test("500 are not", arguments: lists)
  func whole(_ list: (event: String, path: String, key: String, kind: String)) throws {
    let entry = try sample(list.event).entry(list.path, elements(500, list.kind))
    #expect(entry.data["is_cut"] == nil)
    #expect(entry.data[list.key] == kept(500, list.kind))
  }

  private func elements(_ count: Int, _ kind: String) -> JSON {
    let numbers = 0..<count
    return switch kind {
    case "id", "number": .array(numbers.map { [kind: number($0)] })
    case "environment": .array(numbers.map { [kind: name($0)] })
    case "rule":
      [
        [
          "type": "required_status_checks",
          "parameters": [
            "required_status_checks": .array(numbers.map { ["context": name($0)] })
          ],
        ]
      ]
    case "member":
      .object(Dictionary(uniqueKeysWithValues: numbers.map { (name($0).string ?? "", nil) }))
    default: .array(numbers.map(name))
    }
  }

  private func kept(_ count: Int, _ kind: String) -> JSON {
    .array((0..<count).map(["id", "number"].contains(kind) ? number : name))
  }

  private func number(_ index: Int) -> JSON { .int(7_000_000_000 + Int64(index)) }
  private func name(_ index: Int) -> JSON { .string("name-\(10_000 + index)") }

  private static let padding = (0..<500).map {
    JSON.string("\($0)" + String(repeating: "n", count: 200))
  }

  /// Otherwise who may edit a rule could hide a weakening behind a long list.
  @Test(
    "lists too large for an entry keep what is short, and say so",
    arguments: [("branch_protection_rule", true), ("repository_ruleset", false)])
  func large(_ event: String, _ isRule: Bool) throws {
    let names = Self.padding + ["ledger/merge-gate", "test"]
    let checks: JSON =
      isRule
      ? .array(Array(names.suffix(500)))
      : [
        [
          "type": "required_status_checks",
          "parameters": [
            "required_status_checks": .array(names.suffix(500).map { ["context": $0] })
          ],
        ]
      ]
    let path = isRule ? "rule.required_status_checks" : "repository_ruleset.rules"
    let entry = try sample(event).entry(path, checks)
    #expect(entry.kind == Mapping.kinds[event] && entry.data["is_cut"] == true)
    let kept = entry.data["contexts"]?.array ?? []
    #expect(kept.suffix(2) == ["ledger/merge-gate", "test"])
    #expect(kept.count > 250 && kept.count < 500, "most of what an entry can hold")
    #expect(try EntrySchema.faults(of: entry) == [])
  }

  @Test("several lists that are too large together are cut until they fit, none to nothing")
  func several() throws {
    let long = JSON.array((0..<2).map { .string("\($0)" + String(repeating: "n", count: 40_000)) })
    let rule = try sample("branch_protection_rule")
    let members = Dictionary(
      uniqueKeysWithValues: Self.padding.map { ($0.string ?? "", JSON.null) })
    let body = try rule.json.replacing(["changes"], with: .object(members))
      .replacing(["rule", "required_status_checks"], with: long).canonicalBytes
    let entry = try submission("branch_protection_rule", body).entry
    #expect(entry.kind == .branchProtectionRule && entry.data["is_cut"] == true)
    #expect(entry.data["contexts"]?.array?.count == 1)
    #expect(entry.data["changed"]?.array?.isEmpty == false)
  }

  @Test("texts too long even so leave the event undecoded, and kept")
  func huge() throws {
    let rule = try sample("branch_protection_rule")
    let name = JSON.string(String(repeating: "n", count: 70_000))
    #expect(try rule.entry("rule.required_status_checks", [name]).kind == .undecoded)
    #expect(
      try rule.entry("rule.name", .string(String(repeating: "n", count: 70_000))).kind
        == .undecoded)
  }
}
