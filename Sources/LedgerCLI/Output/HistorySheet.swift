import Ledger

/// Lines of the history.
enum HistorySheet {
  static func sheet(_ answer: JSON) -> Sheet {
    Sheet(answer: answer, columns: columns, rows: answer.list("items"), order: order)
  }

  /// As programs get them: new ones come last.
  static let order = [
    "id", "at", "outcome", "service", "environment", "commit", "pull", "digest", "revision", "by",
    "took_seconds", "kind", "note", "repository", "previous_revision", "conflict",
  ]

  static let columns: [Column] = [
    Column("#", "id", width: 5, .quiet),
    .time("WHEN", "at"),
    Column(
      "KIND", "kind", use: .when { $0.contains { $0.text("kind") != "deploy" } }, width: 7,
      raw: { row, _ in row.text("kind") ?? "" },
      cell: { row, _ in Cell(row.text("kind")) }),
    Column(
      "OUTCOME", "outcome", width: 14, raw: { row, _ in row.text("outcome") ?? "" },
      cell: { row, _ in outcome(row) }),
    Column("SERVICE", "service", width: 10),
    Column("ENV", "environment", width: 10),
    Column("COMMIT", "commit", width: 7, short: Short.commit),
    Column(
      "PR", "pull", width: 6, raw: { row, _ in row.text("pull") ?? "" },
      cell: { row, _ in Cell(Short.pull(row.text("pull"))) }),
    Column("IMAGE", "digest", width: 12, short: Short.digest),
    Column(
      "REVISION", "revision", use: .whenFilled, width: 10,
      raw: { row, _ in row.text("revision") ?? "" }, cell: { row, _ in Cell(revision(row)) }),
    .person("BY", "by", at: "actor"),
    Column(
      "TOOK", "took_seconds", width: 7, raw: { row, _ in row.text("took_seconds") ?? "" },
      cell: { row, _ in Cell(row.number("took_seconds").map(When.duration)) }),
    Column("REPOSITORY", "repository", at: "repository.name", use: .wide, width: 16),
    Column(
      "", "note", use: .whenFilled, width: 0, raw: { row, _ in row.text("note") ?? "" },
      cell: { row, _ in Cell(note(row), .quiet) }),
    Column("PREVIOUS", "previous_revision", use: .onRequest),
    Column("CONFLICT", "conflict", use: .onRequest),
  ]

  /// What a report contradicts is marked, and explained behind.
  static func outcome(_ row: JSON) -> Cell {
    let cell = Outcome.cell(row.text("outcome"), kind: row.text("kind"))
    return row.text("conflict") == nil ? cell : Cell("\(cell.text) !", .waiting)
  }

  private static func note(_ row: JSON) -> String {
    [row.text("conflict").map { "! \($0)" }, row.text("note")].compactMap(\.self)
      .joined(separator: " · ")
  }

  /// `api:56→55`: from what to what it was rolled back.
  static func revision(_ row: JSON) -> String? {
    guard let revision = row.text("revision"), row.text("outcome") == "rolled-back",
      let previous = row.text("previous_revision"), previous != revision
    else { return row.text("revision") }
    let (old, new) = (previous.split(separator: ":"), revision.split(separator: ":"))
    let isOneFamily = old.count == 2 && new.count == 2 && old[0] == new[0]
    return "\(previous)→\(isOneFamily ? String(new[1]) : revision)"
  }
}
