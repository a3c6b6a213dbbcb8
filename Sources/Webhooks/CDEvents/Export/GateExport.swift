import Ledger

/// What the gate decided.
extension CDEventExport {
  @Sendable static func verdict(_ entry: ExportedEntry) -> Statement? {
    decided(entry, entry.text("state"))
  }

  @Sendable static func bypass(_ entry: ExportedEntry) -> Statement? { decided(entry, "bypass") }

  private static func decided(_ entry: ExportedEntry, _ verdict: String?) -> Statement? {
    guard let verdict, let repository = entry.data["repository_id"]?.int,
      let pull = entry.data["pull"]?.int, let head = entry.text("head_sha")
    else { return nil }
    let findings = (entry.data["findings"]?.array ?? []).map { finding -> JSON in
      .object((finding.object ?? [:]).filter { ["check", "required", "result"].contains($0.key) })
    }
    return Statement(
      own: "verdict.decided", of: "\(repository)/pull/\(pull)/\(head)",
      [
        "gate": .optional(entry.text("gate")), "verdict": .string(verdict),
        "repository_id": .int(repository), "pull": .int(pull), "head_sha": .string(head),
        "summary": .optional(entry.text("summary")), "reason": .optional(entry.text("reason")),
        "findings": .array(findings),
      ])
  }
}
