import ArgumentParser
import Ledger
import Synchronization

struct FollowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "follow",
    abstract: "Waits for what happens, and prints it as lines of the history.",
    discussion: """
      EXAMPLES
        ledger follow -e production
        ledger follow --kind deploy -o ndjson --server https://ledger.example.com
        ledger follow --after 418

      A connection that breaks is made again, and nothing is missed. Ctrl-C ends it, and so does \
      who reads it (| head) and leaves.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var places: PlaceFilters
  @OptionGroup var kinds: KindFilter
  @Option(help: "Begin with what came after this entry. Default: with what comes") var after: Int64?

  func validate() throws {
    guard after ?? 0 >= 0 else { throw ValidationError("--after must be 0 or more") }
  }

  func run() async throws {
    if output.listsFields(of: HistorySheet.columns) { return }
    let after = try after ?? Configuration.parsed("LEDGER_AFTER")
    let parameters =
      places.parameters + kinds.parameters + (after.map { [("after", String($0))] } ?? [])
    try await LiveRows(try output.style()).run(try source.open(), parameters) { [] }
  }
}

/// Lines of the history one by one, as they come.
struct LiveRows: Sendable {
  private let style: OutputStyle

  init(_ style: OutputStyle) { self.style = style }

  /// Until nobody reads it any more: the next line, which would show that, may be days away.
  ///
  /// - Parameter first: what is printed once nothing can be missed any more.
  func run(
    _ ledger: any LedgerSource, _ parameters: [(String, String)],
    first: @escaping @Sendable () async throws -> [JSON]
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await follow(ledger, parameters, first: first) }
      group.addTask { while Console.hasReader { try await Task.sleep(for: .seconds(1)) } }
      _ = try await group.next()
      group.cancelAll()
    }
  }

  private func follow(
    _ ledger: any LedgerSource, _ parameters: [(String, String)],
    first: @escaping @Sendable () async throws -> [JSON]
  ) async throws {
    let rows = try LiveText(style)
    // A line that came while the first ones were read is among them, too.
    let seen = Mutex<Set<JSON>>([])
    try await ledger.follow(parameters) { event in
      switch event {
      case .opened:
        let page = try await first()
        seen.withLock { $0 = Set(page) }
        Console.write(rows.head + page.map { rows.text($0, now: currentInstant()) }.joined())
      case .line(let row):
        guard seen.withLock({ $0.remove(row) == nil }) else { return }
        Console.write(rows.text(row, now: currentInstant()))
      }
    }
  }
}

/// The forms of `-o` where nobody knows what follows.
struct LiveText: Sendable {
  private let style: OutputStyle
  private let columns: [Column]

  /// - Throws: `Failure` for a field that is unknown.
  init(_ style: OutputStyle) throws {
    self.style = style
    let sheet = HistorySheet.sheet([:])
    let shown = sheet.columns.filter {
      if case .onRequest = $0.use { false } else { style.format == .wide || !$0.isWideOnly }
    }
    let isRaw = [.csv, .tsv].contains(style.format)
    columns =
      try style.fields.map { try Sheet.columns($0, of: sheet.columns) }
      ?? (isRaw ? sheet.rawColumns : shown)
  }

  var head: String {
    switch style.format {
    case .json, .ndjson: ""
    case .csv: Separated.csv(columns.map(\.name)) + "\n"
    case .tsv: style.showsHeader ? Separated.tsv(columns.map(\.name)) + "\n" : ""
    case .md: Markdown.table(header: columns.map(\.title), rows: [])
    case .table, .wide: line(columns.map { Cell($0.title, .quiet) })
    }
  }

  func text(_ row: JSON, now: Instant) -> String {
    let look = Look(
      asOf: now, isRelative: style.isRelative, isWide: style.format == .wide, zone: style.zone)
    switch style.format {
    case .json, .ndjson: return JSONText.line(item(row, look), isTerminal: style.isTerminal)
    case .csv: return Separated.csv(columns.map { $0.raw(row, look) }) + "\n"
    case .tsv: return Separated.tsv(columns.map { $0.raw(row, look) }) + "\n"
    case .md: return Markdown.row(columns.map { $0.cell(row, look).text })
    case .table, .wide: return line(columns.map { $0.cell(row, look) })
    }
  }

  private func item(_ row: JSON, _ look: Look) -> JSON {
    guard style.fields != nil else { return row }
    return row.only(columns, look)
  }

  private func line(_ cells: [Cell]) -> String {
    TableText.line(cells, widths: columns.map(\.width), color: style.usesColor) + "\n"
  }
}
