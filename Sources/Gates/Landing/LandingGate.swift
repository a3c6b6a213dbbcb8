import Ledger

/// Looks at everything that is pushed to a guarded branch: did it come through a pull request? Where
/// GitHub enforces nothing this is the only place where it shows.
public struct LandingGate: Reactor {
  private let policies: Policies

  public init(_ policies: Policies = Policies()) { self.policies = policies }

  public func reactions(
    to subjects: Set<Subject>, reading tables: any LedgerReader, now: Instant
  ) throws -> [Entry] {
    try landings(subjects, tables).compactMap { landing in
      guard let policy = try policies.inForce(at: landing.entry, tables),
        let gate = policy.merge, gate.guards(landing.branch)
      else { return nil }
      return try LandingCase(
        landing: landing, policy: policy, gate: gate, tables: tables, now: now
      ).conclusion()
    }
  }

  public func occasion(of conclusion: Entry) -> Subject? {
    guard [.bypass, .verified, .undetermined].contains(conclusion.kind),
      conclusion.data["gate"]?.string == "push",
      let repository = conclusion.data["repository_id"]?.int,
      let sha = conclusion.data["sha"]?.string
    else { return nil }
    return .landing(repository: repository, sha: sha)
  }

  /// In one order, whatever the order of the subjects: replay must give the same log.
  private func landings(
    _ subjects: Set<Subject>, _ tables: any LedgerReader
  ) throws -> [LandingRow] {
    var landings: Set<LandingRow> = []
    for subject in subjects {
      switch subject {
      case .landing(let repository, let sha):
        landings.formUnion(try tables.landings(repository, sha: sha))
      case .pull(let repository, let number):
        guard let merge = try tables.pull(repository, number)?.merge else { continue }
        for sha in Set([merge.sha, merge.headSHA].compactMap(\.self)) {
          landings.formUnion(try tables.landings(repository, sha: sha))
        }
      case .everything:
        guard let hash = try tables.currentPolicy(),
          let policy = try tables.policy(hash: hash)
        else { continue }
        landings.formUnion(try tables.landings(since: policy.index))
      default: continue
      }
    }
    return landings.sorted {
      ($0.repository, $0.branch, $0.sha) < ($1.repository, $1.branch, $1.sha)
    }
  }
}

extension Policies {
  /// What happened is judged by what was in force when it was told.
  func inForce(at entry: Int64, _ tables: any LedgerReader) throws -> Policy? {
    try tables.policy(before: entry)?.entry.data["hash"]?.string.flatMap {
      try named($0, tables)
    }
  }
}
