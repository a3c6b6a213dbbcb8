import Ledger

/// All gates behind one door. Each looks at the same state; what one concludes the others see in the
/// next round.
public struct Gatehouse: Reactor {
  private let gates: [any Reactor]

  /// The admission gate comes first: it reads what the deploy gate concluded. Then that one: it reads
  /// what the merge gate concluded. What they conclude in one round stands in the log in this order,
  /// in which `verify` concludes again.
  public init(_ policies: Policies = Policies(), zones: any TimeZones = OnlyUTC()) {
    gates = [
      AdmissionGate(policies), DeployGate(policies, zones: zones), MergeGate(policies),
      LandingGate(policies),
      ProtectionGate(policies),
    ]
  }

  public func reactions(
    to subjects: Set<Subject>, reading tables: any LedgerReader, now: Instant
  ) throws -> [Entry] {
    try gates.flatMap { try $0.reactions(to: subjects, reading: tables, now: now) }
  }

  public func occasion(of conclusion: Entry) -> Subject? {
    for gate in gates {
      if let subject = gate.occasion(of: conclusion) { return subject }
    }
    return nil
  }
}
