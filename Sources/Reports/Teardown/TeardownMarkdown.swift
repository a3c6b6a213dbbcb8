import Ledger

/// For the summary of a job.
public struct TeardownMarkdown {
  private let words: TeardownWords
  private let comparison: TeardownComparison?

  public init(
    _ report: Teardown, people: [Int64: String] = [:], comparison: TeardownComparison? = nil
  ) {
    words = TeardownWords(report: report, people: people)
    self.comparison = comparison
  }

  public var text: String {
    let report = words.report
    var lines = ["# \(safe(words.title))", "", "**\(safe(words.verdict))**", ""]
    lines += ["As of \(TeardownWords.time(report.asOf)), by \(safe(words.basis)).", ""]
    lines += report.notes.flatMap { ["> \(safe($0))", ""] }
    lines += facts + unanswered + since
    lines += section(.left) + section(.unexplained) + section(.unknown) + plan
    lines += section(.kept) + section(.gone)
    if report.others > 0 {
      lines += ["\(report.others) more things belong to other environments.", ""]
    }
    while lines.last == "" { lines.removeLast() }
    return lines.map { $0 + "\n" }.joined()
  }

  private var unanswered: [String] {
    let calls = words.report.unanswered
    guard !calls.isEmpty else { return [] }
    return ["## Not answered", ""]
      + calls.map { "- \(safe($0.call)): \(safe($0.reason))" } + [""]
  }

  private var since: [String] {
    guard let comparison else { return [] }
    return ["## Since report #\(comparison.number)", ""]
      + comparison.lines.map { "- \(safe($0))" } + [""]
  }

  private func section(_ status: TeardownRow.Status) -> [String] {
    let rows = words.report.rows(status)
    guard !rows.isEmpty else { return [] }
    let last = status == .gone ? "Evidence" : "Reason"
    let table =
      ["| Type | Name | Origin | Made | \(last) |", "| --- | --- | --- | --- | --- |"]
      + rows.map { row in
        let cells = [
          row.type, words.name(row), words.origin(row), words.created(row), words.end(row),
        ]
        return "| " + cells.map(safe).joined(separator: " | ") + " |"
      }
    guard status == .gone else {
      return ["## \(TeardownWords.heading(status)) (\(rows.count))", ""] + table + [""]
    }
    return ["<details><summary>Gone (\(rows.count))</summary>", ""] + table
      + ["", "</details>", ""]
  }

  private var plan: [String] {
    let plan = words.report.plan
    guard !plan.isEmpty else { return [] }
    return ["## What removes it", "", "```sh"] + plan.flatMap { words.removal(of: $0) }.map(code)
      + ["```", ""]
  }

  private var facts: [String] {
    let facts = words.facts
    guard !facts.isEmpty else { return [] }
    return ["| Summary | |", "| --- | --- |"] + facts.map { "| \($0.0) | \(safe($0.1)) |" } + [""]
  }

  /// Names come from outside: none of them may make a table, a link or HTML.
  private func safe(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\", "|", "`", "[", "]", "*", "_", "#", "<", ">", "&":
        if scalar == "<" {
          result += "&lt;"
        } else if scalar == ">" {
          result += "&gt;"
        } else if scalar == "&" {
          result += "&amp;"
        } else {
          result += "\\" + String(scalar)
        }
      default: result += scalar.isShown ? String(scalar) : " "
      }
    }
    return result
  }

  /// A fence ends where a line of backquotes stands; a command is one line and begins with a tool.
  private func code(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.isShown ? $0 : Unicode.Scalar(0x20) }))
  }
}

extension Unicode.Scalar {
  /// Neither moves anything nor is invisible.
  var isShown: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: self == "\u{200D}"
    default: true
    }
  }
}
