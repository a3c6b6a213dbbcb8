import Ledger

/// Looks at every pull request and merge group that an entry may concern and records what changed
/// about it. It runs inside the append's transaction, so a verdict is in the log with the evidence
/// it rests on.
public struct MergeGate: Reactor {
  private let policies: Policies

  public init(_ policies: Policies = Policies()) { self.policies = policies }

  public func reactions(
    to subjects: Set<Subject>, reading tables: any LedgerReader, now: Instant
  ) throws -> [Entry] {
    guard !subjects.isEmpty, let policy = try policies.current(tables), let gate = policy.merge
    else { return [] }
    let affected = try Affected(by: subjects, tables, isStrict: gate.isStrict)
    var round = Round(policy: policy, gate: gate, tables: tables, now: now)
    var entries: [Entry] = []
    for pull in affected.pulls {
      entries += try OverrideEnd.due(pull, tables, now: now)
      if pull.isOpen, let verdict = try round.verdict(on: Proposal(pull)) {
        entries.append(verdict)
      }
      let audit = AuditCase(pull: pull, policy: policy, tables: tables, now: now)
      if let audit = try audit.entry(policyNamed: { try policies.named($0, tables) }) {
        entries.append(audit)
      }
    }
    for group in affected.groups where group.isOpen {
      if let verdict = try round.verdict(on: Proposal(group)) { entries.append(verdict) }
    }
    return entries + (try round.alarms(on: affected))
  }

  public func occasion(of conclusion: Entry) -> Subject? {
    let data = conclusion.data
    guard let repository = data["repository_id"]?.int, let sha = data["head_sha"]?.string else {
      return nil
    }
    switch conclusion.kind {
    case .statusOverwritten:
      return data["context"]?.string.map { .status(repository: repository, sha: sha, context: $0) }
    case .verdict, .bypass, .verified, .undetermined:
      guard data["gate"]?.string == "merge" else { return nil }
      if let pull = data["pull"]?.int { return .pull(repository: repository, number: pull) }
      return .commit(repository: repository, sha: sha)
    default: return nil
    }
  }
}

struct Commit: Hashable {
  let repository: Int64
  let sha: String
}

/// What one look at the tables has found out so far.
struct Round {
  let policy: Policy
  let gate: MergePolicy
  let tables: any LedgerReader
  let now: Instant
  /// What verdicts of this round want GitHub to show.
  var wanted: [Commit: StatusText] = [:]
  private var known: [Commit: [CheckRow]] = [:]

  init(policy: Policy, gate: MergePolicy, tables: any LedgerReader, now: Instant) {
    self.policy = policy
    self.gate = gate
    self.tables = tables
    self.now = now
  }

  mutating func checks(of commit: Commit) throws -> [CheckRow] {
    if let rows = known[commit] { return rows }
    let rows = try tables.checks(commit.repository, head: commit.sha)
    known[commit] = rows
    return rows
  }
}
