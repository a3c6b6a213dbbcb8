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
        Cell("\(sign(finding)) \(finding.check)", tone(finding)), Cell(finding.word),
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
    return [head, .table(table)] + (foot.isEmpty ? [] : [.line(foot)])
  }

  private var word: Cell {
    switch report.state {
    case "allow": Cell("ALLOWED", .good)
    case "pending": Cell("PENDING", .waiting)
    default: Cell(report.merge == "bypass" ? "BYPASSED" : "DENIED", .bad)
    }
  }

  private func sign(_ finding: GateReport.Finding) -> String {
    switch finding.result {
    case "pass": "✓"
    case "pending": "●"
    default: "✗"
    }
  }

  private func tone(_ finding: GateReport.Finding) -> Cell.Tone {
    guard finding.isRequired else { return .quiet }
    switch finding.result {
    case "pass": return .good
    case "pending": return .waiting
    default: return .bad
    }
  }
}
