import Ledger
import Reports

/// The history in every form that `-o` offers.
struct HistoryText {
  let page: HistoryPage
  let style: OutputStyle

  func print() {
    switch style.format {
    case .table: printTable(isWide: false)
    case .wide: printTable(isWide: true)
    case .json: Console.write(page.json.canonicalBytes + [10])
    case .ndjson: printNDJSON()
    case .csv: printRaw(Separated.csv, header: true)
    case .tsv: printRaw(Separated.tsv, header: style.showsHeader)
    }
  }

  private func printNDJSON() {
    for row in page.rows { Console.write(row.json.canonicalBytes + [10]) }
    guard case .object(var trailer) = page.json else { return }
    trailer["items"] = nil
    trailer["schema"] = "ledger.trailer/1"
    Console.write(JSON.object(trailer).canonicalBytes + [10])
  }

  // MARK: raw columns

  private static let rawHeader = [
    "id", "at", "outcome", "service", "environment", "commit", "pull", "digest", "revision", "by",
    "took_seconds", "kind", "note", "repository",
  ]

  private func printRaw(_ join: ([String]) -> String, header: Bool) {
    if header { Console.write(join(HistoryText.rawHeader) + "\n") }
    for row in page.rows { Console.write(join(HistoryText.raw(row)) + "\n") }
  }

  private static func raw(_ row: HistoryRow) -> [String] {
    [
      String(row.entry), row.at.description, row.outcome ?? "", row.service ?? "",
      row.environment ?? "", row.commit ?? "", row.pull.map(String.init) ?? "", row.digest ?? "",
      row.revision ?? "", row.by ?? "", row.tookSeconds.map(String.init) ?? "", row.kind,
      row.note ?? "", row.repository.name,
    ]
  }

  // MARK: table

  private func printTable(isWide: Bool) {
    guard !page.rows.isEmpty else { return }
    let columns = Column.all.filter { $0.isShown(in: page.rows, isWide) }
    let table = TableText(
      header: columns.map(\.title),
      rows: page.rows.map { row in columns.map { $0.cell(row, style, page.asOf, isWide) } })
    let width = !style.cutsCells || isWide || !Console.isTerminal ? nil : Console.width
    for line in table.lines(width: width, color: style.usesColor) { Console.write(line + "\n") }
    if Console.isTerminal { printFooter() }
  }

  private func printFooter() {
    var parts = ["\(page.rows.count) of \(page.total)", "as of \(page.asOf)"]
    if let last = page.deliveriesTo { parts.append("last delivery \(last)") }
    let next = page.nextCursor.map { "        (next: --cursor \($0))" } ?? ""
    Console.write(parts.joined(separator: " · ") + next + "\n")
  }

  private struct Column: Sendable {
    let title: String
    let cell: @Sendable (HistoryRow, OutputStyle, Instant, Bool) -> Cell
    var isShown: @Sendable ([HistoryRow], Bool) -> Bool = { _, _ in true }

    func isShown(in rows: [HistoryRow], _ isWide: Bool) -> Bool { isShown(rows, isWide) }

    static let all: [Column] = [
      Column(title: "#") { row, _, _, _ in Cell(String(row.entry), .quiet) },
      Column(title: "WHEN") { row, style, asOf, _ in
        Cell(
          style.showsRelative ? When.relative(row.at, to: asOf) : row.at.description, .plain)
      },
      Column(
        title: "KIND", cell: { row, _, _, _ in Cell(row.kind) },
        isShown: { rows, isWide in isWide || rows.contains { $0.kind != "deploy" } }),
      Column(title: "OUTCOME") { row, _, _, _ in row.outcomeCell },
      Column(title: "SERVICE") { row, _, _, _ in Cell(row.service) },
      Column(title: "ENV") { row, _, _, _ in Cell(row.environment) },
      Column(title: "COMMIT") { row, _, _, isWide in
        Cell(row.commit.map { isWide ? $0 : String($0.prefix(7)) })
      },
      Column(title: "PR") { row, _, _, _ in Cell(row.pull.map { "#\($0)" }) },
      Column(title: "IMAGE") { row, _, _, isWide in
        Cell(row.digest.map { isWide ? $0 : String($0.dropFirst(7).prefix(12)) })
      },
      Column(title: "REVISION") { row, _, _, _ in Cell(row.revision) },
      Column(title: "BY") { row, _, _, _ in Cell(row.by) },
      Column(title: "TOOK") { row, _, _, _ in Cell(row.tookSeconds.map(When.duration)) },
      Column(
        title: "REPOSITORY", cell: { row, _, _, _ in Cell(row.repository.name) },
        isShown: { _, isWide in isWide }),
      Column(
        title: "", cell: { row, _, _, _ in Cell(row.note ?? "", .quiet) },
        isShown: { rows, _ in rows.contains { $0.note != nil } }),
    ]
  }
}

extension HistoryRow {
  /// The login, or the number of someone whose name is not known.
  fileprivate var by: String? { actor ?? actorID.map { "id:\($0)" } }

  fileprivate var outcomeCell: Cell {
    switch outcome {
    case "success", "verified", "pushed", "published", "released", "prereleased", "created":
      Cell("✓ \(outcome ?? "")", .good)
    case "failure", "error", "bypass", "timed_out", "startup_failure":
      Cell("✗ \(outcome ?? "")", .bad)
    case "rolled-back": Cell("↺ rolled back", .waiting)
    case "in_progress", "queued", "pending", "requested", "waiting":
      Cell("● \(outcome ?? "")", .waiting)
    case nil where kind == "merge": Cell("✓ merged", .plain)
    case nil: Cell("? unknown", .waiting)
    case let word?: Cell("⊘ \(word)", .quiet)
    }
  }
}
