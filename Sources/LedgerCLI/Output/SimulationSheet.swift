import Ledger

/// Where two policies differ.
enum SimulationSheet {
  static func sheet(_ answer: JSON) -> Sheet {
    Sheet(answer: answer, columns: columns, rows: answer.list("items"))
  }

  static func changes(_ answer: JSON) -> JSON {
    answer.with(["items": .array(answer.list("items").filter { $0.text("change") != nil })])
  }

  static let columns: [Column] = [
    Column(
      "PR", "pull", raw: { row, _ in pull(row) }, cell: { row, _ in Cell(pull(row)) }),
    .time("MERGED", "merged_at"), outcome("WAS", "was"), outcome("WOULD BE", "would_be"),
    Column("WHY", "why", raw: { row, _ in why(row) }, cell: { row, _ in Cell(why(row)) }),
    Column("ENTRY", "entry", .quiet),
  ]

  private static func outcome(_ title: String, _ name: String) -> Column {
    Column(
      title, name, raw: { row, _ in row.text(name) ?? "" },
      cell: { row, _ in Outcome.cell(row.text(name)) })
  }

  private static func pull(_ row: JSON) -> String {
    "\(row.text("repository.name") ?? row.text("repository.id") ?? "")#\(row.text("pull") ?? "")"
  }

  private static func why(_ row: JSON) -> String {
    row.list("why").compactMap(\.string).joined(separator: "; ")
  }

  /// `132 merges: 3 would have been denied, 1 would have been allowed`
  static func totals(_ answer: JSON) -> String {
    func count(_ name: String) -> Int64 { answer.number(name) ?? 0 }
    let merges = "\(count("merges")) merge\(count("merges") == 1 ? "" : "s")"
    let open = "\(count("open")) open"
    let cut = answer["cut"] == true ? "; there are more, which were not looked at" : ""
    return "\(merges): \(count("denied")) would have been denied, "
      + "\(count("allowed")) would have been allowed; "
      + "\(open): \(count("open_denied")) would be denied, "
      + "\(count("open_allowed")) would be allowed\(cut)"
  }
}
