import Gates
import Ledger
import LedgerTesting

@testable import SQLiteStore

/// Lines that name one thing each, of which the others are known from elsewhere.
enum HistoryScene {
  static let chain = ChainEntries(start: moment)

  /// Appends, asks, and removes the file.
  static func read<Answer: Sendable>(
    _ entries: [Entry], _ body: @escaping @Sendable (any LedgerReader) throws -> Answer
  ) async throws -> Answer {
    try await withScratch { scratch in
      let ledger = try SQLiteLedger(path: scratch.path, reactor: Gatehouse(), now: { moment })
      _ = try await ledger.append(entries.map { Submission(entry: $0) })
      let answer = try await ledger.read(body)
      try await ledger.close()
      return answer
    }
  }

  static func commit(_ name: String) -> [String: JSON] {
    ["commit": .string(Derived.commit(name))]
  }

  static func digest(_ name: String) -> [String: JSON] {
    ["digest": .string(Derived.digest(name))]
  }

  static func both(_ commit: String, _ digest: String) -> [String: JSON] {
    self.commit(commit).merging(self.digest(digest)) { $1 }
  }

  /// It ended well; what is not named is not known.
  static func deployed(_ id: String, _ known: [String: JSON], at second: Int64) throws -> Entry {
    let members: [String: JSON] = [
      "id": .string(id), "phase": "finish", "outcome": "success", "commit": nil, "digest": nil,
      "revision": nil, "rollout": nil, "occurred_at": time(second),
    ]
    return try chain.entry(.deploymentRecorded, members.merging(known) { $1 }, at: second)
  }

  static func image(_ name: String, of commit: String) throws -> Entry {
    try chain.entry(.imageRecorded, both(commit, name))
  }

  static func taskDefinition(_ number: Int64, _ image: String, of commit: String) throws -> Entry {
    let container: [String: JSON] = ["name": "app", "image": nil]
    let members: [String: JSON] = [
      "revision": .int(number), "containers": [.object(container.merging(digest(image)) { $1 })],
    ]
    return try chain.entry(.taskDefinitionRecorded, members.merging(self.commit(commit)) { $1 })
  }

  static func rollback(at second: Int64) throws -> Entry {
    let members: [String: JSON] = [
      "state": "IN_PROGRESS", "rollback_to": .string(ChainEntries.rollout),
      "updated_at": time(second),
    ]
    return try chain.entry(.ecsDeployment, members, at: second)
  }

  static func merged(
    _ number: Int64, as merge: String, head: String, at second: Int64
  ) throws -> Entry {
    let at = moment.adding(seconds: Double(second))
    return try Entry(
      kind: .pullRequest, at: at, received: at,
      source: .github(event: "pull_request", delivery: "pull \(number)", hook: 1),
      data: [
        "repository_id": .int(ChainEntries.repository), "repository": "acme/api", "sender": 7_001,
        "action": "closed", "number": .int(number), "id": .int(number),
        "head_sha": .string(Derived.commit(head)),
        "head_repository_id": .int(ChainEntries.repository), "base_ref": "main",
        "base_sha": .string(Derived.commit("base")), "state": "closed", "draft": false,
        "author": 7_002, "updated_at": time(second), "merged_at": time(second),
        "merged_by": 7_001, "merge_sha": .string(Derived.commit(merge)),
      ])
  }

  private static func time(_ second: Int64) -> JSON {
    .string(moment.adding(seconds: Double(second)).description)
  }

  /// Of each image, commit, revision and pull request some lines know by themselves, and some by
  /// others.
  static func entries() throws -> [Entry] {
    try [
      merged(7, as: "old", head: "head", at: 0),
      chain.entry(.buildRecorded, commit("head")), image("old", of: "old"), image("new", of: "new"),
      taskDefinition(58, "new", of: "new"), chain.entry(.ecsDeployment), chain.entry(.ecsTask),
      rollback(at: 1_500), deployed("by-digest", digest("old"), at: 600),
      deployed("by-revision", ["revision": "api:58"], at: 700),
      deployed("by-commit", commit("new"), at: 800),
    ]
  }
}
