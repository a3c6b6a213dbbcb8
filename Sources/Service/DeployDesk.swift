import Gates
import Ledger
import Reports

/// Asks the deploy gate of a store. The same request has the same answer while nothing changed; what
/// changed is asked by an entry, and the gate answers in the same transaction.
public struct DeployDesk: Sendable {
  /// The same key, or the identity token of a job, asked this before, and the answer is another by
  /// now: each asks once.
  public struct Replayed: Error {
    /// The entry that asked.
    public let ask: Int64
  }

  private let store: any LedgerStore
  private let policies: Policies
  private let zones: any TimeZones
  private let now: @Sendable () -> Instant

  public init(
    store: any LedgerStore, policies: Policies, zones: any TimeZones,
    now: @escaping @Sendable () -> Instant
  ) {
    self.store = store
    self.policies = policies
    self.zones = zones
    self.now = now
  }

  /// - Parameters:
  ///   - asked: the members of `gate.deploy_asked.v1`.
  ///   - isDry: nothing is recorded, also no allow.
  /// - Throws: what the store throws. The caller must take that for a deny.
  public func answer(
    _ asked: [String: JSON], source: Source, people: [Person] = [], isDry: Bool = false
  ) async throws -> DeployReport {
    let (decision, last) = try await decide(asked)
    if let last, decision.isSame(as: last.entry.data), let report = DeployReport(last) {
      return report
    }
    if isDry {
      return DeployReport(
        data: decision.data(ask: 0, repository: asked["repository_id"]?.int, replaces: nil),
        decision: nil, decidedAt: now())
    }
    let entry = try Entry(
      kind: .deployAsked, at: nil, received: now(), source: source, data: .object(asked))
    let receipts = try await store.append([Submission(entry: entry, people: people)])
    guard let receipt = receipts.first else { throw StoreError.failed("no receipt") }
    guard receipt.result == .appended else {
      guard let report = try await standing(asked) else { throw Replayed(ask: receipt.index) }
      return report
    }
    if let own = try await verdict(on: receipt.index) {
      return DeployReport(own) ?? unanswered("the gate gave no answer", asked)
    }
    return try await standing(asked) ?? unanswered("the gate gave no answer", asked)
  }

  /// The same was asked at the same time: what was answered there counts while it still holds.
  private func standing(_ asked: [String: JSON]) async throws -> DeployReport? {
    let (again, newest) = try await decide(asked)
    guard let newest, again.isSame(as: newest.entry.data) else { return nil }
    return DeployReport(newest)
  }

  public func unanswered(_ reason: String, _ asked: [String: JSON]) -> DeployReport {
    DeployReport(unavailable: reason, asked: asked, now: now())
  }

  /// What the gate would say, and what it said last.
  private func decide(_ asked: [String: JSON]) async throws -> (DeployDecision, Stored?) {
    let (policies, zones, now) = (policies, zones, now())
    return try await store.read { tables in
      guard let request = DeployRequest(asked: .object(asked), try tables.catalog()) else {
        throw StoreError.failed("no request")
      }
      let decision = try DeployDecision(
        request, policies, reading: tables, zones: zones, now: now)
      let last = try tables.deployVerdict(decision.key).flatMap { try tables.entry(at: $0.entry) }
      return (decision, last)
    }
  }

  private func verdict(on ask: Int64) async throws -> Stored? {
    try await store.read { tables in
      try tables.entries(from: ask, limit: 20, kind: .deployVerdict)
        .first { $0.entry.data["ask"]?.int == ask }
    }
  }
}
