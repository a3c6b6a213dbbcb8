import Ledger
import Reports

/// The list of tokens.
enum TokenSheet {
  /// Of a hash, where people look at it.
  static let digits = 12

  static func sheet(_ list: TokenList) -> Sheet {
    Sheet(answer: list.json, columns: columns, rows: list.json.list("items"))
  }

  static let columns: [Column] = [
    Column("NAME", "name"), Column("SCOPE", "scope"),
    Column(
      "REPOSITORIES", "repositories", raw: { row, _ in repositories(row) ?? "" },
      cell: { row, _ in Cell(repositories(row) ?? "all") }),
    .time("MADE", "made_at"),
    Column(
      "REVOKED", "revoked_at", raw: { row, look in look.raw(row.text("revoked_at")) },
      cell: { row, look in Cell(look.time(row.text("revoked_at")), .bad) }),
    Column("HASH", "hash", .quiet) { $0.map { String($0.prefix(digits)) } },
  ]

  /// `nil` for all.
  private static func repositories(_ row: JSON) -> String? {
    row.value("repositories").map { _ in
      row.list("repositories").compactMap { $0.text("name") ?? $0.text("id") }
        .joined(separator: ",")
    }
  }
}
