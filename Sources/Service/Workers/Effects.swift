import Gates
import Ledger
import Logging

/// Carries out one effect. The promise stands in the log and is kept there until GitHub confirmed
/// it; a process that dies in between starts again from the log.
struct Effects: Sendable {
  enum Outcome: Sendable, Equatable {
    case done
    /// Seconds until it makes sense to try again, when GitHub said so. All calls wait then.
    case later(Double?, reason: String)
    /// It may have happened: look before trying again.
    case uncertain(reason: String)
    case refused(reason: String)
  }

  let store: any LedgerStore
  let host: any CodeHost
  let policies: Policies
  let publicURL: String?
  let now: @Sendable () -> Instant

  func carryOut(_ effect: Effect, isUncertain: Bool) async throws -> Outcome {
    do {
      switch effect {
      case .status(let due): return try await post(due, isUncertain: isUncertain)
      case .read(let due): return try await read(due)
      }
    } catch let error as CodeHostError {
      switch error {
      case .unavailable(let after, let reason): return .later(after, reason: reason)
      case .ambiguous(let reason): return .uncertain(reason: reason)
      case .refused(let status, let reason): return .refused(reason: "\(status) \(reason)")
      }
    }
  }

  // MARK: statuses

  /// - Parameter isUncertain: an earlier attempt may have reached GitHub; posting again without
  ///   looking would show the same status twice.
  private func post(_ due: DueStatus, isUncertain: Bool) async throws -> Outcome {
    if isUncertain {
      let shown = try await host.shown(
        of: due.sha, in: due.repository, context: due.context)
      if shown?.text == due.text {
        try await confirm(due, id: nil)
        return .done
      }
    }
    let status = CommitStatus(context: due.context, text: due.text, targetURL: link(to: due))
    let posted = try await host.post(status, replacing: nil, to: due.sha, in: due.repository)
    try await confirm(due, id: posted.id)
    return .done
  }

  private func link(to due: DueStatus) -> String? {
    publicURL.map { "\($0)/ledger/\(due.repository.name)/pull/\(due.pull)" }
  }

  private func confirm(_ due: DueStatus, id: Int64?) async throws {
    let entry = try Entry(
      kind: .statusPosted, at: nil, received: now(), source: .githubAPI,
      data: [
        "repository_id": .int(due.repository.id), "head_sha": .string(due.sha),
        "context": .string(due.context), "state": .string(due.text.state),
        "description": .string(due.text.description), "verdict": .int(due.verdict),
        "status_id": .optional(id),
      ])
    _ = try await store.append([Submission(entry: entry)])
  }

  // MARK: reads

  /// What GitHub shows becomes an entry, and the gate decides again within the same transaction. If
  /// it still cannot open, GitHub's list lags behind its webhooks: ask again later.
  private func read(_ due: DueRead) async throws -> Outcome {
    let policy = try await store.read { [policies] in try policies.named(due.policy, $0) }
    guard let checks = policy?.merge?.checks else { return .refused(reason: "no policy") }
    let since = try await store.read { try $0.size() }
    let evidence = try await host.evidence(
      for: due.sha, in: due.repository,
      includingStatuses: checks.contains { $0.source == .status }, includingTriggers: false)
    let known = try await store.read { try $0.checks(due.repository.id, head: due.sha) }
    let named = evidence.observations.filter { observation in
      observation.headSHA == due.sha
        && checks.contains { $0.isReported(by: observation) }
    }
    guard Effects.isNews(named, known) || Effects.isStale(named, known, checks) else {
      return .later(nil, reason: "GitHub does not show what its webhooks told")
    }
    try await record(named, since: since, evidence.raw, due)
    let isStillDue = try await store.read { tables in
      try tables.dueReads(limit: 10_000).contains { $0.key == due.key }
    }
    return isStillDue
      ? .later(nil, reason: "GitHub does not show what its webhooks told") : .done
  }

  /// Whether anything was told since a read last saw one of these: the same sight says more now.
  private static func isStale(
    _ seen: [Observation], _ known: [CheckRow], _ checks: [CheckRule]
  ) -> Bool {
    let rows = known.filter { row in checks.contains { $0.isReported(by: row.observation) } }
    let lastTold = rows.compactMap(\.toldEntry).max() ?? -1
    return rows.contains { row in
      (row.readSince ?? .max) <= lastTold
        && seen.contains {
          $0.runID == row.observation.runID && $0.stateKey == row.observation.stateKey
        }
    }
  }

  /// Whether the read saw anything else than the newest read before it did.
  private static func isNews(_ seen: [Observation], _ known: [CheckRow]) -> Bool {
    func run(_ observation: Observation) -> String {
      "\(observation.source) \(observation.runID)"
    }
    let read = known.filter { $0.readEntry != nil }
    let newest = Dictionary(grouping: read) { run($0.observation) }
      .compactMapValues { $0.compactMap(\.readEntry).max() }
    let confirmed = Set(
      read.filter { $0.readEntry == newest[run($0.observation)] }
        .map { run($0.observation) + $0.observation.stateKey })
    return seen.contains { !confirmed.contains(run($0) + $0.stateKey) }
  }

  private func record(
    _ seen: [Observation], since: Int64, _ raw: [UInt8], _ due: DueRead
  ) async throws {
    let evidence = Evidence(raw)
    let entry = try Entry(
      kind: .checksRead, at: nil, received: now(), source: .githubAPI,
      data: [
        "repository_id": .int(due.repository.id), "head_sha": .string(due.sha),
        "since": .int(since),
        "check_runs": .array(seen.filter { $0.source == .checkRun }.map(\.json)),
        "statuses": .array(seen.filter { $0.source == .status }.map(\.json)),
      ],
      evidence: evidence.reference)
    _ = try await store.append([Submission(entry: entry, evidence: evidence)])
  }
}

extension DueRead {
  fileprivate var key: Effect.Key { Effect.read(self).key }
}
