import Ledger

/// One pull request before two policies.
public struct SimulatedPull: Hashable, Sendable {
  public enum Change: String, Sendable {
    case denied, allowed
    /// It blocks before and after, for another reason.
    case other
  }

  public let repository: Int64
  public let pull: Int64
  public let mergedAt: Instant?
  /// `verified`, `bypass`, `allow`, `deny`, `pending` or `unguarded`.
  public let was: String
  public let wouldBe: String
  /// What the two looked at with another result.
  public let why: [String]
  /// The entry of what was decided.
  public let entry: Int64?

  init(_ pull: PullRow, _ policy: Policy, _ tables: any LedgerReader) throws {
    (repository, self.pull, mergedAt) = (pull.repository, pull.number, pull.merge?.at)
    let recorded = try SimulatedPull.recorded(pull, tables)
    let simulated = try SimulatedPull.simulated(pull, policy, tables)
    (was, wouldBe, entry) = (recorded.word, simulated.word, recorded.entry)
    let before = try recorded.entry.flatMap { try tables.entry(at: $0) }?.entry.data["findings"]
    why = FindingDifference.lines(
      (before?.array ?? []).compactMap(FindingDifference.init), simulated.findings)
  }

  private static func recorded(
    _ pull: PullRow, _ tables: any LedgerReader
  ) throws -> (word: String, entry: Int64?) {
    if pull.merge != nil {
      let audit = try tables.audit(pull.repository, pull.number)
      return (audit?.result ?? "unguarded", audit?.entry)
    }
    let verdict = try tables.verdict(pull.repository, pull.number, head: pull.headSHA)
    // All checks had passed: what was missing is a read, which no policy decides.
    let word = verdict.map { $0.confirming ? "allow" : $0.state }
    return (word ?? "unguarded", verdict?.entry)
  }

  private static func simulated(
    _ pull: PullRow, _ policy: Policy, _ tables: any LedgerReader
  ) throws -> (word: String, findings: [FindingDifference]) {
    let base = pull.merge?.baseRef ?? pull.baseRef
    guard let gate = policy.merge, gate.guards(base) else { return ("unguarded", []) }
    let head = pull.merge?.headSHA ?? pull.headSHA
    let rows = try tables.checks(pull.repository, head: head)
    if let merge = pull.merge {
      let audit = gate.audit(rows, mergedAt: merge.at)
      return (audit.reason == nil ? "verified" : "bypass", audit.findings.map(\.difference))
    }
    let verdict = gate.verdict(on: rows, headSHA: head, confirmation: .webhooks)
    return (verdict.state.rawValue, verdict.findings.map(\.difference))
  }

  private static let passing: Set = ["verified", "allow", "unguarded"]

  /// `nil` when both say the same; what nothing guarded and what passes are the same here.
  public var change: Change? {
    switch (SimulatedPull.passing.contains(was), SimulatedPull.passing.contains(wouldBe)) {
    case (true, false): .denied
    case (false, true): .allowed
    case (true, true): nil
    case (false, false): was == wouldBe ? nil : .other
    }
  }

  func json(_ names: [Int64: String]) -> JSON {
    [
      "repository": ["id": .string(String(repository)), "name": .optional(names[repository])],
      "pull": .string(String(pull)), "merged_at": .optional(mergedAt), "was": .string(was),
      "would_be": .string(wouldBe), "change": .optional(change?.rawValue),
      "why": .array(why.map(JSON.string)), "entry": .optional(entry.map(String.init)),
    ]
  }
}

/// A finding, as far as two policies can differ about it.
struct FindingDifference: Hashable {
  let check: String
  let isRequired: Bool
  let word: String

  init(check: String, isRequired: Bool, word: String) {
    (self.check, self.isRequired, self.word) = (check, isRequired, word)
  }

  /// As an entry holds it.
  init?(json: JSON) {
    guard let check = json["check"]?.string, let word = json["word"]?.string else { return nil }
    self.init(check: check, isRequired: json["required"]?.bool ?? true, word: word)
  }

  /// Only what is required decides.
  static func lines(_ before: [FindingDifference], _ after: [FindingDifference]) -> [String] {
    func words(_ findings: [FindingDifference]) -> [String: String] {
      Dictionary(findings.filter(\.isRequired).map { ($0.check, $0.word) }) { first, _ in first }
    }
    let (old, new) = (words(before), words(after))
    return Set(old.keys).union(new.keys).sorted().compactMap { check in
      switch (old[check], new[check]) {
      case (let old?, let new?): old == new ? nil : "\(check): \(new), not \(old)"
      case (nil, let new?): "\(check): \(new), newly required"
      case (let old?, nil): "\(check): \(old), not required"
      case (nil, nil): nil
      }
    }
  }
}

extension Finding {
  fileprivate var difference: FindingDifference {
    FindingDifference(check: rule.name, isRequired: rule.isRequired, word: result.word)
  }
}
