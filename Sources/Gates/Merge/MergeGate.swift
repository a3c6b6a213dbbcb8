import Ledger

/// Looks at every pull request that an entry may concern and records what changed about it. It runs
/// inside the append's transaction, so a verdict is in the log with the evidence it rests on.
public struct MergeGate: Reactor {
  private let policies: Policies

  public init(_ policies: Policies = Policies()) { self.policies = policies }

  public func reactions(
    to subjects: Set<Subject>, reading tables: any LedgerReader, now: Instant
  ) throws -> [Entry] {
    guard !subjects.isEmpty, let policy = try policies.current(tables), policy.merge != nil else {
      return []
    }
    var entries: [Entry] = []
    var wanted: [Commit: StatusText] = [:]
    for pull in try pulls(subjects, tables) {
      entries += try OverrideEnd.due(pull, tables, now: now)
      let pullCase = PullCase(pull: pull, policy: policy, tables: tables, now: now)
      if let verdict = try pullCase.verdict(&wanted) { entries.append(verdict) }
      if let audit = try pullCase.audit(policyNamed: { try policies.named($0, tables) }) {
        entries.append(audit)
      }
    }
    return entries
  }

  public func occasion(of conclusion: Entry) -> Subject? {
    guard [.verdict, .bypass, .verified].contains(conclusion.kind),
      let repository = conclusion.data["repository_id"]?.int,
      let pull = conclusion.data["pull"]?.int
    else { return nil }
    return .pull(repository: repository, number: pull)
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
