import ArgumentParser
import Ledger
import Reports

struct TraceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "The chain from the pull request to what runs, and where it has gaps.",
    discussion: """
      EXAMPLES
        ledger trace sha256:6c62fb45        what it came from, and where it ran
        ledger trace api@prod               how what runs there got there
        ledger trace acme/api#1287          what became of a pull request
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var output: OutputOptions
  @Argument(help: "See ledger topic refs.", completion: Completions.references)
  var reference: String

  func run() async throws {
    if output.listsFields(of: TraceSheet.columns) { return }
    let style = try output.style()
    let answer = try await source.open().ask(TraceQuestion.name, [("ref", reference)])
    Console.show(try Rendering(sheet: TraceSheet.sheet(answer), style: style).text(), style)
  }
}

struct DiffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "What lies between two references: pull requests, authors, images, revisions.",
    discussion: """
      EXAMPLES
        ledger diff api@prod api@staging            what production would get
        ledger diff api@prod~1..api@prod            what the last deployment brought
        ledger diff 'api@prod@{1.week.ago}..'       what came since then
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var output: OutputOptions
  @Argument(help: "From here, or both as A..B.", completion: Completions.references)
  var from: String
  @Argument(help: "To here.", completion: Completions.references) var to: String?

  func run() async throws {
    if output.listsFields(of: DiffSheet.columns) { return }
    let style = try output.style()
    let (from, to) = try DiffCommand.ends(from, to)
    let answer = try await source.open().ask(DiffQuestion.name, [("from", from), ("to", to)])
    Console.show(try Rendering(sheet: DiffSheet.sheet(answer), style: style).text(), style)
    if answer.list("pulls").isEmpty {
      Console.error(answer.text("reason") ?? "no pull request lies between them")
    }
  }

  /// Both ends. `A..` goes to what is there now in the place that A names.
  static func ends(_ from: String, _ to: String?) throws -> (String, String) {
    if let to { return (from, to) }
    guard let dots = from.ranges(of: "..").last else {
      throw Failure.usage("one end is missing", hint: "ledger diff A B, or ledger diff A..B")
    }
    let (left, right) = (String(from[..<dots.lowerBound]), String(from[dots.upperBound...]))
    guard !left.isEmpty else { throw Failure.usage("\(from) does not say from where") }
    return (left, right.isEmpty ? place(of: left) : right)
  }

  private static func place(of reference: String) -> String {
    if let time = reference.ranges(of: "@{").last { return String(reference[..<time.lowerBound]) }
    return String(reference.prefix { $0 != "~" })
  }
}

struct SearchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Lines of the history that hold a text anywhere.",
    discussion: """
      EXAMPLES
        ledger search v1.8.0
        ledger search 'health checks' -L 50
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var output: OutputOptions
  @Argument(help: "2 to 200 characters.") var text: String
  @Option(name: [.customShort("L"), .long], help: "Rows, 1 to 1000. Default: 20") var limit: Int?
  @Flag(name: .customLong("fail-empty"), help: "Exit 3 when nothing matched.") var failEmpty = false

  func run() async throws {
    if output.listsFields(of: HistorySheet.columns) { return }
    let style = try output.style()
    let limit = try limit ?? Configuration.parsed("LEDGER_LIMIT") ?? 20
    let answer = try await source.open().ask(
      SearchQuestion.name, [("q", text), ("limit", String(limit))])
    Console.show(try Rendering(sheet: HistorySheet.sheet(answer), style: style).text(), style)
    // JSON says so itself.
    if !style.wantsJSON, answer.value("has_more") == true {
      Console.error(SearchCommand.more(than: limit))
    }
    try Empty.note(answer.list("items").isEmpty, fails: failEmpty)
  }

  static func more(than limit: Int) -> String {
    let most = Int(HistoryQuestion.maximumPage)
    guard limit < most else { return "more than \(limit); a longer text finds fewer" }
    return "more than \(limit); --limit \(min(most, limit * 5))"
  }
}
