import Ledger
import Merkle

/// A ledger without an engine: the log in an array, the tables folded by the greatest order.
/// It answers what a gate asks; the rest of the port throws.
final class MemoryLedger: LedgerReader {
  typealias Row = [String: Scalar]
  typealias Rows = [String: [[Scalar]: Row]]

  struct NotAsked: Error {}

  private(set) var log: [Stored] = []
  private(set) var rows: Rows = [:]
  private var subjects: Set<Subject> = []

  @discardableResult
  func append(_ entry: Entry) -> Stored {
    let stored = Stored(index: Int64(log.count), entry: entry)
    log.append(stored)
    for change in Projections.changes(of: stored) { MemoryLedger.apply(change, to: &rows) }
    subjects.formUnion(Projections.subjects(of: stored))
    return stored
  }

  /// Appends what the reactor says about everything since the last call.
  func react(with reactor: some Reactor, now: Instant) throws -> [Stored] {
    let entries = try reactor.reactions(to: subjects, reading: self, now: now)
    subjects = []
    defer { subjects = [] }
    return entries.map { append($0) }
  }

  /// The same in rounds, as an engine does it: one conclusion may lead to another.
  func settle(with reactor: some Reactor, now: Instant) throws -> [Stored] {
    var concluded: [Stored] = []
    for _ in 0..<8 where !subjects.isEmpty {
      let entries = try reactor.reactions(to: subjects, reading: self, now: now)
      subjects = []
      concluded += entries.map { append($0) }
    }
    subjects = []
    return concluded
  }

  static func apply(_ change: Change, to rows: inout Rows) {
    var row =
      rows[change.table.name]?[change.key]
      ?? Row(uniqueKeysWithValues: zip(change.table.key, change.key))
    let old = row[change.register.order]?.text ?? ""
    guard Array(old.utf8).lexicographicallyPrecedes(Array(change.order.utf8)) else { return }
    row[change.register.order] = .text(change.order)
    for (column, value) in zip(change.register.columns, change.values) { row[column] = value }
    rows[change.table.name, default: [:]][change.key] = row
  }
}

extension MemoryLedger {
  func all(_ table: Table) -> [Row] { (rows[table.name] ?? [:]).map(\.value) }

  func row(_ table: Table, _ key: Scalar...) -> Row? { rows[table.name]?[key] }

  func entry(at index: Int64) throws -> Stored? {
    log.indices.contains(Int(index)) ? log[Int(index)] : nil
  }

  func pull(_ repository: Int64, _ number: Int64) throws -> PullRow? {
    row(Tables.pulls, .int(repository), .int(number)).flatMap(PullRow.init)
  }

  func pulls(_ repository: Int64, head sha: String) throws -> [PullRow] {
    all(Tables.pulls).filter {
      $0["repository_id"] == .int(repository)
        && ($0["head_sha"] == .text(sha) || $0["merged_head"] == .text(sha))
    }.compactMap(PullRow.init)
  }

  func openPulls() throws -> [PullRow] {
    all(Tables.pulls).filter { $0["state"] == .text("open") }.compactMap(PullRow.init)
  }

  func checks(_ repository: Int64, head sha: String) throws -> [CheckRow] {
    let runs = all(Tables.workflowRuns).filter { $0["repository_id"] == .int(repository) }
    return all(Tables.checks).filter {
      $0["repository_id"] == .int(repository) && $0["head_sha"] == .text(sha)
    }.compactMap { check in
      let suite = check["suite_id"] ?? .null
      let run = runs.filter { suite != .null && $0["suite_id"] == suite && $0["event"] != .null }
        .min { MemoryLedger.trust($0) < MemoryLedger.trust($1) }
      var row = CheckRow(check, trigger: run?["event"]?.text)
      row?.workflow = run?["path"]?.text
      return row
    }
  }

  private static func trust(_ run: Row) -> String {
    let event = run["event"]?.text ?? ""
    return (event == "pull_request_target" ? "0" : "1") + event + " " + (run["path"]?.text ?? "")
  }

