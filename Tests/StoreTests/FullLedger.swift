import Foundation
import GRDB
import Gates
import Ledger
import LedgerTesting
import Merkle

@testable import SQLiteStore

/// A ledger with rows in every table: the story, what the server would have read from GitHub and
/// posted, and two tokens.
enum FullLedger {
  static func write(to scratch: Scratch) async throws {
    let ledger = try SQLiteLedger(path: scratch.path, reactor: Gatehouse(), now: { moment })
    let policy = try storyPolicy(.github).entry(received: moment)
    _ = try await ledger.append([Submission(entry: policy)])
    let story = Story.release(start: moment)
    for step in story.steps {
      guard case .delivery(let delivery) = step else { continue }
      _ = try await ledger.append([makeSubmission(delivery)])
      try await confirm(delivery, in: ledger)
    }
    for id: Int64 in [40_000_000_009, 40_000_000_010] {
      let context = id.isMultiple(of: 2) ? "ledger/merge-gate" : "external/ci"
      _ = try await ledger.append([makeSubmission(status(of: story, id, context))])
    }
    try await confirmAgain(story.pulls[0].headSHA, of: story.repository.id, in: ledger)
    for entry in try queue(story) { _ = try await ledger.append([Submission(entry: entry)]) }
    try await BranchEntries.write(to: ledger, story)
    for (number, entry) in try ChainEntries(start: moment).all().enumerated() {
      let keyed = try ChainEntries(start: moment).entry(entry.kind, key: "request/ci/\(number)")
      _ = try await ledger.append([Submission(entry: keyed)])
    }
    _ = try await ledger.append([Submission(entry: try comparison())])
    for entry in try deploys() { _ = try await ledger.append([Submission(entry: entry)]) }
    for entry in try tokens() + overrides(at: await ledger.read { try $0.size() } + 3) {
      _ = try await ledger.append([Submission(entry: entry)])
    }
    let forgotten = try forgotten(at: await ledger.read { try $0.size() })
    _ = try await ledger.append([Submission(entry: forgotten)])
    // The file alone is copied, without its log.
    _ = try await ledger.pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
    try await ledger.close()
  }

  /// Somebody of whom nothing is kept but a body that is gone.
  private static func forgotten(at size: Int64) throws -> Entry {
    try Entry(
      kind: .personForgotten, at: moment, received: moment, source: .ledger,
      data: [
        "person": 404, "reason": nil, "searched": .int(size), "count": 1, "bytes": 4,
        "hashes": [.string(Hash.sha256("gone".utf8).hex)],
      ])
  }

  /// Now it can be told that somebody else's status stands under our context.
  private static func confirmAgain(
    _ sha: String, of repository: Int64, in ledger: SQLiteLedger
  ) async throws {
    let context = "ledger/merge-gate"
    let shown = try await ledger.read { try $0.wantedStatus(repository, sha, context) }
    let entry = try Entry(
      kind: .statusPosted, at: moment, received: moment, source: .githubAPI,
      data: [
        "repository_id": .int(repository), "head_sha": .string(sha), "context": .string(context),
        "state": .optional(shown?.state), "description": .optional(shown?.description),
        "form": "status", "reporter": 16,
      ])
    _ = try await ledger.append([Submission(entry: entry)])
  }

  /// A merge group that ended, and a push to its branch.
  private static func queue(_ story: Story) throws -> [Entry] {
    let (sha, base) = (Derived.commit("group"), Derived.commit("base"))
    func entry(_ kind: Kind, _ data: [String: JSON]) throws -> Entry {
      let repository: [String: JSON] = [
        "repository_id": .int(story.repository.id), "repository": "acme/api", "action": "destroyed",
        "sender": 1,
      ]
      return try Entry(
        kind: kind, at: moment, received: moment,
        source: .github(event: kind.name, delivery: kind.name, hook: 1),
        data: .object(data.merging(repository) { $1 }))
    }
    return try [
      entry(
        .mergeGroup,
        [
          "head_sha": .string(sha), "head_ref": "gh-readonly-queue/main/pr-99-x",
          "base_ref": "main", "base_sha": .string(base), "reason": "merged", "pull": 99,
        ]),
      entry(
        .push,
        [
          "ref": "refs/heads/main", "before": .string(base), "after": .string(sha),
          "created": false, "deleted": false, "forced": false,
        ]),
    ]
  }

  private static func status(
    of story: Story, _ id: Int64, _ context: String
  ) -> WebhookDelivery {
    let pull = story.pulls[0]
    let commit = LedgerTesting.Deliveries.Commit(
      sha: pull.headSHA, message: "Change", author: pull.author, at: moment)
    return LedgerTesting.Deliveries(repository: story.repository).status(
      LedgerTesting.Deliveries.Status(
        id: id, sha: pull.headSHA, context: context, state: "success",
        createdAt: moment), of: commit, creator: pull.author)
  }

