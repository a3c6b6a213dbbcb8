import Ledger

/// Answers who asks whether something may be deployed, and notices what came to run without an
/// answer. It runs inside the append's transaction.
public struct DeployGate: Reactor {
  /// GitHub takes ten notes for one deployment.
  private static let maximumNotes = 8
  private static let looked = 1_000

  private let policies: Policies
  private let zones: any TimeZones

  public init(_ policies: Policies = Policies(), zones: any TimeZones = OnlyUTC()) {
    self.policies = policies
    self.zones = zones
  }

  public func reactions(
    to subjects: Set<Subject>, reading tables: any LedgerReader, now: Instant
  ) throws -> [Entry] {
    let bypasses = try DeployAudit(policies, tables, now: now).bypasses(subjects)
    let asks = try DeployGate.asks(subjects, tables)
    guard !asks.isEmpty else { return bypasses }
    let collector = try DeployCollector(tables, zones: zones, now: now)
    var answered: Set<DeployKey> = []
    return try bypasses + asks.compactMap { try verdict(on: $0, collector, &answered) }
  }

  public func occasion(of conclusion: Entry) -> Subject? {
    if conclusion.kind == .deployVerdict {
      return conclusion.data["ask"]?.int.map { .deploy(ask: $0) }
    }
    guard conclusion.data["gate"] == "deploy" else { return nil }
    return conclusion.data["node"]?.string.flatMap(Node.init(text:)).map(Subject.landed)
  }

  /// What was asked, and what GitHub still waits for in a repository of which something was told.
  private static func asks(
    _ subjects: Set<Subject>, _ tables: any LedgerReader
  ) throws -> [Int64] {
    var (asks, repositories): (Set<Int64>, Set<Int64>) = ([], [])
    for subject in subjects {
      switch subject {
      case .deploy(let ask): asks.insert(ask)
      case .commit(let repository, _), .suite(let repository, _), .pull(let repository, _),
        .repository(let repository):
        repositories.insert(repository)
      case .admission, .landed, .log, .landing, .protections, .enforcement, .everything, .status,
        .branch:
        continue
      }
    }
    for repository in repositories {
      asks.formUnion(try tables.openRuleRequests(repository).map(\.ask))
    }
    return asks.sorted()
  }

  /// A new answer, or `nil` when it would say what the last one did. Two that ask the same at once
  /// get one answer.
  private func verdict(
    on ask: Int64, _ collector: DeployCollector, _ answered: inout Set<DeployKey>
  ) throws -> Entry? {
    guard let stored = try collector.tables.entry(at: ask) else { return nil }
    if stored.entry.kind == .deployVerdict {
      // Of a verdict that somebody overrode: what it answered is asked again.
      return try stored.entry.data["ask"]?.int.flatMap { try verdict(on: $0, collector, &answered) }
    }
    guard let request = try DeployRequest(stored, collector) else { return nil }
    let decision = try DeployDecision(request, policies, collector)
    guard answered.insert(decision.key).inserted else { return nil }
    let last = try collector.tables.deployVerdict(decision.key)
    let said = try last.flatMap { try collector.tables.entry(at: $0.entry) }?.entry.data
    if let said, decision.isSame(as: said),
      try DeployGate.isNewest(last, decision, collector.tables, now: collector.now)
    {
      return nil
    }
    let repositories = collector.repositories(of: request)
    let data = decision.data(
      ask: ask, repository: repositories.count == 1 ? repositories.first : request.repository,
      replaces: last?.entry, post: try post(decision, collector.tables))
    return try Entry.conclusion(.deployVerdict, at: collector.now, now: collector.now, data)
  }

  /// What GitHub shall be told.
  private func post(_ decision: DeployDecision, _ tables: any LedgerReader) throws -> JSON {
    guard let run = decision.request.run, let environment = decision.request.ruleEnvironment,
      let sha = decision.request.sha
    else { return .null }
    let state: String? =
      decision.isAllowed ? "approved" : decision.isTemporary ? nil : "rejected"
    // Without a text nothing is told, and what was wanted before is taken back all the same.
    let isSilent =
      try state == nil && tables.noteCount(decision.key) >= DeployGate.maximumNotes
    return [
      "run": .int(run), "environment": .string(environment), "sha": .string(sha),
      "state": .optional(state),
      "comment": .string(isSilent ? "" : DeployComment.text(decision)),
    ]
  }

  /// Whether nothing else was said of the same run since. An answer about its commit and one about
  /// its image are told in the same place: going back to an older one has to be said.
  private static func isNewest(
    _ last: DeployVerdictRow?, _ decision: DeployDecision, _ tables: any LedgerReader,
    now: Instant
  ) throws -> Bool {
    guard let last, decision.request.run != nil else { return true }
    let rows = try tables.deployVerdicts(
      last.key.service, last.key.environment, until: max(now, last.decidedAt),
      limit: DeployGate.looked)
    return rows.first { $0.key.variant == last.key.variant }.map { $0.entry <= last.entry } ?? true
  }
}