  func heads(_ repository: Int64, suite: Int64) throws -> [String] {
    let heads = all(Tables.checks).filter {
      $0["repository_id"] == .int(repository) && $0["suite_id"] == .int(suite)
    }.compactMap { $0["head_sha"]?.text }
    return Set(heads).sorted()
  }

  func verdict(
    _ repository: Int64, _ pull: Int64, head sha: String
  ) throws -> VerdictRow? {
    row(Tables.verdicts, .int(repository), .int(pull), .text(sha)).map {
      VerdictRow(
        state: $0["state"]?.text ?? "", summary: $0["summary"]?.text ?? "",
        confirming: $0["confirming"] == .int(1), policy: $0["policy"]?.text ?? "",
        entry: $0["entry"]?.int ?? -1)
    }
  }

  func audit(_ repository: Int64, _ pull: Int64) throws -> AuditRow? {
    row(Tables.audits, .int(repository), .int(pull)).map {
      var audit = AuditRow(
        result: $0["result"]?.text ?? "", summary: $0["reason"]?.text ?? "",
        policy: $0["policy"]?.text ?? "", entry: $0["entry"]?.int ?? -1)
      audit.sha = $0["sha"]?.text
      return audit
    }
  }

  func wantedStatus(
    _ repository: Int64, _ sha: String, _ context: String
  ) throws -> StatusText? {
    row(Tables.outbox, .int(repository), .text(sha), .text(context)).flatMap { row in
      row["wanted_state"]?.text.map {
        StatusText(state: $0, description: row["wanted_text"]?.text ?? "")
      }
    }
  }

  func currentPolicy() throws -> String? {
    all(Tables.policies)
      .max { ($0["policy_order"]?.text ?? "") < ($1["policy_order"]?.text ?? "") }?["hash"]?.text
  }

  func newest(_ kind: Kind) throws -> Stored? { log.last { $0.entry.kind == kind } }

  func overrides(_ query: OverrideQuery) throws -> [OverrideRow] {
    all(Tables.overrides).compactMap(OverrideRow.init).filter { $0.fits(query) }
      .sorted { $0.entry > $1.entry }
  }

  func policy(hash: String) throws -> Stored? {
    try row(Tables.policies, .text(hash))?["entry"]?.int.flatMap { try entry(at: $0) }
  }
}

/// What no gate asks.
extension MemoryLedger {
  func checkpoint() throws -> StoredCheckpoint? { throw NotAsked() }
  func cosignatures(of size: Int64) throws -> [StoredCosignature] { throw NotAsked() }
  func lastCosignature(by witness: NoteVerifier) throws -> StoredCosignature? { throw NotAsked() }
  func lastCosigned(by witnesses: [NoteVerifier], atLeast quorum: Int) throws -> Int64? {
    throw NotAsked()
  }
  func checkpoints(from size: Int64, limit: Int) throws -> [StoredCheckpoint] { throw NotAsked() }
  func size() throws -> Int64 { Int64(log.count) }
  func entries(from start: Int64, limit: Int, kind: Kind?) throws -> [Stored] { throw NotAsked() }
  func node(at position: NodePosition) throws -> Hash { throw NotAsked() }
  func nodes(at positions: [NodePosition]) throws -> [Hash] { throw NotAsked() }
  func hashes(level: Int, from start: Int64, count: Int) throws -> [Hash] { throw NotAsked() }
  func entryBytes(from start: Int64, count: Int) throws -> [[UInt8]] { throw NotAsked() }
  func evidence(_ hash: Hash) throws -> [UInt8]? { throw NotAsked() }
  func repository(named name: String) throws -> RepositoryRow? {
    all(Tables.repositories).first { $0["full_name"] == .text(name) }.map {
      RepositoryRow(id: $0["repository_id"]?.int ?? 0, name: name)
    }
  }
  func repositories(named name: String) throws -> [RepositoryRow] { throw NotAsked() }
  func repository(_ id: Int64) throws -> RepositoryRow? { throw NotAsked() }
  func dueStatuses(limit: Int) throws -> [DueStatus] { throw NotAsked() }
  func dueReads(limit: Int) throws -> [DueRead] { throw NotAsked() }
  func oldestDueStatus() throws -> Instant? { throw NotAsked() }
  func known(deliveries: [String]) throws -> Set<String> { throw NotAsked() }
  func deliveringHooks() throws -> Set<Int64> { throw NotAsked() }
  func coverage() throws -> [CoverageRow] { throw NotAsked() }
  func lostDeliveries() throws -> [LostDelivery] { throw NotAsked() }
  func recoveredDeliveries() throws -> Int { throw NotAsked() }
  func history(_ query: HistoryQuery) throws -> HistoryRows { throw NotAsked() }
  func token(hash: String) throws -> TokenRow? { throw NotAsked() }
  func tokens() throws -> [ListedToken] { throw NotAsked() }
}

