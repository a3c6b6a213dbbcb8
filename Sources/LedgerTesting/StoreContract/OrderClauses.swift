import Ledger

extension StoreContract {
  static let orderClauses = [
    StoreClause("any order of deliveries, each sent twice, ends in the same tables", anyOrder)
  ]

  private static let seeds: ClosedRange<UInt64> = 1...30

  private static func anyOrder(_ engine: any StoreEngine) async throws {
    let deliveries =
      Deliveries.samples() + Story.release(start: StoreSamples.start).deliveries
      + openPullRequests
    // A redelivery comes with the bytes and the time of the first one: which of two came first
    // must not matter, only that one did.
    let submissions = try deliveries.enumerated().map { number, delivery in
      try engine.submission(
        for: delivery, received: StoreSamples.start.adding(seconds: 20_000 + Double(number)))
    }
    let expected = try await outcome(of: submissions.map { [$0] }, engine)
    try require(expected["verdicts"]?.count, is: 2, "verdicts on open pull requests")
    try require(expected["outbox"]?.count, is: 2, "statuses of open pull requests")
    for seed in seeds {
      var random = SeededGenerator(seed: seed)
      let groups = random.groups(of: (submissions + submissions).shuffled(using: &random))
      let found = try await outcome(of: groups, engine)
      for table in Tables.all {
        let (found, expected) = (found[table.name] ?? [], expected[table.name] ?? [])
        let extra = found.filter { !expected.contains($0) }
        let missing = expected.filter { !found.contains($0) }
        try require(
          extra.isEmpty && missing.isEmpty && found.count == expected.count,
          "order \(seed), table \(table.name): found \(extra), expected \(missing)")
      }
    }
  }

  private static func outcome(
    of groups: [[Submission]], _ engine: any StoreEngine
  ) async throws -> [String: [[String: Scalar]]] {
    var tables: [String: [[String: Scalar]]] = [:]
    try await engine.withStore(reactor: engine.gate()) { opened in
      let policy = try engine.policy(received: StoreSamples.start, confirmedByGitHub: true)
      _ = try await opened.store.append(Submission(entry: policy))
      for group in groups { _ = try await opened.store.append(group) }
      let entries = try await opened.store.entries
      let heads = Set(
        try await opened.store.read { try $0.openPulls() }.map { Scalar.text($0.headSHA) })
      for table in Tables.all {
        tables[table.name] = try await opened.rows(of: table).compactMap { row in
          ComparableRow(table, row, entries).members(heads: heads)
        }
      }
    }
    return tables
  }

  // MARK: pull requests that stay open

  /// One ends denied after it had passed once, the other waits for a check.
  private static var openPullRequests: [WebhookDelivery] {
    let at = { StoreSamples.start.adding(seconds: $0) }
    let denied = StoreSamples.pull(77, head: "first head of #77")
    let pushed = denied.pushed(Derived.commit("second head of #77"), at: at(100))
    let waiting = StoreSamples.pull(78, head: "head of #78")
    let acme = StoreSamples.acme
    func run(
      _ id: Int64, _ name: String, _ pull: Deliveries.PullRequest, _ start: Double
    ) -> Deliveries.CheckRun {
      Deliveries.CheckRun(
        id: id, name: name, headSHA: pull.headSHA, headBranch: pull.headRef,
        startedAt: at(start), suiteID: 70_000_000_000 + pull.number, pulls: [pull])
    }
    let (lint, test) = (run(1, "lint", pushed, 110), run(2, "test", pushed, 110))
    let again = run(3, "test", pushed, 200)
    return [
      acme.pullRequest("opened", denied, by: StoreSamples.mia),
      acme.checkRun("completed", run(4, "test", denied, 10).completed("failure", at: at(20))),
      acme.pullRequest("synchronize", pushed, before: denied.headSHA, by: StoreSamples.mia),
      acme.checkRun("created", lint), acme.checkRun("created", test),
      acme.checkRun("completed", lint.completed("success", at: at(120))),
      acme.checkRun("completed", test.completed("success", at: at(130))),
      acme.checkRun("created", again),
      acme.checkRun("completed", again.completed("failure", at: at(220))),
      acme.pullRequest("opened", waiting, by: StoreSamples.mia),
      acme.checkRun("created", run(5, "lint", waiting, 10)),
      acme.checkRun("completed", run(6, "test", waiting, 10).completed("success", at: at(20))),
    ]
  }
}

