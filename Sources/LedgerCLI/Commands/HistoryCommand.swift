import ArgumentParser
import Ledger
import Reports

struct HistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "What happened, newest first: merges, builds, images, deployments, releases.",
    discussion: """
      EXAMPLES
        ledger history -s api -e production -L 6
        ledger history api@prod --outcome failure --since 7d
        ledger history --kind merge --actor mia -o csv
        ledger history -f
        ledger history --server https://ledger.example.com --json \\
          | jq '.items[].outcome'

      A filter that is repeated means any of its values; different filters must all hold. A \
      reference such as api@prod is what is meant: a flag cannot name another place or thing \
      beside it, and LEDGER_SERVICE, LEDGER_ENV, LEDGER_REPO, LEDGER_COMMIT, LEDGER_DIGEST and \
      LEDGER_PR are ignored; the last three also beside -c, --digest and --pr. What a reference \
      can be: ledger topic refs
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var places: PlaceFilters
  @OptionGroup var kinds: KindFilter
  @OptionGroup var lines: LineFilters
  @Argument(
    help: "Only what belongs to this; it names the place, instead of -s and -e.",
    completion: Completions.references)
  var reference: String?

  @Option(name: [.customShort("L"), .long], help: "Rows; 0 for all. Default: 20") var limit: Int?
  @Option(help: "Go on after this #.") var cursor: Int64?
  @Flag(help: "The oldest of these rows first.") var reverse = false
  @Flag(name: .shortAndLong, help: "Then wait for what comes.") var follow = false
  @Flag(name: .customLong("fail-empty"), help: "Exit 3 when nothing matched.") var failEmpty = false

  func validate() throws {
    guard limit ?? 0 >= 0 else { throw ValidationError("--limit must be 0 or more") }
    guard cursor ?? 0 >= 0 else { throw ValidationError("--cursor must be 0 or more") }
  }

  func run() async throws {
    if output.listsFields(of: HistorySheet.columns) { return }
    let style = try output.style()
    let (wanted, rows) = (try parameters(), try rows())
    if let doubt = lines.doubt { Console.error(doubt) }
    if follow || Configuration.flag("LEDGER_FOLLOW") {
      return try await wait(for: try followed(wanted), after: rows, style)
    }
    let ledger = try source.open()
    var answer = try await ledger.history(wanted, limit: rows)
    if reverse || Configuration.flag("LEDGER_REVERSE") {
      answer = answer.with(["items": .array(answer.list("items").reversed())])
    }
    Console.show(try Rendering(sheet: HistorySheet.sheet(answer), style: style).text(), style)
    try Empty.note(answer.list("items").isEmpty, fails: failEmpty)
  }

  private func wait(
    for wanted: [(String, String)], after rows: Int, _ style: OutputStyle
  ) async throws {
    let ledger = try source.open()
    try await LiveRows(style).run(ledger, wanted) {
      try await ledger.history(wanted, limit: rows).list("items").reversed()
    }
  }

  private func rows() throws -> Int { try limit ?? Configuration.parsed("LEDGER_LIMIT") ?? 20 }

  func parameters() throws -> [(String, String)] {
    let now = currentInstant()
    let cursor = try cursor ?? Configuration.parsed("LEDGER_CURSOR")
    var wanted = try places.parameters + kinds.parameters + lines.parameters(now: now)
    if let reference {
      let meant = try ReferenceFilter.parameters(reference, now: now)
      wanted = try ReferenceFilter.joined(
        reference, meant, wanted, flags: places.named + lines.named(now: now))
    }
    return wanted + (cursor.map { [("cursor", String($0))] } ?? [])
  }

  private func followed(_ wanted: [(String, String)]) throws -> [(String, String)] {
    guard wanted.allSatisfy({ Following.parameters.contains($0.0) }) else {
      throw Failure.usage(
        "--follow goes with --service, --env and --kind only",
        hint: "Filter what comes: ledger history -f -o ndjson | jq …")
    }
    return wanted
  }
}

/// What is said where nothing matched.
enum Empty {
  static func note(_ isEmpty: Bool, fails: Bool) throws {
    guard isEmpty else { return }
    Console.error("nothing matched")
    if fails || Configuration.flag("LEDGER_FAIL_EMPTY") { throw ExitCode(Exit.nothing) }
  }
}
