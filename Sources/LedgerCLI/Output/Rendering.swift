import Ledger

/// One answer in one form. The same answer gives the same text, whoever gave it.
struct Rendering {
  let sheet: Sheet
  let style: OutputStyle

  private var look: Look {
    Look(
      asOf: sheet.asOf, isRelative: style.isRelative, isWide: style.format == .wide,
      zone: style.zone)
  }

  /// - Throws: `Failure` for a field that is unknown.
  func text() throws -> String {
    let chosen = try style.fields.map { try Sheet.columns($0, of: sheet.columns) }
    switch style.format {
    case .json: return json(chosen)
    case .ndjson: return lines(of: items(chosen) + [trailer])
    case .csv: return separated(chosen, Separated.csv, header: true)
    case .tsv: return separated(chosen, Separated.tsv, header: style.showsHeader)
    case .md: return markdown(chosen)
    case .table, .wide: return page(chosen)
    }
  }

  // MARK: JSON

  private func json(_ chosen: [Column]?) -> String {
    guard let chosen else { return lines(of: [sheet.answer]) }
    var members = sheet.answer.object ?? [:]
    members[sheet.items] = nil
    members["items"] = .array(items(chosen))
    return lines(of: [.object(members)])
  }

  private func items(_ chosen: [Column]?) -> [JSON] {
    guard let chosen else { return sheet.answer[sheet.items]?.array ?? [] }
    return sheet.rows.map { $0.only(chosen, look) }
  }

  private var trailer: JSON {
    var members = sheet.answer.object ?? [:]
    members[sheet.items] = nil
    members["schema"] = "ledger.trailer/1"
    return .object(members)
  }

  private func lines(of values: [JSON]) -> String {
    values.map { JSONText.line($0, isTerminal: style.isTerminal) }.joined()
  }

  // MARK: for programs

  private func separated(
    _ chosen: [Column]?, _ join: ([String]) -> String, header: Bool
  ) -> String {
    let columns = chosen ?? sheet.rawColumns
    let head = header ? [join(columns.map(\.name))] : []
    let rows = sheet.rows.map { row in join(columns.map { $0.raw(row, look) }) }
    return (head + rows).map { $0 + "\n" }.joined()
  }

  // MARK: for people

  private func markdown(_ chosen: [Column]?) -> String {
    let (columns, rows) = table(chosen)
    guard !rows.isEmpty else { return "" }
    let cells = rows.map { row in columns.map { $0.cell(row, look).text } }
    return Markdown.table(header: headings(columns, chosen), rows: cells)
  }

  private func page(_ chosen: [Column]?) -> String {
    var blocks: [Block]
    if chosen == nil, let page = sheet.page {
      blocks = page(look)
    } else {
      let (columns, rows) = table(chosen)
      blocks = sheet.heading(look)
      if !rows.isEmpty {
        blocks.append(
          .table(
            TableText(
              header: headings(columns, chosen),
              rows: rows.map { row in columns.map { $0.cell(row, look) } })))
      }
    }
    guard !blocks.isEmpty else { return "" }
    if style.isTerminal { blocks += Footer.blocks(sheet, look) }
    return blocks.text(width: style.tableWidth, color: style.usesColor)
  }

  private func table(_ chosen: [Column]?) -> ([Column], [JSON]) {
    if let chosen { return (chosen, sheet.rows) }
    let (columns, rows) = sheet.overview ?? (sheet.columns, sheet.rows)
    return (columns.filter { $0.isShown(in: rows, look) }, rows)
  }

  /// A column that was asked for has a name.
  private func headings(_ columns: [Column], _ chosen: [Column]?) -> [String] {
    columns.map { $0.title.isEmpty && chosen != nil ? $0.name.uppercased() : $0.title }
  }
}

/// What stands below an answer on a terminal: how much was shown, as of when, what may be missing.
enum Footer {
  static func blocks(_ sheet: Sheet, _ look: Look) -> [Block] {
    let answer = sheet.answer
    var parts = ["as of \(look.plain(look.asOf))"]
    if let total = answer.number("total") {
      let more = answer.value("total_is_minimum") == true ? "+" : ""
      parts.insert("\(sheet.rows.count) of \(total)\(more)", at: 0)
    }
    if let complete = Instant(json: answer["deliveries_complete_to"]) {
      parts.append("deliveries complete to \(look.short(complete, besides: look.asOf))")
    } else if let last = Instant(json: answer["deliveries_to"]) {
      parts.append("last delivery \(look.short(last, besides: look.asOf))")
    }
    let next = answer.text("next_cursor").map { "        (next: --cursor \($0))" } ?? ""
    return [.line(parts.joined(separator: " · ") + next)]
      + answer.list("gaps").compactMap { gap in
        gap.text("reason").map { .line("may be incomplete: \($0)", .quiet) }
      }
  }
}
