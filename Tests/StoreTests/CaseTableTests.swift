import Gates
import Ledger
import LedgerTesting
import Testing

@testable import SQLiteStore

/// Rows of the case table with evidence as GitHub sends it; each log is verified afterwards.
@Suite("Case table, from signed deliveries")
struct SignedCaseTableTests {
  typealias Desk = SignedDesk

  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let told: [WebhookDelivery]
    let state: String

    init(_ title: String, _ told: [WebhookDelivery], _ state: String) {
      testDescription = title
      self.told = told
      self.state = state
    }
  }

  static let rows: [Row] = [
    Row("G2 a status of the same name", [status("test", "success", by: Desk.mia)], "pending"),
    Row("G3 skipped", [Desk.check("skipped")], "deny"),
    Row("G4 neutral", [Desk.check("neutral")], "deny"),
    Row("G5 cancelled", [Desk.check("cancelled")], "deny"),
    Row("G6 a word of tomorrow", [Desk.check("superb")], "deny"),
    Row("G9 never reported", [], "pending"),
    Row("G11 another leg", [Desk.check("success", "test (1)")], "pending"),
    Row(
      "G12 re-run is worse",
      [Desk.check("success"), Desk.check("failure", run: 2, from: 6, to: 9)], "deny"),
    Row(
      "G13 re-run is better",
      [Desk.check("failure"), Desk.check("success", run: 2, from: 6, to: 9)], "allow"),
    Row("G14 re-run runs", [Desk.check("success"), Desk.check(nil, run: 2, from: 6)], "pending"),
    Row(
      "G16 the same run starts again", [Desk.check("success"), Desk.check(nil, from: 6)],
      "pending"),
    Row(
      "G18 a late success of another head", [Desk.check("success", sha: Derived.commit("old"))],
      "pending"),
    Row("G39 renamed", [Desk.check("success", "tests")], "pending"),
    Row("G46 a late in_progress", [Desk.check("success"), Desk.check(nil)], "allow"),
    Row(
      "A8 pull_request_target",
      [Desk.check("success", suite: 77), Desk.build("pull_request_target", suite: 77)],
      "pending"),
    Row("A8 trigger unknown", [Desk.check("success", suite: 78)], "pending"),
    Row("the honest one", [Desk.check("success")], "allow"),
  ]

  private static func status(
    _ context: String, _ state: String, by person: Desk.Builders.Account, id: Int64 = 900
  ) -> WebhookDelivery {
    Desk.acme.status(
      Desk.Builders.Status(
        id: id, sha: Desk.head, context: context, state: state,
        createdAt: moment.adding(seconds: 3)),
      of: Desk.Builders.Commit(sha: Desk.head, message: "Retry", author: person, at: moment),
      creator: person)
  }

  @Test("rows", arguments: rows)
  func row(_ row: Row) async throws {
    try await withSignedDesk { desk in
      try await desk.tell(Desk.opened, Desk.build())
      for delivery in row.told { try await desk.tell(delivery) }
      #expect(try await desk.verdict?.state == row.state)
    }
  }

  @Test("G33 G34 A5 the same delivery, and the same body under fresh ids: one entry, one effect")
  func replay() async throws {
    try await withSignedDesk { desk in
      try await desk.tell(Desk.opened, Desk.build())
      let check = Desk.check("success")
      try await desk.tell(check)
      let size = try await desk.ledger.read { try $0.size() }
      for number in 0..<100 {
        var again = check
        if number.isMultiple(of: 2) { again.id = Derived.guid("replay \(number)") }
        let receipts = try await desk.tell(again)
        #expect(receipts.map(\.result) == [.duplicate])
      }
      #expect(try await desk.ledger.read { try $0.size() } == size)
      #expect(try await desk.verdict?.state == "allow")
    }
  }

  @Test("G30 merged before its tests end", arguments: [true, false])
  func early(isLate: Bool) async throws {
    try await withSignedDesk { desk in
      try await desk.tell(Desk.opened, Desk.build(), Desk.check(nil))
      try await desk.tell(Desk.merged(at: 10))
      #expect(try await desk.audit == "bypass")
      try await desk.tell(Desk.check("success", to: isLate ? 11 : 9))
      #expect(try await desk.audit == (isLate ? "bypass" : "verified"))
    }
  }

  @Test("G9 G36 with GitHub: missing at the merge is undetermined, is read once, and decided")
  func undetermined() async throws {
    try await withSignedDesk(
      [CheckRule(name: "test", reporter: .app(slug: "github-actions"))], .github
    ) { desk in
      try await desk.tell(Desk.opened, Desk.build())
      try await desk.tell(Desk.merged(at: 10))
      #expect(try await desk.audit == "undetermined")
      let due = try await desk.ledger.read { try $0.dueReads(limit: 9) }
      #expect(due.map(\.sha) == [Desk.head] && due.map(\.isAudit) == [true])
      let since = try await desk.ledger.read { try $0.size() }
      try await desk.tell(
        Entry(
          kind: .checksRead, at: nil, received: moment, source: .githubAPI,
          data: [
            "repository_id": 640, "head_sha": .string(Desk.head), "since": .int(since),
            "check_runs": [], "statuses": [],
          ]))
      #expect(try await desk.audit == "bypass")
      #expect(try await desk.ledger.read { try $0.dueReads(limit: 9) }.isEmpty)
      var query = HistoryQuery()
      query.kinds = ["merge"]
      let outcomes = try await desk.ledger.read { [query] in
        try $0.history(query).rows.map(\.outcome)
      }
      #expect(outcomes == ["bypass"])
    }
  }

  @Test("G24 a merge group is read, allowed and posted under its own commit")
  func group() async throws {
    let sha = Derived.commit("group")
    try await withSignedDesk(
      [CheckRule(name: "test", reporter: .app(slug: "github-actions"))], .github
    ) { desk in
      try await desk.tell(Desk.opened, Desk.build(), Desk.check("success"))
      try await desk.tell(group(sha, "checks_requested"))
      let posts = try await desk.ledger.read { try $0.dueStatuses(limit: 9) }
      #expect(posts.map(\.sha) == [Desk.head, sha] && posts.map(\.pull) == [7, 0])
      try await desk.tell(Desk.check("success", run: 2, sha: sha))
      let reads = try await desk.ledger.read { try $0.dueReads(limit: 9) }
      #expect(reads.map(\.sha) == [Desk.head, sha])
      try await desk.tell(group(sha, "destroyed", "invalidated"))
      #expect(try await desk.ledger.read { try $0.dueReads(limit: 9) }.map(\.sha) == [Desk.head])
      try await desk.tell(Desk.merged(at: 20))
      #expect(try await desk.audit == "undetermined")
    }
  }

  private func group(_ sha: String, _ action: String, _ reason: String? = nil) throws -> Entry {
    try Entry(
      kind: .mergeGroup, at: nil, received: moment,
      source: .github(event: "merge_group", delivery: action, hook: 1),
      data: [
        "action": .string(action), "repository_id": 640, "repository": "acme/api", "sender": 7_001,
        "head_sha": .string(sha), "base_sha": .string(Derived.commit("base")),
        "head_ref": "gh-readonly-queue/main/pr-7-x", "base_ref": "main",
        "reason": .optional(reason), "pull": 7,
      ])
  }

  @Test("G43 A6 somebody writes over our status: an alarm in the history, and ours is due again")
  func overwritten() async throws {
    try await withSignedDesk(
      [CheckRule(name: "test", reporter: .app(slug: "github-actions"))], .github
    ) { desk in
      try await desk.tell(Desk.opened)
      let statuses = try await desk.ledger.read { try $0.dueStatuses(limit: 1) }
      let due = try #require(statuses.first)
      try await desk.tell(
        Entry(
          kind: .statusPosted, at: nil, received: moment, source: .githubAPI,
          data: [
            "repository_id": 640, "head_sha": .string(Desk.head), "context": .string(due.context),
            "state": .string(due.text.state), "description": .string(due.text.description),
            "status_id": 1, "form": "status", "reporter": 16,
          ]))
      #expect(try await desk.ledger.read { try $0.dueStatuses(limit: 1) }.isEmpty)
      try await desk.tell(SignedCaseTableTests.status(due.context, "success", by: Desk.mia))
      #expect(try await desk.ledger.read { try $0.dueStatuses(limit: 1) }.map(\.text) == [due.text])
      var query = HistoryQuery()
      query.kinds = ["alarm"]
      let lines = try await desk.ledger.read { [query] in try $0.history(query).rows }
      let line = try #require(lines.first)
      #expect(line.outcome == "overwritten" && line.actorID == 7_001 && line.commit == Desk.head)
      #expect(line.note == "ledger/merge-gate was set to success by user 7001")
    }
  }

  @Test("G35 every order of five deliveries ends in one answer")
  func orders() async throws {
    let all = [
      Desk.opened, Desk.build(), Desk.check(nil), Desk.check("success"), Desk.merged(at: 10),
    ]
    var random = SeededGenerator(seed: 35)
    for _ in 0..<12 {
      let order = all.shuffled(using: &random)
      try await withSignedDesk { desk in
        for delivery in order { try await desk.tell(delivery) }
        #expect(try await desk.audit == "verified")
      }
    }
  }

  @Test("A15 a verdict names its evidence: another body in its place is found out")
  func rewritten() async throws {
    try await withScratch { scratch in
      let ledger = try SQLiteLedger(path: scratch.path, reactor: Gatehouse(), now: { moment })
      _ = try await ledger.append([
        Submission(entry: storyPolicy(.webhooks).entry(received: moment))
      ])
      _ = try await ledger.append([makeSubmission(Desk.opened)])
      _ = try await ledger.append([makeSubmission(Desk.check("failure"))])
      try await ledger.close()
      try scratch.tamper { db in
        try Forger.rewrite(db) { entries in
          try entries.map {
            $0.kind == .checkRun ? try Forger.edited($0, ["conclusion": "success"]) : $0
          }
        }
      }
      let report = try Verifier.verify(path: scratch.path, reactor: Gatehouse())
      #expect(!report.problems.isEmpty)
    }
  }
}
