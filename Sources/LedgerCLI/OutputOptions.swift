import ArgumentParser
import Foundation
import Ledger

enum ColorChoice: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case table, wide, json, ndjson, csv, tsv, md
}

enum TimeZoneChoice: String, EnumerableFlag { case utc, local }

enum TimeChoice: String, EnumerableFlag { case relative, absolute }

struct OutputOptions: ParsableArguments {
  @Option(
    name: [.customShort("o"), .long],
    help: "table, wide, json, ndjson, csv, tsv or md. A terminal gets a table, a pipe tsv.")
  var output: OutputFormat?

  @Flag(help: "The same as -o json.")
  var json = false

  @Option(help: "Only these columns, such as id,outcome; list prints their names.")
  var fields: String?

  @Flag(help: "Print the names of the columns also into a pipe.")
  var header = false

  @Flag(name: .customLong("no-trunc"), help: "Do not cut long cells.")
  var noTrunc = false

  @Flag(exclusivity: .exclusive, help: "Times as 12m ago, or in full. A pipe gets them in full.")
  var times: TimeChoice?

  @Flag(exclusivity: .exclusive, help: "Times in UTC, or in the zone of this machine. Default: UTC")
  var zone: TimeZoneChoice?

  @Option(help: "auto, always or never.")
  var color: ColorChoice?

  @Flag(name: .customLong("no-pager"), help: "Print at once, also what is longer than the screen.")
  var noPager = false

  /// A flag wins over its variable.
  func style() throws -> OutputStyle {
    let choice: ColorChoice = try color ?? Configuration.parsed("LEDGER_COLOR") ?? .auto
    var style = OutputStyle(format: try format())
    style.showsHeader = header || Configuration.flag("LEDGER_HEADER")
    style.cutsCells = !(noTrunc || Configuration.flag("LEDGER_NO_TRUNC"))
    style.usesColor = Console.usesColor(choice)
    style.isTerminal = Console.isTerminal
    style.width = Console.width
    style.isRelative = try isRelative()
    style.zone = try isLocal() ? .local : .utc
    style.fields = chosenFields
    style.usesPager = Console.isTerminal && !(noPager || Configuration.flag("LEDGER_NO_PAGER"))
    return style
  }

  /// Prints the names of the columns, when that is all that was asked for.
  func listsFields(of columns: [Column]) -> Bool {
    guard chosenFields == ["list"] else { return false }
    Console.write(columns.map { $0.name + "\n" }.joined())
    return true
  }

  /// What has no columns is text or JSON. Only what was asked of this very command is refused: a
  /// variable is meant for all of them.
  ///
  /// - Parameter what: the thing.
  func refuseColumns(of what: String) throws {
    let isSheet = output.map { [.csv, .tsv, .md].contains($0) } ?? false
    guard fields != nil || (isSheet && !json) else { return }
    throw Failure.usage("\(what) has no columns", hint: "Use --json, without -o and --fields.")
  }

  private var chosenFields: [String]? {
    (fields ?? Configuration.text("LEDGER_FIELDS")).map { text in
      text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }

  private func format() throws -> OutputFormat {
    if json || (output == nil && Configuration.flag("LEDGER_JSON")) { return .json }
    return try output ?? Configuration.parsed("LEDGER_OUTPUT")
      ?? (Console.isTerminal ? .table : .tsv)
  }

  private func isRelative() throws -> Bool {
    if let times { return times == .relative }
    switch (Configuration.flag("LEDGER_RELATIVE"), Configuration.flag("LEDGER_ABSOLUTE")) {
    case (true, true):
      throw Failure.usage("LEDGER_RELATIVE and LEDGER_ABSOLUTE are both set", hint: "Keep one.")
    case (true, false): return true
    case (false, true): return false
    case (false, false): return Console.isTerminal
    }
  }

  private func isLocal() throws -> Bool {
    if let zone { return zone == .local }
    let (local, utc) = (Configuration.flag("LEDGER_LOCAL"), Configuration.flag("LEDGER_UTC"))
    guard !(local && utc) else {
      throw Failure.usage("LEDGER_LOCAL and LEDGER_UTC are both set", hint: "Keep one.")
    }
    return local
  }
}

/// The forms of an answer about one thing, which has no columns.
struct AnswerOptions: ParsableArguments {
  enum Format: String, ExpressibleByArgument, CaseIterable { case table, json, ndjson }

  @Option(name: [.customShort("o"), .long], help: "Default: table") var output: Format?
  @Flag(help: "The same as -o json.") var json = false
  @Option(help: "auto, always or never.") var color: ColorChoice?
  /// Taken to say what to do instead.
  @Option(help: .hidden) var fields: String?

  func validate() throws {
    guard fields == nil else {
      throw ValidationError("--fields: a verdict has no columns; use --json")
    }
  }

  /// Of the variables for every command only what has a meaning here counts.
  func style() throws -> OutputStyle {
    let choice: ColorChoice = try color ?? Configuration.parsed("LEDGER_COLOR") ?? .auto
    var style = OutputStyle(format: try wantsJSON() ? .json : .table)
    style.usesColor = Console.usesColor(choice)
    style.isTerminal = Console.isTerminal
    return style
  }

  private func wantsJSON() throws -> Bool {
    if json { return true }
    if let output { return output != .table }
    let usual: OutputFormat? = try Configuration.parsed("LEDGER_OUTPUT")
    return Configuration.flag("LEDGER_JSON") || usual == .json || usual == .ndjson
  }
}

/// How an answer is printed.
struct OutputStyle: Sendable {
  var format: OutputFormat
  var showsHeader = false
  var cutsCells = true
  var usesColor = false
  var isTerminal = false
  /// Columns of the terminal.
  var width = 100
  var isRelative = false
  var zone = Zone.utc
  /// The columns that were asked for.
  var fields: [String]?
  var usesPager = false

  init(format: OutputFormat) { self.format = format }

  /// An answer about one thing has two forms: for people and for programs.
  var wantsJSON: Bool { format == .json || format == .ndjson }

  /// `nil` for as wide as needed.
  var tableWidth: Int? { cutsCells && isTerminal && format != .wide ? width : nil }
}

extension Zone {
  /// Of this machine.
  static let local = Zone { instant in
    let date = Date(timeIntervalSince1970: Double(instant.microseconds) / 1_000_000)
    return TimeZone.current.secondsFromGMT(for: date)
  }
}
