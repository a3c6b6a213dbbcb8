/// A cell of a table, and how it is coloured where colours are wanted.
struct Cell {
  enum Tone { case plain, good, bad, waiting, quiet }
  let text: String
  let tone: Tone

  init(_ text: String?, _ tone: Tone = .plain) {
    self.text = text.map(Text.safe) ?? "-"
    self.tone = tone
  }
}

/// Columns set in line, cut to the width of the terminal.
struct TableText {
  let header: [String]
  let rows: [[Cell]]

  /// - Parameter width: `nil` for as wide as needed.
  func lines(width: Int?, color: Bool) -> [String] {
    let widths = fitted(to: width)
    let head = line(header.map { Cell($0, .quiet) }, widths, color: color)
    return [head] + rows.map { line($0, widths, color: color) }
  }

  private func fitted(to width: Int?) -> [Int] {
    var widths = header.map(Text.width)
    for row in rows {
      for (column, cell) in row.enumerated() {
        widths[column] = max(widths[column], Text.width(cell.text))
      }
    }
    guard let width else { return widths }
    let gaps = 2 * widths.count
    while widths.reduce(gaps, +) > width,
      let widest = widths.indices.max(by: { widths[$0] < widths[$1] }),
      widths[widest] > 8
    { widths[widest] -= 1 }
    return widths
  }

  private func line(_ cells: [Cell], _ widths: [Int], color: Bool) -> String {
    let parts = zip(cells, widths).map { cell, width in
      let text = Text.padded(Text.shortened(cell.text, to: width), to: width)
      return color ? cell.tone.colored(text) : text
    }
    return ("  " + parts.joined(separator: "  ")).trimmedEnd
  }
}

extension String {
  fileprivate var trimmedEnd: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}

extension Cell.Tone {
  func colored(_ text: String) -> String {
    switch self {
    case .plain: text
    case .good: "\u{1B}[32m\(text)\u{1B}[0m"
    case .bad: "\u{1B}[31m\(text)\u{1B}[0m"
    case .waiting: "\u{1B}[33m\(text)\u{1B}[0m"
    case .quiet: "\u{1B}[2m\(text)\u{1B}[0m"
    }
  }
}

/// Raw columns for programs.
enum Separated {
  /// One TAB between fields; TABs, line ends and backslashes within one are escaped.
  static func tsv(_ fields: [String]) -> String {
    fields.map(Text.safe).joined(separator: "\t")
  }

  /// RFC 4180.
  static func csv(_ fields: [String]) -> String {
    fields.map { field in
      let needsQuotes = field.contains { "\",\r\n".contains($0) }
      return needsQuotes ? "\"\(field.replacing("\"", with: "\"\""))\"" : field
    }.joined(separator: ",")
  }
}
