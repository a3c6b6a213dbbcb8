import Reports

/// A verdict with its findings, as a person reads it in a pipeline's log.
struct GateText {
  let report: GateReport

  var blocks: [Block] {
    let name = "\(report.repository.name)#\(report.pull)"
    let head = Block.line([
      word, Cell("  \(name)  \(report.headSHA.prefix(7))  \(report.summary)"),
    ])
    let rows = report.findings.map { finding in
      [
        Outcome.cell(finding.check, result: finding.result, isRequired: finding.isRequired),
        Cell(finding.word + (finding.remark.map { " (\($0))" } ?? "")),
        Cell(finding.isRequired ? "required" : "advisory", .quiet),
        Cell(finding.isConfirmed ? "confirmed by GitHub" : "", .quiet),
        Cell(finding.entries.map { "#\($0)" }.joined(separator: " "), .quiet),
      ]
    }
    let table = TableText(header: ["", "", "", "", ""], rows: rows, hasHeader: false)
    let source = report.entry.map { "  entry #\($0)" } ?? ""
    let decided = report.decidedAt.map { "  decided \($0)" } ?? ""
    let merged = report.mergedAt.map { "  merged \($0)" } ?? ""
    let foot = source + decided + merged
    let override = report.override.map {
      Block.line(
        "  override #\($0.entry)  by \($0.by)  until \($0.expiresAt)  \($0.reason)", .waiting)
    }
    let label = report.label.map { Block.line("  \($0)") }
    return [head, .table(table)] + [label, override].compactMap(\.self)
      + (foot.isEmpty ? [] : [.line(foot)])
  }

  private var word: Cell {
    switch report.state {
    case "allow" where report.override != nil: Cell("OVERRIDDEN", .waiting)
    case "allow": Cell("ALLOWED", .good)
    case "pending": Cell(report.merge == nil ? "PENDING" : "UNDETERMINED", .waiting)
    default: Cell(report.merge == "bypass" ? "BYPASSED" : "DENIED", .bad)
    }
  }
}
