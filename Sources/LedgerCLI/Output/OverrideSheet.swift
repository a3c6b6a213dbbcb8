import Ledger

/// The list of overrides.
enum OverrideSheet {
  static func sheet(_ answer: JSON) -> Sheet {
    Sheet(answer: answer, columns: columns, rows: answer.list("items"))
  }

  static let columns: [Column] = [
    Column("#", "entry"),
    Column(
      "STATE", "state", raw: { row, _ in row.text("state") ?? "" },
      cell: { row, _ in Outcome.cell(row.text("state")) }),
    Column("GATE", "gate"),
    Column(
      "WHAT", "what", raw: { row, _ in OverrideText.what(row) },
      cell: { row, _ in Cell(OverrideText.what(row)) }),
    Column("REASON", "reason"), Column("BY", "by"), .time("MADE", "made_at"),
    .time("UNTIL", "expires_at"), .time("ENDED", "ended_at", use: .whenFilled),
    Column("DECISION", "decision", .quiet),
  ]
}

enum OverrideText {
  /// `acme/api#1287 9f3c2ab`, `api@prod 6c62fb45fe66`
  static func what(_ item: JSON) -> String {
    if let pull = item.text("pull") {
      let name = item.text("repository.name") ?? item.text("repository.id") ?? ""
      return "\(name)#\(pull) \(Short.commit(item.text("head_sha")) ?? "")"
    }
    let place = "\(item.text("service") ?? "")@\(item.text("environment") ?? "")"
    return "\(place) \(Short.digest(item.text("digest")) ?? "")"
  }

  static func line(_ item: JSON) -> String {
    let head = "override #\(item.text("entry") ?? "")  \(what(item))"
    let state = item.text("state") ?? ""
    let end =
      state == "active"
      ? "active until \(item.text("expires_at") ?? "")"
      : "\(state) at \(item.text("ended_at") ?? item.text("expires_at") ?? "")"
    return Text.safe("\(head)  \(end)  \(item.text("reason") ?? "")") + "\n"
  }
}
