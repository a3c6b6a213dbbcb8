import Ledger

/// Part of a page for people.
enum Block {
  /// Spans, one after the other.
  case line([Cell])
  case table(TableText)

  static func line(_ text: String, _ tone: Cell.Tone = .plain) -> Block {
    .line([Cell(text, tone)])
  }
}

extension [Block] {
  /// - Parameter width: of tables; `nil` for as wide as needed.
  func text(width: Int?, color: Bool) -> String {
    flatMap { block -> [String] in
      switch block {
      case .line(let cells): [cells.map { $0.shown(color: color) }.joined().trimmedEnd]
      case .table(let table): table.lines(width: width, color: color)
      }
    }.map { $0 + "\n" }.joined()
  }
}

/// An answer, and how it is shown in each form that `-o` offers.
struct Sheet {
  let answer: JSON
  let columns: [Column]
  let rows: [JSON]
  /// The names of the columns as programs get them; all of them in their order by default.
  var order: [String] = []
  /// What people see in a table instead of the rows.
  var overview: (columns: [Column], rows: [JSON])?
  /// What stands above the table.
  var heading: (Look) -> [Block] = { _ in [] }
  /// What people see instead of a table.
  var page: ((Look) -> [Block])?
  /// The member that ndjson gives one by one.
  var items = "items"

  var asOf: Instant { Instant(json: answer["as_of"]) ?? Instant(microseconds: 0) }

  /// For programs.
  var rawColumns: [Column] {
    order.isEmpty ? columns : order.compactMap { name in columns.first { $0.name == name } }
  }

  /// - Throws: `Failure` for a name that no column has.
  static func columns(_ names: [String], of columns: [Column]) throws -> [Column] {
    try names.map { name in
      guard let column = columns.first(where: { $0.name == name }) else {
        throw Failure.usage(
          "--fields \(name) is unknown",
          hint: "Known are: \(columns.map(\.name).joined(separator: ", "))")
      }
      return column
    }
  }
}
