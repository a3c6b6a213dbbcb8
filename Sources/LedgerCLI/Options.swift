import ArgumentParser
import Ledger
import Reports
import Service

enum ColorChoice: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case table, wide, json, ndjson, csv, tsv
}

extension Scope: ExpressibleByArgument {}

struct OutputOptions: ParsableArguments {
  @Option(
    name: [.customShort("o"), .long],
    help: "table, wide, json, ndjson, csv or tsv. A terminal gets a table, a pipe tsv.")
  var output: OutputFormat?

  @Flag(help: "The same as -o json.")
  var json = false

  @Flag(help: "Print the names of the columns also into a pipe.")
  var header = false

  @Flag(name: .customLong("no-trunc"), help: "Do not cut long cells.")
  var noTrunc = false

  @Flag(inversion: .prefixedNo, help: "Times as 12m ago. Default: on a terminal")
  var relative: Bool?

  @Option(help: "auto, always or never.")
  var color: ColorChoice?

  /// A flag wins over its variable.
  func style() throws -> OutputStyle {
    let choice: ColorChoice = try color ?? Configuration.parsed("LEDGER_COLOR") ?? .auto
    return OutputStyle(
      format: try format(), showsHeader: header || Configuration.flag("LEDGER_HEADER"),
      cutsCells: !(noTrunc || Configuration.flag("LEDGER_NO_TRUNC")),
      usesColor: Console.usesColor(choice),
      showsRelative: relative ?? Configuration.text("LEDGER_RELATIVE").map { $0 != "0" }
        ?? Console.isTerminal)
  }

  private func format() throws -> OutputFormat {
    if json || (output == nil && Configuration.flag("LEDGER_JSON")) { return .json }
    return try output ?? Configuration.parsed("LEDGER_OUTPUT")
      ?? (Console.isTerminal ? .table : .tsv)
  }
}

/// How an answer is printed.
struct OutputStyle: Sendable {
  var format: OutputFormat
  var showsHeader = false
  var cutsCells = true
  var usesColor = false
  var showsRelative = false

  /// An answer about one thing has two forms: for people and for programs.
  var wantsJSON: Bool { format == .json || format == .ndjson }
}

struct SourceOptions: ParsableArguments {
  @Option(help: "The ledger's file, also of a server at work. Default: ledger.sqlite")
  var db: String?

  @Option(help: "A server to ask instead; its token is taken from LEDGER_TOKEN.")
  var server: String?

  enum Place {
    case file(String)
    case server(String)
  }

  /// A flag wins over both variables; two of one rank contradict each other.
  func place() throws -> Place {
    let variables = (
      Configuration.text("LEDGER_DB"),
      Configuration.text("LEDGER_SERVER") ?? Configuration.text("LEDGER_URL")
    )
    let (file, url) = db == nil && server == nil ? variables : (db, server)
    switch (file, url) {
    case (_?, _?):
      throw Failure.usage("a file and a server are both given", hint: "Give one of them.")
    case (let path?, nil): return .file(path)
    case (nil, let url?): return .server(url)
    case (nil, nil): return .file(Configuration.defaultDatabase)
    }
  }

  func open() throws -> any LedgerSource {
    switch try place() {
    case .file(let path): try FileSource(path)
    case .server(let url): try ServerSource(url: url, token: Configuration.apiToken)
    }
  }
}

extension TimeExpression: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

/// Digits alone: `Int` would also read a sign.
func plainNumber(_ text: Substring) -> Int64? {
  text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int64(text) : nil
}
