import Ledger

/// A cell of a table, and how it is coloured where colours are wanted.
struct Cell {
  enum Tone { case plain, good, bad, waiting, quiet }
  private(set) var text: String
  let tone: Tone

  init(_ text: String?, _ tone: Tone = .plain) {
    self.text = text.map(Text.safe) ?? "-"
    self.tone = tone
  }

  func shown(color: Bool) -> String { color && !text.isEmpty ? tone.colored(text) : text }

  func shortened(to width: Int) -> Cell {
    var cell = self
    cell.text = Text.shortened(text, to: width)
    return cell
  }
}

/// Columns set in line, cut to the width of the terminal.
struct TableText {
  let header: [String]
  let rows: [[Cell]]
  var hasHeader = true

  /// Below this a cell says nothing any more.
  private static let narrowest = 8

  /// Where all columns have no room, the last ones are left out.
  ///
  /// - Parameter width: `nil` for as wide as needed.
  func lines(width: Int?, color: Bool) -> [String] {
    let widths = fitted(to: width)
    let head = line(heading, widths, color: color)
    return (hasHeader ? [head] : []) + rows.map { line($0, widths, color: color) }
  }

  /// Rows of columns of these widths, where what follows is not known yet: nothing is cut.
  static func line(_ cells: [Cell], widths: [Int], color: Bool) -> String {
    let parts = zip(cells, widths).map { cell, width in
      cell.shown(color: color) + Text.padding(cell.text, to: width)
    }
    return ("  " + parts.joined(separator: "  ")).trimmedEnd
  }

  private var heading: [Cell] { header.map { Cell($0, .quiet) } }

  private func fitted(to width: Int?) -> [Int] {
    var natural = heading.map { Text.width($0.text) }
    for row in rows {
      for (column, cell) in row.enumerated() {
        natural[column] = max(natural[column], Text.width(cell.text))
      }
    }
    guard let width else { return natural }
    for count in stride(from: natural.count, to: 1, by: -1) {
      let widths = TableText.shrunk(natural.prefix(count), to: width, TableText.narrowest)
      if TableText.total(widths) <= width { return widths }
    }
    return TableText.shrunk(natural.prefix(1), to: width, 1)
  }

  private static func shrunk(_ natural: ArraySlice<Int>, to width: Int, _ floor: Int) -> [Int] {
    var widths = Array(natural)
    while total(widths) > width, let widest = widths.max(), widest > floor,
      let column = widths.lastIndex(of: widest)
    { widths[column] -= 1 }
    return widths
  }

  /// Two spaces stand before each column.
  private static func total(_ widths: [Int]) -> Int { widths.reduce(2 * widths.count, +) }

  private func line(_ cells: [Cell], _ widths: [Int], color: Bool) -> String {
    let fitted = zip(cells, widths).map { $0.shortened(to: $1) }
    return TableText.line(fitted, widths: widths, color: color)
  }
}

extension String {
  var trimmedEnd: String {
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
    fields.map(escaped).joined(separator: "\t")
  }

  /// RFC 4180, and a record is always one line: line ends within a field are escaped.
  static func csv(_ fields: [String]) -> String {
    fields.map { field in
      let text = escaped(field)
      let needsQuotes = text.utf8.contains { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: ",") }
      return needsQuotes ? "\"\(doubled(text))\"" : text
    }.joined(separator: ",")
  }

  private static func escaped(_ field: String) -> String {
    Text.safe(field.replacing(exactly: "\\", with: "\\\\"))
  }

  /// Scalar by scalar: a mark may follow a quote and make one character with it.
  private static func doubled(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      result.append(scalar)
      if scalar == "\"" { result.append(scalar) }
    }
    return String(result)
  }
}
