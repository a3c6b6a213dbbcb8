import Ledger

/// The chain from a pull request to what runs.
enum TraceSheet {
  static func sheet(_ answer: JSON) -> Sheet {
    let missing = answer.list("missing").map { $0.with(["outcome": "missing"]) }
    var sheet = Sheet(answer: answer, columns: columns, rows: answer.list("items") + missing)
    sheet.page = { page(answer, $0) }
    return sheet
  }

  static let columns: [Column] = [
    Column("STAGE", "stage"), Column("NODE", "node"),
    Column(
      "OUTCOME", "outcome",
      raw: { row, _ in
        row.text("outcome") ?? row.text("line.outcome") ?? row.text("gate.result")
          ?? row.text("instance.status") ?? ""
      },
      cell: { row, _ in
        row.text("outcome") == nil ? NodeText(row).state : Cell("? missing", .waiting)
      }),
    Column("SERVICE", "service", at: "line.service"),
    Column("ENV", "environment", at: "line.environment"),
    Column(
      "WHEN", "at", raw: { row, look in look.raw(NodeText(row).at) },
      cell: { row, look in Cell(look.time(NodeText(row).at)) }),
    Column(
      "BY", "by", raw: { row, _ in NodeText(row).who ?? "" },
      cell: { row, _ in Cell(NodeText(row).who) }),
    Column(
      "#", "entry", raw: { row, _ in NodeText(row).entry ?? "" },
      cell: { row, _ in Cell(NodeText(row).entry, .quiet) }),
    Column(
      "", "note", raw: { row, _ in note(row) ?? "" }, cell: { row, _ in Cell(note(row) ?? "") }),
  ]

  private static func note(_ row: JSON) -> String? {
    row.text("reason") ?? row.text("line.note") ?? row.text("gate.summary")
      ?? row.text("instance.note")
  }

  // MARK: for people

  private static func page(_ answer: JSON, _ look: Look) -> [Block] {
    let ladder = Ladder(answer.list("items"), answer.list("links"))
    let missing = answer.list("missing")
    let table = TableText(
      header: ["", "", "", "", "", ""],
      rows: ladder.rungs.map { cells($0, look) } + missing.map(cells), hasHeader: false)
    let gaps: Block =
      missing.isEmpty
      ? .line("✓ no gap", .good) : .line("? \(counted(Int64(missing.count), "gap"))", .waiting)
    return [.line("Trace of \(answer.text("reference") ?? "?")"), .table(table), gaps]
  }

  private static func cells(_ rung: Ladder.Rung, _ look: Look) -> [Cell] {
    let node = NodeText(rung.item)
    return [
      Cell("\(rung.branch)\(node.symbol.text) \(node.stage)", node.symbol.tone), Cell(node.id),
      Cell(node.what), Cell(node.who ?? "", .quiet), Cell(look.time(node.at) ?? ""),
      Cell(node.entry.map { "#\($0)" } ?? "", .quiet),
    ]
  }

  private static func cells(_ missing: JSON) -> [Cell] {
    [
      Cell("? \(missing.text("stage") ?? "")", .waiting), Cell(nil),
      Cell(missing.text("reason") ?? "", .waiting), Cell(""), Cell(""), Cell(""),
    ]
  }
}
