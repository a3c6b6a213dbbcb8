import Ledger
import LedgerTesting
import Testing

@testable import Webhooks

/// Every member that an entry reads is taken away, nulled or replaced: what an event cannot be read
/// without makes it undecoded, and nothing else does.
@Suite("Members that are not there")
struct OptionalMemberTests {
  static let needed: [String: [String]] = [
    "merge_group": ["merge_group", "merge_group.head_sha", "merge_group.base_ref"],
    "pull_request_review": [
      "review", "review.id", "review.state", "pull_request", "pull_request.number",
    ],
    "deployment_protection_rule": ["environment", "sha", "deployment_callback_url"],
    "deployment_review": ["workflow_run", "workflow_run.id"],
    "branch_protection_rule": ["rule", "rule.id"],
    "branch_protection_configuration": ["repository", "repository.id"],
    "repository_ruleset": ["repository_ruleset", "repository_ruleset.id"],
    "installation": ["installation", "installation.id"],
    "installation_repositories": ["installation", "installation.id"],
    "repository": ["repository", "repository.id"], "meta": ["hook_id"],
  ]

  static let samples = SampleTests.samples.filter { needed[$0.event] != nil }

  @Test("every new event is here")
  func coverage() { #expect(Set(Self.samples.map(\.event)) == Set(Self.needed.keys)) }

  @Test("absent or null", arguments: samples)
  func absent(_ sample: WebhookDelivery) throws {
    let needed = Self.needed[sample.event] ?? []
    let json = try sample.json
    for path in try paths(sample) {
      for value: JSON? in [nil, .some(.null)] {
        let entry = try read(sample.event, json, path, value)
        let isNeeded = needed.contains(path.joined(separator: "."))
        let expected = isNeeded ? .undecoded : Mapping.kinds[sample.event]
        #expect(entry.kind == expected, "\(path)")
      }
    }
  }

  static let strange: [JSON] = [
    true, 0, -1, .int(1 << 53), .int(1 << 53 + 1), .number("1.5"), "", "x", "a\u{0}", [], [nil, 1],
    [[]], [:], ["id": "x"],
  ]

  @Test("of another type: kept as it can be, never lost", arguments: samples)
  func strange(_ sample: WebhookDelivery) throws {
    let json = try sample.json
    for path in try paths(sample) {
      for value in Self.strange { _ = try read(sample.event, json, path, value) }
    }
  }

  private func paths(_ sample: WebhookDelivery) throws -> [[String]] {
    let event = try #require(Events.all.first { $0.names.contains(sample.event) })
    let common = Selection("action", "repository.{id,full_name}", "sender.{id,login}")
    return event.selection.union(common).paths
  }

  private func read(
    _ event: String, _ json: JSON, _ path: [String], _ value: JSON?
  ) throws -> Entry {
    let body = json.replacing(path, with: value).canonicalBytes
    let submission = try submission(event, body)
    #expect(submission.evidence?.bytes == body)
    #expect(try Entry(decoding: submission.entry.bytes) == submission.entry)
    #expect(try EntrySchema.faults(of: submission.entry) == [], "\(path)")
    return submission.entry
  }
}

extension Selection {
  /// Every member that is read, and every object or list on the way to it.
  fileprivate var paths: [[String]] {
    guard case .members(let members) = self else { return [] }
    return members.sorted { $0.key < $1.key }
      .flatMap { key, inner in [[key]] + inner.paths.map { [key] + $0 } }
  }
}