extension Scalar {
  var text: String? { if case .text(let value) = self { value } else { nil } }
  var int: Int64? { if case .int(let value) = self { value } else { nil } }
}

extension PullRow {
  init?(_ row: MemoryLedger.Row) {
    guard let head = row["head_sha"]?.text, let entry = row["head_entry"]?.int else { return nil }
    self.init(
      repository: row["repository_id"]?.int ?? 0, number: row["number"]?.int ?? 0, headSHA: head,
      baseRef: row["base_ref"]?.text ?? "", isOpen: row["state"] == .text("open"),
      headEntry: entry,
      merge: row["merged_at"]?.int.map {
        Merge(
          at: Instant(microseconds: $0), by: row["merged_by"]?.int,
          headSHA: row["merged_head"]?.text ?? "", baseRef: row["merged_base"]?.text ?? "",
          entry: row["merge_entry"]?.int ?? -1,
          isFirsthand: row["merge_firsthand"] == .int(1),
          sha: row["merge_sha"]?.text ?? row["found_sha"]?.text)
      })
  }
}

extension PullRow.Merge {
  fileprivate init(
    at: Instant, by: Int64?, headSHA: String, baseRef: String, entry: Int64, isFirsthand: Bool,
    sha: String?
  ) {
    self.init(
      at: at, by: by, headSHA: headSHA, baseRef: baseRef, entry: entry, isFirsthand: isFirsthand)
    self.sha = sha
  }
}

extension CheckRow {
  fileprivate init?(_ row: MemoryLedger.Row, trigger: String?) {
    guard let source = row["source"]?.text.flatMap(Observation.Source.init(rawValue:)) else {
      return nil
    }
    let observation = Observation(
      source: source, runID: row["run_id"]?.int ?? 0, headSHA: row["head_sha"]?.text ?? "",
      name: row["name"]?.text ?? "", appID: row["app_id"]?.int, appSlug: row["app_slug"]?.text,
      creatorID: row["creator_id"]?.int, suiteID: row["suite_id"]?.int,
      status: row["status"]?.text ?? "", conclusion: row["conclusion"]?.text,
      startedAt: row["started_at"]?.int.map(Instant.init(microseconds:)),
      completedAt: row["completed_at"]?.int.map(Instant.init(microseconds:)))
    self.init(
      observation: observation, trigger: trigger, entry: row["entry"]?.int ?? -1,
      toldEntry: row["told_order"]?.text.flatMap { Int64($0) }, readEntry: row["read_entry"]?.int,
      readSince: row["read_since"]?.int)
  }
}

extension MemoryLedger {
  func lines(about nodes: [Ledger.Node]) throws -> [HistoryRow] { throw NotAsked() }
  func links(_ nodes: [Ledger.Node], downstream: Bool) throws -> [Link] { throw NotAsked() }
  func nodes(_ stage: Ledger.Node.Stage, prefix: String, limit: Int) throws -> [Ledger.Node] {
    throw NotAsked()
  }
  func instance(_ id: String) throws -> InstanceRow? { throw NotAsked() }
  func running(_ origin: Origin) throws -> [InstanceRow] { throw NotAsked() }
  func lines(citing entry: Int64) throws -> [HistoryRow] { throw NotAsked() }
  func search(_ text: String, limit: Int) throws -> [HistoryRow] { throw NotAsked() }
  func places() throws -> [PlaceRow] { throw NotAsked() }
  func repositoryDeletions() throws -> [Stored] { throw NotAsked() }
  func repositoryNames() throws -> [Int64: String] { throw NotAsked() }
  func naming(of repository: Int64) throws -> Int64? { throw NotAsked() }
  func catalog() throws -> Catalog { throw NotAsked() }
  func merges(_ repository: Int64, after from: Instant, until: Instant) throws -> [PullRow] {
    throw NotAsked()
  }
  func login(_ person: Int64) throws -> String? { throw NotAsked() }
  func unstarted(limit: Int) throws -> [HistoryRow] { throw NotAsked() }
}

