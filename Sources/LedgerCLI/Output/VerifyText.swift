import Ledger
import Merkle
import SQLiteStore

/// What `ledger verify --db` says.
struct VerifyText {
  static let schema = "ledger.verify/1"

  let report: VerifyReport
  /// `nil` where it cannot be read: then there are problems, too.
  let outside: OutsideSight?
  /// Whether the signatures of GitHub were checked.
  let hasSecrets: Bool

  var text: String {
    let isGood = report.problems.isEmpty
    let verdict = isGood ? "✓ everything agrees" : "✗ the ledger is not what it was"
    return report.problems.map(\.text).joined() + """
      \(verdict)
        entries      \(report.entries)
        root         \(report.root)
        checkpoints  \(checkpoints)\(believed)
        kept heads   \(report.heads)
        witnesses    \(outside?.witnesses ?? "unknown")
        alarms       \(outside?.alarmText ?? "unknown")
        bodies       of \(report.bodies) entries\(EvidenceText.removed(report))
        signatures   \(EvidenceText.signatures(report, areChecked: hasSecrets))
        conclusions  \(report.conclusions)
        tables       \(report.tables), \(report.rows) rows

      """
  }

  private var checkpoints: String {
    guard let origin = report.origin else { return "not signed" }
    let earlier =
      report.earlierCheckpoints > 0
      ? "; \(report.earlierCheckpoints) signed by an earlier key of it: "
        + "ledger key show --all prints it, --vkey takes it, too" : ""
    return "\(report.checkpoints), signed by \(Text.safe(origin))\(earlier)"
  }

  /// Where none was given: whoever reads this may know the key.
  private var believed: String {
    guard report.trustsItself, !report.believed.isEmpty else { return "" }
    let keys = report.believed.map { Text.safe($0.vkey) }
    let advice = "taken from the log itself: compare, or give the key that you know with --vkey"
    return "\n  believed     " + (keys + [advice]).joined(separator: "\n               ")
  }

  var json: JSON {
    let problems = report.problems
    return [
      "schema": .string(VerifyText.schema), "ok": .bool(problems.isEmpty),
      "entries": .int(report.entries), "root": .string(report.root.hex),
      "origin": .optional(report.origin), "checkpoints": .int(Int64(report.checkpoints)),
      "believed": .array(report.believed.map { .string($0.vkey) }),
      "trusts_itself": .bool(report.trustsItself),
      "earlier_checkpoints": .int(Int64(report.earlierCheckpoints)),
      "heads": .int(Int64(report.heads)), "witnesses": outside?.json ?? .null,
      "bodies": .int(Int64(report.bodies)), "missing_bodies": .int(Int64(report.missingBodies)),
      "pruned_bodies": .int(Int64(report.prunedBodies)),
      "erased_bodies": .int(Int64(report.erasedBodies)),
      "signatures": hasSecrets ? .int(Int64(report.signatures)) : .null,
      "unsigned_bodies": hasSecrets ? .int(Int64(report.unsignedBodies)) : .null,
      "conclusions": .int(Int64(report.conclusions)), "tables": .int(Int64(report.tables)),
      "rows": .int(Int64(report.rows)), "problems": .array(problems.map(\.json)),
    ]
  }
}

extension VerifyReport.Problem {
  fileprivate var text: String {
    let place = [
      entry.map { "entry \($0)" }, table.map { "table \($0)" }, row.map { "row \($0)" },
    ].compactMap(\.self).joined(separator: ", ")
    return "✗ \(place.isEmpty ? "file" : Text.safe(place)): \(Text.safe(reason))\n"
  }

  fileprivate var json: JSON {
    [
      "entry": .optional(entry), "table": .optional(table), "row": .optional(row),
      "reason": .string(reason),
    ]
  }
}
