import Ledger

/// Looks at changes of what GitHub itself demands of branches: was a guarded one left open, and was
/// that undone?
public struct ProtectionGate: Reactor {
  private let policies: Policies

  public init(_ policies: Policies = Policies()) { self.policies = policies }

  public func reactions(
    to subjects: Set<Subject>, reading tables: any LedgerReader, now: Instant
  ) throws -> [Entry] {
    try repositories(subjects, tables).flatMap { try reactions($0, tables, now) }
  }

  public func occasion(of conclusion: Entry) -> Subject? {
    guard [.bypass, .verified].contains(conclusion.kind),
      conclusion.data["gate"]?.string == "protection",
      let repository = conclusion.data["repository_id"]?.int
    else { return nil }
    return .protections(repository: repository)
  }

  private func repositories(
    _ subjects: Set<Subject>, _ tables: any LedgerReader
  ) throws -> [Int64] {
    var repositories: Set<Int64> = []
    for subject in subjects {
      switch subject {
      case .protections(let repository): repositories.insert(repository)
      case .everything: repositories.formUnion(try tables.protectedRepositories())
      default: continue
      }
    }
    return repositories.sorted()
  }

  private func reactions(
    _ repository: Int64, _ tables: any LedgerReader, _ now: Instant
  ) throws -> [Entry] {
    let changes = try tables.protectionChanges(repository)
    guard !changes.isEmpty else { return [] }
    let branches = try tables.capabilities().filter { $0.repository.id == repository }
      .map(\.branch)
    let audits = try tables.protectionAudits(repository)
    return try ProtectionHistory.rules(changes).flatMap { rule, changes in
      var history = ProtectionHistory(rule: rule, audits: audits.filter { $0.rule == rule })
      return try changes.compactMap { change in
        let policy = try policies.inForce(at: change.entry, tables)
        let demand = policy?.merge.map {
          ProtectionDemand(gate: $0, policy: policy?.hash ?? "", branches: branches)
        }
        return try history.conclusion(on: change, demand, repository, tables, now)
      }
    }
  }
}

/// What a policy needs of GitHub.
struct ProtectionDemand {
  let gate: MergePolicy
  let policy: String
  /// Branches of the repository that are known.
  let branches: [String]

  /// The gate's own check, or those that it looks at itself.
  var contexts: Set<String> {
    Set([gate.context] + gate.checks.filter(\.isRequired).map(\.name))
  }

  /// Whether the rule is about a guarded branch. Which branches a ruleset is about its webhook does
  /// not say.
  func isConcerned(by change: ProtectionChange, called name: String?) -> Bool {
    switch change.form {
    case .configuration: return true
    case .ruleset: return change.target.map { $0 == "branch" } ?? true
    case .rule:
      guard let name else { return true }
      // A form of pattern that is not read here may hold any branch.
      if name.contains(where: { "[]?{}!".contains($0) }) { return true }
      let pattern = BranchPattern(name)
      return gate.guards(name)
        || branches.contains { gate.guards($0) && pattern.matches($0) }
        || gate.branches.contains { $0.text == name || pattern.matches($0.text) }
    }
  }
}
