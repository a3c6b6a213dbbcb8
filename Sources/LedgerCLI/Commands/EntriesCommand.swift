import ArgumentParser
import Ledger

struct EntriesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "entries",
    abstract: "Prints the log itself, one entry a line.",
    discussion: """
      EXAMPLES
        ledger entries --from 400
        ledger entries --kind gate.bypass.v1 -o ndjson | jq .data.summary

      Each line has the entry's index and leaf; one made from a delivery has source.delivery.
      """)

  private static let page = 500

  @OptionGroup var source: SourceOptions
  @OptionGroup var output: OutputOptions
  @Option(help: "The first index.") var from: Int64 = 0
  @Option(help: "Only this kind, such as gate.verdict.v1.") var kind: String?
  @Option(name: [.customShort("L"), .long], help: "Entries; 0 for all.") var limit: Int = 0

  func validate() throws {
    guard from >= 0, limit >= 0 else {
      throw ValidationError("--from and --limit must be 0 or more")
    }
  }

  func run() async throws {
    if output.listsFields(of: EntriesCommand.columns) { return }
    let (ledger, style) = (try source.open(), try output.style())
    let columns = try style.fields.map { try Sheet.columns($0, of: EntriesCommand.columns) }
    let kind = kind ?? Configuration.text("LEDGER_KIND")
    var next = from
    var left = limit == 0 ? Int.max : limit
    Console.write(head(style, columns ?? EntriesCommand.columns))
    while left > 0, Console.hasReader {
      let entries = try await ledger.entries(
        from: next, limit: min(left, EntriesCommand.page), kind: kind)
      guard let last = entries.last?["index"]?.int else { return }
      Console.write(entries.map { text($0, style, columns) }.joined())
      next = last + 1
      left -= entries.count
    }
  }

  private static let columns: [Column] = [
    Column("#", "index", width: 7),
    Column("RECEIVED", "received", width: 27),
    Column("KIND", "kind", width: 26),
    Column(
      "", "summary",
      raw: { entry, _ in said(entry) },
      cell: { entry, _ in Cell(said(entry)) }),
  ]

  private static func said(_ entry: JSON) -> String {
    if entry.text("kind") == Kind.admissionAsked.name {
      let images = entry.at("data", "images")?.array ?? []
      return images.compactMap(\.string).joined(separator: ", ")
        + " in \(entry.text("data.namespace") ?? "?")"
    }
    return entry.text("data.summary") ?? entry.text("source.delivery") ?? ""
  }

  private func head(_ style: OutputStyle, _ columns: [Column]) -> String {
    switch style.format {
    case .md: Markdown.table(header: columns.map(\.title), rows: [])
    case .csv: Separated.csv(columns.map(\.name)) + "\n"
    case .tsv: style.showsHeader ? Separated.tsv(columns.map(\.name)) + "\n" : ""
    default: ""
    }
  }

  private func text(_ entry: JSON, _ style: OutputStyle, _ chosen: [Column]?) -> String {
    let columns = chosen ?? EntriesCommand.columns
    let look = Look(asOf: currentInstant(), zone: style.zone)
    switch style.format {
    case .json, .ndjson:
      let shown = chosen.map { entry.only($0, look) } ?? entry
      return JSONText.line(shown, isTerminal: style.isTerminal)
    case .csv: return Separated.csv(columns.map { $0.raw(entry, look) }) + "\n"
    case .tsv: return Separated.tsv(columns.map { $0.raw(entry, look) }) + "\n"
    case .md: return Markdown.row(columns.map { $0.cell(entry, look).text })
    case .table, .wide:
      return TableText.line(
        columns.map { $0.cell(entry, look) }, widths: columns.map(\.width),
        color: style.usesColor) + "\n"
    }
  }
}
