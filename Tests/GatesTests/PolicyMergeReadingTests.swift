import Gates
import Ledger
import Testing

/// Triggers, exceptions and strictness, as a policy file says them.
@Suite("Reading what a check accepts")
struct PolicyMergeReadingTests {
  private static func file(_ check: JSON, strict: JSON? = nil) -> ConfigNode {
    var merge: [String: JSON] = ["branches": ["main"], "checks": [check]]
    if let strict { merge["strict"] = strict }
    return ConfigNode(["version": 1, "gates": ["merge": .object(merge)]])
  }

  private static func check(_ members: [String: JSON]) -> JSON {
    .object(["name": "test", "app": "github-actions"].merging(members) { $1 })
  }

  private static func accept(_ members: [String: JSON]) -> JSON {
    let all: [String: JSON] = ["word": "skipped", "reason": "nightly", "until": "2027-01-31"]
    return check(["accept": [.object(all.merging(members) { $1 }.filter { $0.value != .null })]])
  }

  @Test("all of it, and back from its entry with the same hash")
  func all() throws {
    let text = PolicyMergeReadingTests.check([
      "triggers": ["push", "merge_group"], "workflow": ".github/workflows/ci.yml",
      "accept": [["word": "skipped", "reason": "nightly", "until": "2027-01-31"]],
    ])
    let policy = try Policy(
      PolicyMergeReadingTests.file(text, strict: true), confirmation: .github)
    let rule = try #require(policy.merge?.checks.first)
    #expect(rule.triggers == ["merge_group", "push"] && policy.merge?.isStrict == true)
    #expect(rule.workflow == ".github/workflows/ci.yml")
    #expect(rule.accepted.map(\.word) == ["skipped"] && rule.accepted[0].reason == "nightly")
    let stored = Stored(index: 0, entry: try policy.entry(received: moment(0)))
    #expect(try Policy(stored) == policy && Policy(stored).hash == policy.hash)
  }

  @Test("what is at its default is left out: the hash of an old policy stays")
  func defaults() throws {
    let plain = try Policy(
      PolicyMergeReadingTests.file(PolicyMergeReadingTests.check([:])), confirmation: .github)
    let lax = try Policy(
      PolicyMergeReadingTests.file(PolicyMergeReadingTests.check([:]), strict: false),
      confirmation: .github)
    #expect(plain.hash == lax.hash)
    let merge = plain.json.at("gates", "merge")
    #expect(Set(merge?.object?.keys.map(\.self) ?? []) == ["context", "branches", "checks"])
    let check = merge?["checks"]?.array?.first?.object
    #expect(Set(check?.keys.map(\.self) ?? []) == ["name", "app", "required"])
  }

  struct Mistake: Sendable {
    let check: JSON
    let path: String
    let reason: String
  }

  static let mistakes = [
    Mistake(check: accept(["reason": nil]), path: "accept[0].reason", reason: "is missing"),
    Mistake(check: accept(["until": nil]), path: "accept[0].until", reason: "is missing"),
    Mistake(check: accept(["word": nil]), path: "accept[0].word", reason: "is missing"),
    Mistake(check: accept(["reason": ""]), path: "accept[0].reason", reason: "must be text"),
    Mistake(check: accept(["until": "soon"]), path: "accept[0].until", reason: "must be a day"),
    Mistake(check: accept(["until": 2027]), path: "accept[0].until", reason: "must be text"),
    Mistake(check: accept(["word": "success"]), path: "accept[0].word", reason: "must be one of"),
    Mistake(check: accept(["word": "Skipped"]), path: "accept[0].word", reason: "must be one of"),
    Mistake(check: accept(["for": "x"]), path: "accept[0].for", reason: "is unknown"),
    Mistake(check: check(["accept": []]), path: "accept", reason: "must be a list"),
    Mistake(
      check: check(["triggers": ["pull_request_target"]]), path: "triggers",
      reason: "a run of pull_request_target is never evidence"),
    Mistake(check: check(["triggers": []]), path: "triggers", reason: "must be a list"),
    Mistake(
      check: check(["app": "buildkite", "triggers": ["push"]]), path: "triggers",
      reason: "goes with app: github-actions"),
    Mistake(
      check: ["status": "ci", "creator": 7, "workflow": "x"], path: "workflow",
      reason: "does not go with status"),
  ]

  @Test("refused, with its place", arguments: mistakes)
  func refused(_ mistake: Mistake) throws {
    let problems = try #require(throws: PolicyProblems.self) {
      try Policy(PolicyMergeReadingTests.file(mistake.check), confirmation: .github)
    }
    #expect(problems.all.count == 1)
    #expect(problems.all.first?.path == "gates.merge.checks[0].\(mistake.path)")
    #expect(problems.all.first?.reason.hasPrefix(mistake.reason) == true)
  }

  @Test("an exception of a commit status")
  func status() throws {
    let policy = try Policy(
      PolicyMergeReadingTests.file([
        "status": "ci", "creator": 7,
        "accept": [["word": "error", "reason": "outage", "until": "2027-01-31"]],
      ]), confirmation: .github)
    #expect(policy.merge?.checks.first?.accepted.map(\.word) == ["error"])
  }
}
