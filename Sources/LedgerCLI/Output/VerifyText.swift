import Ledger
import SQLiteStore

extension VerifyReport {
  var text: String {
    let verdict = problems.isEmpty ? "✓ everything agrees" : "✗ the ledger is not what it was"
    return problems.map(\.text).joined() + """
      \(verdict)
        entries      \(entries)
        root         \(root)
        checkpoints  \(origin.map { "\(checkpoints), signed by \(Text.safe($0))" } ?? "not signed")
        kept heads   \(heads)
        bodies       \(bodies)\(EvidenceText.removed(self))
        signatures   \(EvidenceText.signatures(self))
        conclusions  \(conclusions)
        tables       \(tables), \(rows) rows

      """
  }

  var json: JSON {
    [
      "schema": "ledger.verify/1", "ok": .bool(problems.isEmpty), "entries": .int(entries),
      "root": .string(root.hex), "origin": .optional(origin),
      "checkpoints": .int(Int64(checkpoints)), "heads": .int(Int64(heads)),
      "bodies": .int(Int64(bodies)), "missing_bodies": .int(Int64(missingBodies)),
      "pruned_bodies": .int(Int64(prunedBodies)), "erased_bodies": .int(Int64(erasedBodies)),
      "signatures": .int(Int64(signatures)), "unsigned_bodies": .int(Int64(unsignedBodies)),
      "conclusions": .int(Int64(conclusions)), "tables": .int(Int64(tables)),
      "rows": .int(Int64(rows)), "problems": .array(problems.map(\.json)),
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
