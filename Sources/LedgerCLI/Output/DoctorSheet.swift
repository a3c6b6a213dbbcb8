import Ledger

/// What may be wrong, and what to do about it.
enum DoctorSheet {
  static func sheet(_ answer: JSON) -> Sheet {
    var sheet = Sheet(answer: answer, columns: columns, rows: answer.list("checks"))
    sheet.items = "checks"
    sheet.page = { _ in answer.list("checks").flatMap(blocks) }
    return sheet
  }

  static func hasProblem(_ answer: JSON) -> Bool {
    answer.list("checks").contains { $0.text("state") == "problem" }
  }

  static let columns: [Column] = [
    Column("CHECK", "name"),
    Column(
      "STATE", "state", raw: { row, _ in row.text("state") ?? "" },
      cell: { row, _ in Outcome.cell(row.text("state")) }),
    Column("DETAIL", "detail"), Column("HINT", "hint"),
    Column(
      "ITEMS", "items",
      raw: { row, _ in row.list("items").compactMap(\.string).joined(separator: "; ") },
      cell: { row, _ in
        Cell(row.list("items").compactMap(\.string).joined(separator: "; "))
      }),
  ]

  private static func blocks(_ check: JSON) -> [Block] {
    let state = Outcome.cell(check.text("state"))
    let head = Block.line([
      Cell(Text.padded(state.text, to: 10), state.tone),
      Cell(Text.padded(check.text("name") ?? "", to: 22)), Cell(check.text("detail") ?? ""),
    ])
    let items = check.list("items").compactMap(\.string).map { Block.line("            \($0)") }
    let hint = check.text("hint").map { Block.line("            hint: \($0)", .quiet) }
    return [head] + items + [hint].compactMap(\.self)
  }
}

/// Names to complete, one a row.
enum NamesSheet {
  private static let kinds = [
    ("services", "service"), ("environments", "environment"), ("repositories", "repository"),
    ("kinds", "kind"),
  ]

  static let columns: [Column] = [Column("KIND", "kind"), Column("NAME", "name")]

  static func sheet(_ answer: JSON) -> Sheet {
    let rows = kinds.flatMap { member, kind in
      answer.list(member).map { JSON.object(["kind": .string(kind), "name": $0]) }
    }
    var sheet = Sheet(answer: answer, columns: columns, rows: rows)
    sheet.items = "names"
    return sheet
  }
}
