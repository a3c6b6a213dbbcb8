import Ledger

/// Answers clusters that ask whether images may start. It runs inside the append's transaction.
public struct AdmissionGate: Reactor {
  private let policies: Policies

  public init(_ policies: Policies = Policies()) { self.policies = policies }

  public func reactions(
    to subjects: Set<Subject>, reading tables: any LedgerReader, now: Instant
  ) throws -> [Entry] {
    let asks = subjects.compactMap { subject in
      if case .admission(let ask) = subject { ask } else { nil }
    }
    guard !asks.isEmpty else { return [] }
    let collector = try AdmissionCollector(tables, policies)
    var answered: Set<AdmissionKey> = []
    return try asks.sorted().compactMap { try verdict(on: $0, collector, &answered, now) }
  }

  public func occasion(of conclusion: Entry) -> Subject? {
    guard conclusion.kind == .admissionDecided else { return nil }
    return conclusion.data["ask"]?.int.map { .admission(ask: $0) }
  }

  /// A new answer, or `nil` when it would say what the last one did. Two that ask the same at once
  /// get one answer.
  private func verdict(
    on ask: Int64, _ collector: AdmissionCollector, _ answered: inout Set<AdmissionKey>,
    _ now: Instant
  ) throws -> Entry? {
    guard let stored = try collector.tables.entry(at: ask),
      stored.entry.kind == .admissionAsked,
      let request = AdmissionRequest(asked: stored.entry.data),
      answered.insert(request.key).inserted
    else { return nil }
    let decision = try AdmissionDecision(request, collector)
    let last = try collector.tables.admissionVerdict(request.key)
    let said = try last.flatMap { try collector.tables.entry(at: $0) }?.entry.data
    if let said, decision.isSame(as: said) { return nil }
    return try Entry.conclusion(
      .admissionDecided, at: now, now: now, decision.data(ask: ask, replaces: last))
  }
}
