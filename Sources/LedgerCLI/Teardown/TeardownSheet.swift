import Ledger
import Reports

/// A report as people read it in a terminal.
struct TeardownSheet {
  let report: Teardown
  var people: [Int64: String] = [:]
  var comparison: TeardownComparison?

  private var words: TeardownWords { TeardownWords(report: report, people: people) }

  var blocks: [Block] {
    head + unanswered + section(.left) + section(.unexplained) + section(.unknown)
      + section(.kept) + section(.gone) + foot
  }

  private var head: [Block] {
    let tone: Cell.Tone =
      switch report.outcome {
      case .clean: .good
      case .left: .bad
      case .unknown: .waiting
      }
    let symbol =
      switch report.outcome {
      case .clean: "✓"
      case .left: "✗"
      case .unknown: "?"
      }
    return [
      .line([Cell("\(words.title)  "), Cell("\(symbol) \(words.verdict)", tone)]),
      .line("as of \(TeardownWords.time(report.asOf)), by \(words.basis)", .quiet),
    ] + report.notes.map { .line("! \($0)", .waiting) }
      + words.facts.map { .line("  \(Text.padded($0.0, to: 31))\($0.1)") }
  }

  private var unanswered: [Block] {
    let calls = report.unanswered
    guard !calls.isEmpty else { return [] }
    return [.line(""), .line("NOT ANSWERED", .waiting)]
      + calls.map { .line("  \($0.call): \($0.reason)") }
  }

  private func section(_ status: TeardownRow.Status) -> [Block] {
    let rows = report.rows(status)
    guard !rows.isEmpty else { return [] }
    let title = "\(TeardownWords.heading(status).uppercased()) (\(rows.count))"
    let table = TableText(
      header: ["TYPE", "NAME", "ORIGIN", "MADE", status == .gone ? "EVIDENCE" : "REASON"],
      rows: rows.map { row in
        [
          Cell(row.type), Cell(words.name(row)), Cell(words.origin(row, brief: true)),
          Cell(words.created(row)), Cell(words.end(row)),
        ]
      })
    let commands =
      status == .left || status == .unexplained ? rows.flatMap { words.removal(of: $0) } : []
    return [.line(""), .line(title, TeardownSheet.tone(status)), .table(table)]
      + (commands.isEmpty ? [] : [.line("  to remove:", .quiet)])
      + commands.map { .line("    \($0)") }
  }

  private static func tone(_ status: TeardownRow.Status) -> Cell.Tone {
    switch status {
    case .left: .bad
    case .unexplained, .unknown: .waiting
    case .kept: .plain
    case .gone: .good
    }
  }

  private var foot: [Block] {
    var blocks: [Block] = []
    if report.others > 0 {
      blocks += [.line(""), .line("\(report.others) more belong to other environments", .quiet)]
    }
    if let comparison {
      blocks +=
        [.line(""), .line("SINCE REPORT #\(comparison.number)")]
        + comparison.lines.map { .line("  \($0)") }
    }
    return blocks
  }
}
