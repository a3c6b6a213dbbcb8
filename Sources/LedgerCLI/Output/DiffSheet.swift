import Ledger

/// What lies between two references.
enum DiffSheet {
  static func sheet(_ answer: JSON) -> Sheet {
    var sheet = Sheet(answer: answer, columns: columns, rows: answer.list("pulls"))
    sheet.items = "pulls"
    sheet.page = { page(answer, $0) }
    return sheet
  }

  static let columns: [Column] = [
    Column(
      "PR", "number", raw: { row, _ in row.text("number") ?? "" },
      cell: { row, _ in Cell(Short.pull(row.text("number"))) }),
    Column("REPOSITORY", "repository", at: "repository.name"),
    .time("MERGED", "merged_at"),
    .person("BY", "merged_by", at: "merged_by"),
    .person("AUTHOR", "author", at: "author"),
    Column("COMMIT", "merge_sha", short: Short.commit),
  ]

  // MARK: for people

  private static func page(_ answer: JSON, _ look: Look) -> [Block] {
    let pulls = answer.list("pulls")
    let rows = pulls.map { pull in columns.map { $0.cell(pull, look) } }
    let table = Block.table(TableText(header: columns.map(\.title), rows: rows))
    return [.line(heading(answer)), side(answer, "from", look), side(answer, "to", look)]
      + (pulls.isEmpty ? [] : [table]) + authors(answer)
  }

  private static func heading(_ answer: JSON) -> [Cell] {
    let names = ["from", "to"].map { answer.text("\($0).reference") ?? "?" }
    let count = counted(Int64(answer.list("pulls").count), "pull request")
    let (word, tone): (String, Cell.Tone) =
      switch answer.text("direction") {
      case "forward": ("forward, \(count)", .good)
      case "backward": ("↺ backward, \(count) taken back", .waiting)
      case "same": ("the same commit", .quiet)
      default: ("? unknown: \(answer.text("reason") ?? "no reason is known")", .waiting)
      }
    return [Cell(names.joined(separator: " → ") + "   "), Cell(word, tone)]
  }

  private static func side(_ answer: JSON, _ name: String, _ look: Look) -> Block {
    let line = answer.value("\(name).deployment")
    let parts: [String?] = [
      line?.text("id").map { "#\($0)" },
      Short.commit(answer.text("commits.\(name)")).map { "commit \($0)" },
      answer.text("revisions.\(name)"),
      Short.digest(answer.text("digests.\(name)")).map { "image \($0)" },
      line?.person("actor").map { "by \($0)" }, look.both(line?.text("at")),
    ]
    return .line([
      Cell("  \(Text.padded(name, to: 5))", .quiet),
      Cell(parts.compactMap(\.self).joined(separator: "  ")),
    ])
  }

  private static func authors(_ answer: JSON) -> [Block] {
    let names = answer.list("authors").compactMap { author in
      author.string ?? author.text("login") ?? author.text("id").map { "id:\($0)" }
    }
    return names.isEmpty ? [] : [.line("by \(names.joined(separator: ", "))", .quiet)]
  }
}