  /// The outbox's part: reads what a gate waits for, and says which status GitHub shows.
  private static func confirm(_ delivery: WebhookDelivery, in ledger: SQLiteLedger) async throws {
    let (reads, statuses) = try await ledger.read {
      (try $0.dueReads(limit: 10), try $0.dueStatuses(limit: 1))
    }
    for read in reads {
      let seen = try await ledger.read { reader in
        try reader.checks(read.repository.id, head: read.sha)
          .filter(\.observation.isCompleted).map(\.observation.json)
      }
      let entry = try Entry(
        kind: .checksRead, at: moment, received: moment, source: .githubAPI,
        data: [
          "repository_id": .int(read.repository.id), "head_sha": .string(read.sha),
          "check_runs": .array(seen), "statuses": [],
          "base": ["ref": "main", "sha": .string(read.sha), "behind_by": 0],
        ])
      _ = try await ledger.append([Submission(entry: entry)])
    }
    for due in statuses {
      let entry = try Entry(
        kind: .statusPosted, at: moment, received: moment, source: .ledger,
        data: [
          "repository_id": .int(due.repository.id), "head_sha": .string(due.sha),
          "context": .string(due.context), "state": .string(due.text.state),
          "description": .string(due.text.description), "form": "status", "reporter": 16,
        ])
      _ = try await ledger.append([Submission(entry: entry)])
    }
  }

  /// Of pull requests that nobody told of: they change no verdict.
  private static func overrides(at index: Int64) throws -> [Entry] {
    let pull: [String: JSON] = [
      "gate": "merge", "repository_id": 1, "pull": 99, "base_ref": "main", "reason": "hotfix",
      "head_sha": .string(String(repeating: "a1", count: 20)),
    ]
    let made = pull.merging([
      "decision": 1, "by": "ci", "expires_at": .string(moment.adding(seconds: 60).description),
    ]) { $1 }
    let ended = pull.merging(["override": .int(index), "why": "expired"]) { $1 }
    return [
      try Entry(
        kind: .override, at: moment, received: moment, source: .token("ci", key: nil),
        data: .object(made)),
      try Entry(
        kind: .overrideEnded, at: moment, received: moment, source: .ledger,
        data: .object(ended)),
    ]
  }

  /// Written as the gate would, in part by it.
  private static func deploys() throws -> [Entry] {
    let scene = DeployEntries(start: moment)
    let rules = EnvironmentRules(environment: "prod", rules: [ImageRecordedRule()])
    let policy = storyPolicy(.github, deploy: DeployPolicy(environments: [rules]))
    return [
      try DeployEntries.catalog.entry(received: moment), try policy.entry(received: moment),
      try scene.succeeded(in: "prod", at: 20),
      try scene.image(), try scene.entry(.pullRequestReview, at: 1),
      try scene.entry(.attestationRecorded, at: 2), try scene.entry(.deployAsked, at: 3),
      try scene.entry(.protectionRuleRequest, at: 4), try scene.entry(.ruleAnswered, at: 5),
      try AdmissionReviews.entry(AdmissionReviews.asked(AdmissionReviews.image), at: moment),
    ]
  }

  private static func comparison() throws -> Entry {
    let day = moment.adding(seconds: -86_400)
    return try Entry(
      kind: .deliveriesRead, at: nil, received: moment, source: .githubAPI,
      data: [
        "hook": "480", "repository_id": 1, "from": .string(day.description),
        "after": .string(day.adding(seconds: -60).description),
        "to": .string(moment.description), "listed": 2, "present": 1, "is_cut": false,
        "missing": [["guid": "g1", "event": "push", "at": .string(day.description)]],
        "asked": ["g1"], "lost": [],
      ])
  }

  private static func tokens() throws -> [Entry] {
    func entry(_ kind: Kind, _ data: JSON) throws -> Entry {
      try Entry(kind: kind, at: nil, received: moment, source: .ledger, data: data)
    }
    let hashes = ["one", "two"].map { JSON.string(Hash.sha256($0.utf8).hex) }
    return try hashes.map {
      try entry(.tokenCreated, ["hash": $0, "name": "ci", "scope": "read"])
    } + [entry(.tokenRevoked, ["hash": hashes[1]])]
  }
}

/// Someone who knows the format and may write to the file: changes entries, then makes leaves, tree
/// and tables fit.
enum Forger {
  static func rewrite(_ db: Database, _ edit: ([Entry]) throws -> [Entry]) throws {
    let entries = try edit(
      SQLiteReader(db).entries(from: 0, limit: 0, kind: nil).map(\.entry))
    for table in ["entries", "tree_nodes"] + Tables.all.map(\.name) {
      try db.execute(sql: "DELETE FROM \(table)")
    }
    try db.execute(sql: "UPDATE evidence SET entry = NULL")
    var (frontier, fold) = (Frontier(), Fold(db))
    for (index, entry) in entries.enumerated() {
      let stored = Stored(index: Int64(index), entry: entry)
      try db.execute(
        sql: "INSERT INTO entries VALUES (?, ?, ?, ?)",
        arguments: [index, entry.kind.name, Data(entry.bytes), Data(stored.leaf.bytes)])
      for node in frontier.append(stored.leaf) {
        try db.execute(
          sql: "INSERT INTO tree_nodes VALUES (?, ?, ?)",
          arguments: [node.position.level, node.position.index, Data(node.hash.bytes)])
      }
      try fold.write(each: Projections.changes(of: stored))
      if let evidence = entry.evidence {
        try db.execute(
          sql: "UPDATE evidence SET entry = ?, received = ? WHERE sha256 = ?",
          arguments: [index, entry.received.microseconds, Data(evidence.hash.bytes)])
      }
    }
    try db.execute(sql: "DELETE FROM evidence WHERE entry IS NULL")
  }

  /// The entry with other members in its data.
  static func edited(_ entry: Entry, _ members: [String: JSON]) throws -> Entry {
    let data = (entry.data.object ?? [:]).merging(members) { $1 }
    return try Entry(
      kind: entry.kind, at: entry.at, received: entry.received, source: entry.source,
      data: .object(data), evidence: entry.evidence
    ).numbered(entry.streams)
  }
}