extension OverrideRow {
  fileprivate init?(_ row: MemoryLedger.Row) {
    guard let expires = row["expires_at"]?.int else { return nil }
    let end = row["why"]?.text.map {
      End(
        why: $0, at: Instant(microseconds: row["ended_at"]?.int ?? 0),
        entry: row["ended_entry"]?.int ?? -1)
    }
    let target: Target =
      row["gate"] == .text("deploy")
      ? .deploy(
        service: row["service"]?.text ?? "", environment: row["environment"]?.text ?? "",
        digest: row["digest"]?.text ?? "")
      : .merge(
        repository: row["repository_id"]?.int ?? 0, pull: row["pull"]?.int ?? 0,
        head: row["head_sha"]?.text ?? "", base: row["base_ref"]?.text ?? "")
    self.init(
      entry: row["entry"]?.int ?? -1, decision: row["decision"]?.int ?? -1, target: target,
      reason: row["reason"]?.text ?? "", by: row["made_by"]?.text ?? "",
      madeAt: Instant(microseconds: row["made_at"]?.int ?? 0),
      expiresAt: Instant(microseconds: expires), end: end)
  }

  fileprivate func fits(_ query: OverrideQuery) -> Bool {
    switch (query, target) {
    case (.merge(let repository, let pull, let head), .merge(let own, let number, let sha, _)):
      (repository, pull, head) == (own, number, sha)
    case (.deploy(let service, let place, let digest), .deploy(let own, let environment, let sha)):
      (service, place, digest) == (own, environment, sha)
    case (.entry(let index), _): entry == index
    case (.lasting, _): end == nil
    case (.newest, _): true
    case (.merge, .deploy), (.deploy, .merge): false
    }
  }
}

/// What the deploy gate asks.
extension MemoryLedger {
  func pushes(_ repository: Int64, sha: String) throws -> [PushRow] { throw NotAsked() }
  func pulls(_ repository: Int64, mergedAs sha: String) throws -> [PullRow] { throw NotAsked() }
  func imageSources(of digest: String) throws -> [ImageSourceRow] { throw NotAsked() }
  func imageSources(_ repository: Int64, commit: String) throws -> [ImageSourceRow] {
    throw NotAsked()
  }
  func attestations(of digest: String) throws -> [AttestationRow] { throw NotAsked() }
  func scans(of digest: String) throws -> [ScanRow] { throw NotAsked() }
  func reviews(_ repository: Int64, pull: Int64) throws -> [ReviewRow] { throw NotAsked() }
  func snapshot(_ origin: Origin) throws -> SnapshotRow? { throw NotAsked() }
  func deployVerdict(_ key: DeployKey) throws -> DeployVerdictRow? { throw NotAsked() }
  func deployVerdict(at entry: Int64) throws -> DeployVerdictRow? { throw NotAsked() }
  func deployVerdicts(
    _ service: String, _ environment: String, until: Instant, limit: Int
  ) throws -> [DeployVerdictRow] { throw NotAsked() }
  func noteCount(_ key: DeployKey) throws -> Int { throw NotAsked() }
  func deployBypass(_ node: Ledger.Node) throws -> Int64? { throw NotAsked() }
  func dueRuleAnswers(limit: Int) throws -> [DueRuleAnswer] { throw NotAsked() }
  func openRuleRequests(_ repository: Int64?) throws -> [OpenRuleRequest] { [] }
}
