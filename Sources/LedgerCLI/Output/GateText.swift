import Reports

/// A verdict with its findings, as a person reads it in a pipeline's log.
struct GateText {
  let report: GateReport
  let color: Bool

  func print() {
    for line in lines { Console.write(line + "\n") }
  }

  private var lines: [String] {
    let name = "\(report.repository.name)#\(report.pull)"
    let head =
      "\(word)  \(Text.safe(name))  \(report.headSHA.prefix(7))  \(Text.safe(report.summary))"
    let rows = report.findings.map { finding in
      [
        Cell("\(sign(finding)) \(finding.check)", tone(finding)), Cell(finding.word),
        Cell(finding.isRequired ? "required" : "advisory", .quiet),
        Cell(finding.isConfirmed ? "confirmed by GitHub" : "", .quiet),
        Cell(finding.entries.map { "#\($0)" }.joined(separator: " "), .quiet),
      ]
    }
    let table = TableText(header: ["", "", "", "", ""], rows: rows).lines(width: nil, color: color)
    let source = report.entry.map { "  entry #\($0)" } ?? ""
    let decided = report.decidedAt.map { "  decided \($0)" } ?? ""
    let merged = report.mergedAt.map { "  merged \($0)" } ?? ""
    return [head] + table.dropFirst() + [source + decided + merged].filter { !$0.isEmpty }
  }

  private var word: String {
    let (text, tone): (String, Cell.Tone) =
      switch report.state {
      case "allow": ("ALLOWED", .good)
      case "pending": ("PENDING", .waiting)
      default: (report.merge == "bypass" ? "BYPASSED" : "DENIED", .bad)
      }
    return color ? tone.colored(text) : text
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
