import Ledger

/// What was known of each merge when it happened: whether the gate allowed it, and what its checks
/// said.
struct MergeEvidence {
  private let merges: [HistoryRow]
  /// Of pushes beside pull requests only those that are, or may be, bypasses have a line.
  private let pushes: [HistoryRow]
  private let checks: [Check]

  private struct Check {
    let name: String
    /// Whether the gate demanded it; `nil` where no gate looked.
    let isRequired: Bool?
    /// GitHub's, or `missing`.
    let word: String
  }

  init(_ tables: any LedgerReader, merges: [HistoryRow], pushes: [HistoryRow]) throws {
    (self.merges, self.pushes) = (merges, pushes)
    checks = try merges.flatMap { try MergeEvidence.checks(of: $0, tables) }
  }

  var count: JSON { TeardownSummary.counts(merges) }

  var ungated: JSON {
    let rows = merges.filter { $0.outcome != "verified" } + pushes
    return .array(rows.sorted { ($0.at, $0.entry) < ($1.at, $1.entry) }.map(\.ungatedJSON))
  }

  var checksJSON: JSON {
    let groups = Dictionary(grouping: checks, by: \.name)
    return .array(
      groups.sorted { $0.key < $1.key }.map { name, seen in
        var outcomes: [String: Int64] = [:]
        for check in seen { outcomes[check.word, default: 0] += 1 }
        return [
          "name": .string(name), "required": required(seen),
          "outcomes": .object(outcomes.mapValues(JSON.int)),
        ]
      })
  }

  private func required(_ seen: [Check]) -> JSON {
    let words = Set(seen.compactMap(\.isRequired))
    return words.isEmpty ? .null : .bool(words.contains(true))
  }

  // MARK: what the checks said

  /// Those that the gate looked at; where no gate looked, all that had ended by then.
  private static func checks(
    of row: HistoryRow, _ tables: any LedgerReader
  ) throws -> [Check] {
    guard let number = row.pull else { return [] }
    let audit = try tables.audit(row.repository.id, number)
    let data = try audit.flatMap { try tables.entry(at: $0.entry) }?.entry.data
    let findings = (data?["findings"]?.array ?? []).compactMap(GateReport.Finding.init(json:))
    guard findings.isEmpty else {
      return findings.map { Check(name: $0.check, isRequired: $0.isRequired, word: $0.word) }
    }
    guard let merge = try tables.pull(row.repository.id, number)?.merge else { return [] }
    return ended(try tables.checks(row.repository.id, head: merge.headSHA), by: merge.at)
  }

  private static func ended(_ rows: [CheckRow], by end: Instant) -> [Check] {
    let seen = rows.map(\.observation).filter { $0.completedAt.map { $0 <= end } ?? false }
    return Dictionary(grouping: seen, by: \.name).compactMap { name, runs in
      let newest = runs.max { $0.stateKey < $1.stateKey }
      return newest.map {
        Check(name: name, isRequired: nil, word: $0.conclusion ?? "unknown")
      }
    }
  }
}

extension HistoryRow {
  fileprivate var ungatedJSON: JSON {
    [
      "repository": .string(repository.name), "pull": .optional(pull), "commit": .optional(commit),
      "outcome": .string(outcome ?? "unknown"), "reason": .optional(note),
      "actor": .optional(actorID), "entry": .int(entry), "at": .string(at.description),
    ]
  }
}
