import ArgumentParser
import Ledger
import Reports

struct RunningCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "running",
    abstract: "What runs where, for how long, and how far production is behind.",
    discussion: """
      EXAMPLES
        ledger running
        ledger running -s api --json | jq '.items[].cells[].drift'
        ledger running --drift-only        # exit 11 when something else runs
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var places: PlaceFilters
  @Flag(name: .customLong("drift-only"), help: "Only what drifted; exit 11 when anything did.")
  var driftOnly = false
  @Flag(name: .customLong("fail-empty"), help: "Exit 3 when nothing matched.") var failEmpty = false

  func run() async throws {
    if output.listsFields(of: RunningSheet.columns) { return }
    let style = try output.style()
    let isDrift = driftOnly || Configuration.flag("LEDGER_DRIFT_ONLY")
    let answer = try await source.open().ask(
      RunningQuestion.name, places.parameters + (isDrift ? [("drift-only", "true")] : []))
    Console.show(try Rendering(sheet: RunningSheet.sheet(answer), style: style).text(), style)
    let isEmpty = answer.list("items").isEmpty
    if isDrift, !isEmpty { throw ExitCode(Exit.drift) }
    if isDrift { return Console.error("nothing drifted") }
    try Empty.note(isEmpty, fails: failEmpty)
  }
}

struct AtCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "at",
    abstract: "What ran where at an instant.",
    discussion: """
      EXAMPLES
        ledger at 2026-11-18T14:00Z
        ledger at 2.days.ago -e production
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var places: PlaceFilters
  @Argument(help: "RFC 3339, a date, 2d, 3.hours.ago.") var time: TimeExpression
  @Flag(name: .customLong("fail-empty"), help: "Exit 3 when nothing matched.") var failEmpty = false

  func run() async throws {
    if output.listsFields(of: RunningSheet.columns) { return }
    let style = try output.style()
    let instant = time.instant(now: currentInstant())
    let answer = try await source.open().ask(
      AtQuestion.name, [("time", instant.description)] + places.parameters)
    Console.show(try Rendering(sheet: RunningSheet.sheet(answer), style: style).text(), style)
    try Empty.note(answer.list("items").isEmpty, fails: failEmpty)
  }
}
