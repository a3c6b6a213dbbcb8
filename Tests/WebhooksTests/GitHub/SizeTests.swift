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

  @Test("texts too long even so leave the event undecoded, and kept")
  func huge() throws {
    let names = JSON.array(
      (0..<500).map { .string("\($0)" + String(repeating: "n", count: 200)) })
    let rule = try sample("branch_protection_rule")
    #expect(try rule.entry("rule.required_status_checks", names).kind == .undecoded)
    #expect(
      try rule.entry("rule.name", .string(String(repeating: "n", count: 70_000))).kind
        == .undecoded)
  }
}