/// A row as it is compared between two orders of the same deliveries.
private struct ComparableRow {
  /// Orders made of the place in the log: which of two equal deliveries came first, and the
  /// sequence of the ledger's own conclusions. Both follow from the order that is varied.
  private static let byPlace: Set<String> = [
    "deliveries.seen_order", "checks.read_order", "checks.told_order", "checks.read_since",
    "policies.policy_order",
    "verdicts.verdict_order", "audits.audit_order", "outbox.wanted_order", "outbox.posted_order",
    "tokens.made_order", "tokens.revoked_order", "branches.told_order", "reads.read_order",
    "reads.since", "bases.base_order", "bases.since", "reporters.first_order",
    "alarms.first_order", "landing_audits.audit_order",
  ]

  let table: Table
  private var row: [String: Scalar] = [:]

  init(_ table: Table, _ values: [Scalar], _ entries: [Stored]) {
    self.table = table
    for (column, value) in zip(table.columns, values) {
      row[column] = ComparableRow.value(value, of: column, entries)
    }
  }

  /// `nil` for a conclusion about a head that is not, or no longer, the head of an open pull
  /// request: whether such a one was drawn depends on whether that head was ever seen as the
  /// newest.
  func members(heads: Set<Scalar>) -> [String: Scalar]? {
    if table == Tables.verdicts, !heads.contains(row["head_sha"] ?? .null) { return nil }
    // A push that came before its merge was open for a while, one that came after it never.
    if table == Tables.landingAudits, row["result"] == .text("verified") { return nil }
    if table == Tables.history, row["kind"] == .text("push"), row["outcome"] == .text("verified") {
      return nil
    }
    // They are named after the place of what they answer.
    if table == Tables.history, [.text("gate"), .text("protection")].contains(row["kind"]) {
      return nil
    }
    // Where somebody asked to deploy to is told by the answer.
    let answers = [Tables.deployVerdicts, Tables.ruleAnswers, Tables.admissionVerdicts]
    if answers.contains(table) { return nil }
    // GitHub dates no switching on and off of all protections: the order of arrival is the order.
    if [Tables.protections, Tables.protectionAudits, Tables.installations].contains(table) {
      return nil
    }
    // The numbers are those of the order of arrival.
    if table == Tables.streams { return nil }
    if table == Tables.places, row["entry"] == .text(Kind.deployVerdict.name) { return nil }
    if table == Tables.outbox, !heads.contains(row["sha"] ?? .null) { return nil }
    return row.filter { column, _ in
      // The outcome of a merge is a conclusion, too.
      !ComparableRow.byPlace.contains("\(table.name).\(column)")
        && !(column == "outcome_order" && [.text("merge"), .text("push")].contains(row["kind"]))
    }
  }

  /// An entry is cited by its leaf; one of the ledger's own by its kind, because it cites others by
  /// their place.
  private static func value(
    _ value: Scalar, of column: String, _ entries: [Stored]
  ) -> Scalar {
    // Which push was told last follows from the order that is varied.
    guard column != "told_entry" else { return .null }
    guard column == "entry" || column.hasSuffix("_entry"), case .int(let index) = value else {
      return value
    }
    let stored = entries[Int(index)]
    let isOwn = stored.entry.source == .ledger
    return .text(isOwn ? stored.entry.kind.name : stored.entry.unnumbered.leaf.hex)
  }
}

extension SeededGenerator {
  /// Cuts into groups of one to twelve.
  fileprivate mutating func groups(of submissions: [Submission]) -> [[Submission]] {
    var rest = submissions[...]
    var groups: [[Submission]] = []
    while !rest.isEmpty {
      let group = rest.prefix(Int.random(in: 1...12, using: &self))
      groups.append(Array(group))
      rest = rest.dropFirst(group.count)
    }
    return groups
  }
}
