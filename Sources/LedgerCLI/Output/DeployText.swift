import Reports

/// The answer of the deploy gate, as a person reads it in a pipeline's log.
struct DeployText {
  let report: DeployReport

  var blocks: [Block] {
    let subject =
      report.digest.map { String($0.prefix(19)) } ?? report.commit.map { String($0.prefix(7)) }
    let head = Block.line([
      word,
      Cell("  \(report.service) → \(report.environment)  \(subject ?? "")"),
    ])
    let rows = report.findings.map { finding in
      [
        Outcome.cell(finding.rule, result: finding.result, isRequired: finding.isRequired),
        Cell(finding.isRequired ? finding.detail : "\(finding.detail) (advisory)"),
        Cell(finding.entries.prefix(4).map { "#\($0)" }.joined(separator: " "), .quiet),
      ]
    }
    let table = TableText(header: ["", "", ""], rows: rows, hasHeader: false)
    let override = report.override.map {
      Block.line(
        "  override #\($0.entry) by \($0.by) until \($0.expiresAt)  \($0.reason)", .waiting)
    }
    return [head, .table(table)] + [override].compactMap(\.self) + foot.map { .line($0) }
  }

  private var word: Cell {
    if report.isOverridden { return Cell("OVERRIDDEN", .waiting) }
    return report.isAllowed ? Cell("ALLOWED", .good) : Cell("DENIED", .bad)
  }

  private var foot: [String] {
    guard let decision = report.decision else { return [] }
    if report.isAllowed { return ["  entry #\(decision)"] }
    let retry = report.retryAt.map { ["  ask again after \($0)"] } ?? []
    return retry + [
      "  override: ledger gate override \(decision) --reason \"…\"   (recorded)"
    ]
  }
}
