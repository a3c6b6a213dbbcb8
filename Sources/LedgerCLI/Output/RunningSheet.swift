import Ledger

/// Services by environments: a line for each service.
enum RunningSheet {
  static func sheet(_ answer: JSON) -> Sheet {
    var sheet = Sheet(answer: answer, columns: columns, rows: cells(answer))
    sheet.overview = (matrix(answer), answer.list("items"))
    sheet.heading = { look in
      guard let at = Instant(json: answer["at"]) else { return [] }
      return [.line("At \(look.plain(at))", .quiet)]
    }
    return sheet
  }

  // MARK: a cell a row, for programs

  static let columns: [Column] = [
    Column("SERVICE", "service"), Column("ENV", "environment"),
    Column("#", "id", at: "deployment.id", .quiet),
    Column("COMMIT", "commit", at: "deployment.commit", short: Short.commit),
    Column("PR", "pull", at: "deployment.pull"),
    Column("IMAGE", "digest", at: "deployment.digest", short: Short.digest),
    Column("REVISION", "revision", at: "deployment.revision"),
    .person("BY", "by", at: "deployment.actor"),
    .time("SINCE", "since"),
    Column("NEWEST", "newest_id", at: "newest.id"),
    Column(
      "NEWEST OUTCOME", "newest_outcome", raw: { row, _ in row.text("newest.outcome") ?? "" },
      cell: { row, _ in
        row.value("newest").map { Outcome.cell($0.text("outcome")) } ?? Cell(nil)
      }),
    Column("INSTANCES", "instances", at: "observed.instances"),
    list("OBSERVED IMAGES", "observed_digests", at: "observed.digests", short: Short.digest),
    list("OBSERVED REVISIONS", "observed_revisions", at: "observed.revisions") { $0 },
    Column("BEHIND", "behind", at: "behind.than"),
    Column("PULLS", "behind_pulls", at: "behind.pulls"),
    Column("COMMITS", "behind_commits", at: "behind.commits"),
    Column("DRIFT", "drift"),
  ]

  private static func list(
    _ title: String, _ name: String, at path: String,
    short: @escaping @Sendable (String?) -> String?
  ) -> Column {
    Column(
      title, name, raw: { row, _ in row.list(path).compactMap(\.string).joined(separator: ",") },
      cell: { row, _ in
        let texts = row.list(path).compactMap { short($0.string) }
        return Cell(texts.isEmpty ? nil : texts.joined(separator: ","))
      })
  }

  private static func cells(_ answer: JSON) -> [JSON] {
    answer.list("items").flatMap { item in
      item.list("cells").map { cell in
        let isLast = item.text("behind.environment") == cell.text("environment")
        return cell.with([
          "service": item["service"] ?? .null,
          "behind": isLast ? item["behind"] ?? .null : .null,
        ])
      }
    }
  }

  // MARK: a service a row, for people

  private static func matrix(_ answer: JSON) -> [Column] {
    let items = answer.list("items")
    let environments = answer.list("environments").compactMap(\.string)
    let pair = environments.count < 2 ? nil : Pair(environments.suffix(2))
    return [Column("SERVICE", "service")] + environments.map { column(of: $0, items) } + [
      shown(pair?.title ?? "BEHIND") { item, _ in behind(item, pair) },
      shown("") { item, _ in Cell(drift(item) ?? "", .waiting) },
    ]
  }

  private static func shown(
    _ title: String, cell: @escaping @Sendable (JSON, Look) -> Cell
  ) -> Column {
    Column(title, title, use: .whenFilled, raw: { cell($0, $1).text }, cell: cell)
  }

  private static func column(of environment: String, _ items: [JSON]) -> Column {
    let cells = items.compactMap { MatrixCellText(in: environment, $0) }
    return shown(environment) { item, look in
      let width = cells.map { Text.width($0.age(look)) }.max() ?? 0
      return MatrixCellText(in: environment, item)?.cell(look, ageWidth: width) ?? Cell(nil)
    }
  }

  /// The last two environments: most services go that way.
  private struct Pair: Sendable {
    let than, environment: String

    init?(_ names: ArraySlice<String>) {
      guard let first = names.first, let last = names.last else { return nil }
      (than, environment) = (first, last)
    }

    var title: String { "\(environment) behind \(than)".uppercased() }
  }

  private static func behind(_ item: JSON, _ pair: Pair?) -> Cell {
    guard let behind = item.value("behind") else { return Cell(nil) }
    let isUsual =
      behind.text("environment") == pair?.environment && behind.text("than") == pair?.than
    let which =
      isUsual
      ? "" : " (\(behind.text("environment") ?? "?") behind \(behind.text("than") ?? "?"))"
    guard let distance = distance(behind) else {
      return Cell("? \(behind.text("reason") ?? "unknown")\(which)", .waiting)
    }
    return Cell(distance + which)
  }

  private static func distance(_ behind: JSON) -> String? {
    let parts = [
      behind.number("commits").map { counted($0, "commit") },
      behind.number("pulls").map { counted($0, "PR") },
    ].compactMap(\.self)
    guard !parts.isEmpty else { return nil }
    let isNothing = (behind.number("commits") ?? 0) + (behind.number("pulls") ?? 0) == 0
    return isNothing ? "0" : parts.joined(separator: ", ")
  }

  private static func drift(_ item: JSON) -> String? {
    let drifts = item.list("cells").compactMap { cell in
      cell.text("drift").map { "\(cell.text("environment") ?? "?") \($0)" }
    }
    return drifts.isEmpty ? nil : "? drift: " + drifts.joined(separator: "; ")
  }
}

func counted(_ count: Int64, _ word: String) -> String {
  count == 1 ? "1 \(word)" : "\(count) \(word)s"
}

/// `9f3c2ab 12m ✓`: what runs, for how long, and how the newest attempt went. What is seen there and
/// was not deployed has a `?`.
private struct MatrixCellText: Sendable {
  private let cell: JSON

  init?(in environment: String, _ item: JSON) {
    guard
      let cell = item.list("cells").first(where: { $0.text("environment") == environment })
    else { return nil }
    self.cell = cell
  }

  private var line: JSON? { cell.value("deployment") ?? cell.value("newest") }

  func age(_ look: Look) -> String {
    look.age(cell.text("since") ?? line?.text("at")) ?? ""
  }

  func cell(_ look: Look, ageWidth: Int) -> Cell {
    let what =
      Short.commit(line?.text("commit")) ?? Short.digest(line?.text("digest"))
      ?? line?.text("revision") ?? observed ?? "?"
    let (symbol, tone) = state
    return Cell("\(what) \(Text.padded(age(look), to: ageWidth)) \(symbol)", tone)
  }

  private var observed: String? {
    Short.digest(cell.list("observed.digests").first?.string)
      ?? cell.list("observed.revisions").first?.string
  }

  private var state: (String, Cell.Tone) {
    if cell.text("drift") != nil || line == nil { return ("?", .waiting) }
    let told = cell.value("newest") ?? line
    let outcome = Outcome.cell(told?.text("outcome"))
    return (String(outcome.text.prefix(1)), outcome.tone)
  }
}
