import Ledger

extension StoreContract {
  static let groupClauses = [
    StoreClause("a call that fails leaves nothing", allOrNothing),
    StoreClause("what was acknowledged is there after opening again", survives),
    StoreClause("a verdict is never without its evidence, nor the evidence without it", joined),
    StoreClause("conclusions cite what stands before them", citations),
  ]

  private struct Refused: Error {}

  /// Fails where pull request 13 is among the subjects: after the entries were written.
  private struct Superstition: Reactor {
    func reactions(
      to subjects: Set<Subject>, reading tables: any LedgerReader, now: Instant
    ) throws -> [Entry] {
      if subjects.contains(.pull(repository: StoreSamples.acme.repository.id, number: 13)) {
        throw Refused()
      }
      return []
    }

    func occasion(of conclusion: Entry) -> Subject? { nil }
  }

  private static func allOrNothing(_ engine: any StoreEngine) async throws {
    try await engine.withStore(reactor: Superstition()) { opened in
      let store = opened.store
      let kept = try submission(of: 1, engine)
      _ = try await store.append(kept)
      let lost = [try submission(of: 2, engine), try submission(of: 13, engine)]
      do {
        _ = try await store.append(lost)
        throw BrokenContract("an append whose reaction failed was acknowledged")
      } catch is StoreError {}
      try require(try await store.size, is: 1, "size after the failure")
      for evidence in lost.compactMap(\.evidence) {
        let body = try await store.read { try $0.evidence(evidence.reference.hash) }
        try require(body == nil, "no evidence of a failed call is kept")
      }
      let pulls = try await opened.rows(of: Tables.pulls)
      try require(pulls.count, is: 1, "pull requests after the failure")
      let again = try await store.append(lost[0])
      try require(again.result, is: .appended, "what failed is no duplicate")
      try require(again.index, is: 1, "the next index")
      try await store.requireTree()
    }
  }

  private static func submission(
    of number: Int64, _ engine: any StoreEngine
  ) throws -> Submission {
    let pull = StoreSamples.pull(number, head: "head \(number)")
    return try engine.submission(
      for: StoreSamples.acme.pullRequest("opened", pull, by: StoreSamples.mia),
      received: StoreSamples.start)
  }

  private static func survives(_ engine: any StoreEngine) async throws {
    let first = try await engine.open(reactor: engine.gate())
    _ = try await first.store.append(
      Submission(
        entry: try engine.policy(received: StoreSamples.start, confirmedByGitHub: false)))
    let submissions = try Deliveries.samples().map {
      try engine.submission(for: $0, received: StoreSamples.start)
    }
    for submission in submissions { _ = try await first.store.append(submission) }
    let entries = try await first.store.entries
    var tables: [String: [[Scalar]]] = [:]
    for table in Tables.all { tables[table.name] = try await first.rows(of: table) }
    let second = try await first.reopened(reactor: engine.gate())
    try require(try await second.store.entries == entries, "all entries are there")
    for table in Tables.all {
      try require(try await second.rows(of: table) == tables[table.name], "table \(table.name)")
    }
    try await requireKept(submissions, in: second.store)
    let next = try await second.store.append(StoreSamples.note(1))
    try require(next.index, is: Int64(entries.count), "the next index")
    try await second.store.requireTree()
    try await second.remove()
  }

  private static func requireKept(
    _ submissions: [Submission], in store: any LedgerStore
  ) async throws {
    for submission in submissions {
      guard let evidence = submission.evidence else { continue }
      let body = try await store.read { try $0.evidence(evidence.reference.hash) }
      try require(body == evidence.bytes, "the evidence is there")
      try require(try await store.append(submission).result, is: .duplicate, "sent again")
    }
  }

  private static func joined(_ engine: any StoreEngine) async throws {
    try await engine.withStore(reactor: engine.gate()) { opened in
      let store = opened.store
      _ = try await store.append(
        Submission(
          entry: try engine.policy(received: StoreSamples.start, confirmedByGitHub: false)))
      let pulls: [Int64] = Array(1...40)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for number in pulls { _ = try await store.append(submission(of: number, engine)) }
        }
        group.addTask {
          var seen = 0
          while seen < pulls.count { seen = try await store.read(requireVerdicts) }
        }
        for try await _ in group {}
      }
    }
  }

  /// How many pull requests there are; each of them has its verdict.
  private static func requireVerdicts(_ reader: any LedgerReader) throws -> Int {
    let open = try reader.openPulls()
    for pull in open {
      let verdict = try reader.verdict(pull.repository, pull.number, head: pull.headSHA)
      try require(verdict != nil, "#\(pull.number) is seen without its verdict")
    }
    return open.count
  }

  private static func citations(_ engine: any StoreEngine) async throws {
    try await engine.withStore(reactor: engine.gate()) { opened in
      let store = opened.store
      _ = try await store.append(
        Submission(
          entry: try engine.policy(received: StoreSamples.start, confirmedByGitHub: false)))
      for delivery in Story.release(start: StoreSamples.start).deliveries {
        _ = try await store.append(
          engine.submission(for: delivery, received: StoreSamples.start))
      }
      let entries = try await store.entries
      let concluded = entries.filter { [.verdict, .bypass, .verified].contains($0.entry.kind) }
      try require(concluded.count { $0.entry.kind == .bypass }, is: 1, "bypasses")
      try require(concluded.count { $0.entry.kind == .verified }, is: 1, "verified merges")
      for conclusion in concluded {
        let findings = conclusion.entry.data["findings"]?.array ?? []
        let cited = findings.flatMap { $0["entries"]?.array ?? [] }.compactMap(\.int)
        try require(
          cited.allSatisfy { $0 < conclusion.index && entries[Int($0)].entry.kind == .checkRun },
          "entry \(conclusion.index) cites check runs that stand before it")
        try require(
          conclusion.entry.data["state"]?.string == "pending" || !cited.isEmpty,
          "entry \(conclusion.index) cites its evidence")
      }
    }
  }
}
