import Gates
import Ledger
import LedgerTesting

@testable import SQLiteStore

/// What happened past the gates, so that every table about it has rows.
enum BranchEntries {
  static func write(to ledger: SQLiteLedger, _ story: Story) async throws {
    let policy = storyPolicy(
      .github, onBypass: BypassReactions(comments: true, opensIssue: true))
    let id = story.repository.id
    let shas = ["pushed", "forced"].map(Derived.commit)
    try await append(policy.entry(received: moment), ledger)
    try await append(push(story, shas[0], isForced: false), ledger)
    try await append(
      read(.landingRead, id, ["sha": .string(shas[0]), "pushed_at": nil, "pulls": []]), ledger)
    try await append(push(story, shas[1], isForced: true), ledger)
    try await append(rule("created", id), ledger)
    try await append(rule("deleted", id), ledger)
    try await append(
      read(
        .protectionRead, id,
        ["branch": "main", "state": "unenforceable", "contexts": [], "reason": nil]), ledger)
    try await append(
      event(
        .installation,
        ["action": "suspend", "installation_id": 4, "account": 5, "repositories": [.int(id)]]),
      ledger)
    let due = try await ledger.read { try $0.dueErrands(limit: 1) }
    for errand in due {
      try await append(
        read(
          .errandDone, id,
          [
            "key": .string(errand.key), "errand": .string(errand.errand), "pull": nil,
            "number": 12,
          ]), ledger)
    }
  }

  private static func append(_ entry: Entry, _ ledger: SQLiteLedger) async throws {
    _ = try await ledger.append([Submission(entry: entry)])
  }

  static func push(_ story: Story, _ sha: String, isForced: Bool) throws -> Entry {
    try Entry(
      kind: .push, at: moment, received: moment,
      source: .github(event: "push", delivery: sha, hook: 1),
      data: [
        "action": nil, "repository_id": .int(story.repository.id),
        "repository": .string(story.repository.fullName), "sender": 7, "ref": "refs/heads/main",
        "before": .string(Derived.commit("before")), "after": .string(sha), "created": false,
        "deleted": false, "forced": .bool(isForced),
      ])
  }

  static func rule(_ action: String, _ repository: Int64) throws -> Entry {
    try event(
      .branchProtectionRule,
      [
        "action": .string(action), "repository_id": .int(repository), "sender": 7, "rule_id": 3,
        "name": "main", "updated_at": .string(moment.description),
        "contexts": ["ledger/merge-gate"], "enforcement": "everyone", "admin_enforced": true,
        "changed": [],
      ])
  }

  private static func event(_ kind: Kind, _ data: [String: JSON]) throws -> Entry {
    try Entry(
      kind: kind, at: nil, received: moment,
      source: .github(event: "any", delivery: "any", hook: 1), data: .object(data))
  }

  private static func read(
    _ kind: Kind, _ repository: Int64, _ data: [String: JSON]
  ) throws -> Entry {
    let members = data.merging(["repository_id": .int(repository)]) { $1 }
    return try Entry(
      kind: kind, at: nil, received: moment, source: .githubAPI, data: .object(members))
  }
}
