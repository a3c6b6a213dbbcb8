import Ledger
import Synchronization

/// Looks at every pull request that an entry may concern and records what changed about it. It runs
/// inside the append's transaction, so a verdict is in the log with the evidence it rests on.
public final class MergeGate: Reactor {
  private let policies = Mutex<[String: Policy]>([:])

  public init() {}

  public func reactions(
    to subjects: Set<Subject>, reading tables: any LedgerReader, now: Instant
  ) throws -> [Entry] {
    guard !subjects.isEmpty, let policy = try currentPolicy(tables), policy.merge != nil else {
      return []
    }
    var entries: [Entry] = []
    var wanted: [Commit: StatusText] = [:]
    for pull in try pulls(subjects, tables) {
      let pullCase = PullCase(pull: pull, policy: policy, tables: tables, now: now)
      if let verdict = try pullCase.verdict(&wanted) { entries.append(verdict) }
      if let audit = try pullCase.audit(policyNamed: { try self.policy($0, tables) }) {
        entries.append(audit)
      }
    }
    return entries
  }

  public func currentPolicy(_ tables: any LedgerReader) throws -> Policy? {
    try tables.currentPolicy().flatMap { try policy($0, tables) }
  }

  public func policy(_ hash: String, _ tables: any LedgerReader) throws -> Policy? {
    if let known = policies.withLock({ $0[hash] }) { return known }
    guard let stored = try tables.policy(hash: hash) else { return nil }
    let policy = try Policy(stored)
    policies.withLock { $0[hash] = policy }
    return policy
  }

  /// In one order, whatever the order of the subjects: replay must give the same log.
  private func pulls(
    _ subjects: Set<Subject>, _ tables: any LedgerReader
  ) throws -> [PullRow] {
    var pulls: [PullRow] = []
    for subject in subjects {
      switch subject {
      case .everything: pulls += try tables.openPulls()
      case .commit(let repository, let sha): pulls += try tables.pulls(repository, head: sha)
      case .suite(let repository, let suite):
        for sha in try tables.heads(repository, suite: suite) {
          pulls += try tables.pulls(repository, head: sha)
        }
      case .pull(let repository, let number):
        if let pull = try tables.pull(repository, number) { pulls.append(pull) }
      }
    }
    return Set(pulls).sorted { ($0.repository, $0.number) < ($1.repository, $1.number) }
  }
}

struct Commit: Hashable {
  let repository: Int64
  let sha: String
}
