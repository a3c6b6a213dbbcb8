import ArgumentParser
import Foundation
import Ledger
import Reports

struct TeardownCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "teardown",
    abstract: "What was created in an environment, what is gone, and what is left.",
    subcommands: [
      TeardownReportCommand.self, TeardownPlanCommand.self, TeardownWatchCommand.self,
    ])
}

enum TeardownFormat: String, ExpressibleByArgument, CaseIterable { case table, md, json, html }

struct TeardownReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "One row for each thing that was made, and what became of it.",
    discussion: """
      EXAMPLES
        ledger teardown report -e dev
        ledger teardown report -e dev --live --config ledger.yaml -o md > summary.md
        ledger teardown report -e dev --live -o html > teardown.html
        ledger teardown report --show 412
        ledger teardown report -e dev --live --since-report 412

      Without --live it says what was recorded. With it every list is asked for; a call that is \
      denied makes the answer unknown, never clean. The report becomes an entry, with its hash in \
      the log: --no-record leaves that out.

      EXIT  0 clean · 11 something is left · 13 could not be determined · 1 error
      """)

  @OptionGroup var teardown: TeardownOptions
  @Option(name: .shortAndLong, help: "table, md, json or html.") var output: TeardownFormat?
  @Option(name: .customLong("since-report"), help: "Compare with the report of this entry.")
  var since: Int64?
  @Option(help: "Show the report of this entry again, and make none.") var show: Int64?
  @Flag(name: .customLong("no-record"), help: "Do not make an entry of it.") var noRecord = false
  @Option(help: "auto, always or never.") var color: ColorChoice?

  func validate() throws {
    guard show == nil || !teardown.live else {
      throw ValidationError("--show asks nobody: leave --live out")
    }
  }

  func run() async throws {
    var people: [Int64: String] = [:]
    let report: Teardown
    if let show {
      report = try await teardown.source.recordedReport(show)
    } else {
      let inventory = try await teardown.inventory()
      people = inventory.people
      report = try await teardown.report(inventory)
    }
    var comparison: TeardownComparison?
    if let since {
      let earlier = try await teardown.source.recordedReport(since)
      guard earlier.environment == report.environment else {
        throw Failure.usage("report \(since) is about \(Text.safe(earlier.environment))")
      }
      comparison = TeardownComparison(report, since: earlier, number: since)
    }
    try write(report, people, comparison)
    if show == nil, !noRecord, !Configuration.flag("LEDGER_NO_RECORD") { try await record(report) }
    Console.flush()
    if report.exitCode != 0 { throw ExitCode(report.exitCode) }
  }

  private func write(
    _ report: Teardown, _ people: [Int64: String], _ comparison: TeardownComparison?
  ) throws {
    switch try output ?? Configuration.parsed("LEDGER_OUTPUT") ?? .table {
    case .json:
      let json = comparison.map { report.json.with(["since": $0.json]) } ?? report.json
      Console.write(JSONText.line(json, isTerminal: Console.isTerminal))
    case .md:
      Console.write(TeardownMarkdown(report, people: people, comparison: comparison).text)
    case .html: Console.write(TeardownPage(report, people: people, comparison: comparison).text)
    case .table:
      let color = Console.usesColor(try color ?? Configuration.parsed("LEDGER_COLOR") ?? .auto)
      let sheet = TeardownSheet(report: report, people: people, comparison: comparison)
      Console.write(
        sheet.blocks.text(width: Console.isTerminal ? Console.width : nil, color: color))
    }
  }

  private func record(_ report: Teardown) async throws {
    let pipeline = try PipelineOptions.parse([])
    var body = try pipeline.body()
    body.set("report", report.json)
    var options = try RecordOptions.parse([])
    options.source = teardown.source
    let entry = try await options.receipts([
      Report(kind: .teardownReported, body: body.members, label: "teardown report")
    ])
    if let index = entry.first?.index { Console.error("recorded as entry \(index)") }
  }
}

struct TeardownPlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Prints the commands that remove what is left, in an order that works.",
    discussion: """
      EXAMPLES
        ledger teardown plan -e dev --live --config ledger.yaml > remove.sh
        sh -eux remove.sh

      It removes nothing itself. Read the commands before they are run. What nobody recorded may be \
      somebody else's: its commands are comments, unless --unexplained is given.

      EXIT  0 nothing is left · 11 something is · 13 could not be determined
      """)

  @OptionGroup var teardown: TeardownOptions
  @Flag(help: "Remove what nobody recorded, too: look at each first.") var unexplained = false

  func run() async throws {
    let report = try await teardown.report(try await teardown.inventory())
    Console.write(TeardownPlanCommand.text(report, unexplained: unexplained))
    Console.flush()
    if report.exitCode != 0 { throw ExitCode(report.exitCode) }
  }

  static func text(_ report: Teardown, unexplained: Bool) -> String {
    let words = TeardownWords(report: report)
    var lines = [
      "# \(words.title): \(words.verdict)", "# as of \(report.asOf), by \(words.basis)",
    ]
    lines += report.unanswered.map { "# not answered: \($0.call): \($0.reason)" }
    for row in report.plan {
      lines += ["", "# \(row.type) \(words.name(row)): \(row.reason ?? "")"]
      lines += words.removal(of: row, unexplained: unexplained)
    }
    let silent = report.rows.filter { $0.isOpen && $0.commands.isEmpty }
    if !silent.isEmpty { lines += ["", "# no command is known for:"] }
    lines += silent.map { "#   \($0.type) \(words.name($0)): \($0.reason ?? "")" }
    // A name with a line break must not begin a line of its own.
    return lines.map { Text.safe($0) + "\n" }.joined()
  }
}

struct TeardownWatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Asks again until nothing is left.",
    discussion: """
      EXAMPLES
        ledger teardown watch -e dev --config ledger.yaml --timeout 10m

      What AWS lists may lag behind what is there.

      EXIT  0 clean · 11 something is left · 13 could not be determined
      """)

  @OptionGroup var teardown: TeardownOptions
  @Option(help: "How long. Default: 10m") var timeout: RetryTime?
  @Option(help: "How long between two rounds. Default: 15s") var every: RetryTime?

  func run() async throws {
    var options = teardown
    options.live = true
    let limit: RetryTime? = try timeout ?? Configuration.parsed("LEDGER_TIMEOUT")
    let pause: RetryTime? = try every ?? Configuration.parsed("LEDGER_EVERY")
    let end = ContinuousClock.now + .seconds(limit?.seconds ?? 600)
    while true {
      let report = try await options.report(try await options.inventory())
      Console.write("\(report.asOf)  \(Text.safe(TeardownWords(report: report).verdict))\n")
      Console.flush()
      guard report.outcome != .clean else { return }
      let wait = Duration.seconds(max(0.1, pause?.seconds ?? 15))
      guard ContinuousClock.now + wait < end else { throw ExitCode(report.exitCode) }
      try await Task.sleep(for: wait)
    }
  }
}
