import ArgumentParser
import Ledger
import Reports
import Synchronization

struct ReconcileCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconcile",
    abstract: "Finds deliveries that GitHub lost and heals what they left. Exit 0 when complete.",
    discussion: """
      EXAMPLES
        ledger reconcile --server https://ledger.example.com
        ledger reconcile --server https://ledger.example.com --since 2d
        ledger reconcile --db ledger.sqlite --json

      GitHub's own list of deliveries is compared with the log. What is missing GitHub is asked to \
      deliver again; where it does not come, pull requests and checks are read from GitHub. serve \
      does this every hour.

      With --server the token in LEDGER_TOKEN must have the scope admin. With --db no server may be \
      using the file: nothing can be delivered then, so that everything is read.

      Exit 13 when something could not be determined: a rate limit, a permission.
      """)

  @OptionGroup var source: SourceOptions
  @Option(help: "Look at GitHub's list from here on, at most 3 days: 2d, 2026-11-20T23:41:07Z.")
  var since: String?
  @Flag(help: "Print each step as a line of JSON.") var json = false

  func run() async throws {
    let result = Mutex<String?>(nil)
    let since = since ?? Configuration.text("LEDGER_SINCE")
    let desk = try source.reconciling()
    if case .file = try source.place() {
      Console.error("without a server nothing can be delivered again: what is missing is read")
    }
    try ReconcileCommand.check(since)
    let isBegun = Mutex(json)
    try await desk.run(since: since) { [json] step in
      let isFirst = isBegun.withLock { begun in
        defer { begun = true }
        return !begun
      }
      if isFirst { Console.write(ReconcileText.head + "\n") }
      if step["done"] == true { result.withLock { $0 = step.text("result") } }
      ReconcileCommand.show(step, asJSON: json)
    }
    switch result.withLock({ $0 }) {
    case "complete": return
    case "undetermined": throw ExitCode(Exit.undetermined)
    case nil: throw Failure("the run was cut off", hint: "It may go on; ask again to join it.")
    default: throw ExitCode(Exit.error)
    }
  }

  /// GitHub keeps its list for three days.
  static func check(_ since: String?) throws {
    guard let since, let time = TimeExpression(since) else { return }
    let now = currentInstant()
    guard now.seconds(since: time.instant(now: now)) > 3 * 86_400 + 60 else { return }
    throw Failure.usage(
      "--since \(since) is more than 3 days ago", hint: "GitHub's list goes back 3 days: 72h.")
  }

  private static func show(_ step: JSON, asJSON: Bool) {
    guard !asJSON else { return Console.write(step.canonicalString + "\n") }
    let erase = Console.isTerminal ? "\r\u{1b}[K" : ""
    if let line = ReconcileText.line(step) { Console.write(erase + line + "\n") }
    if Console.isTerminal, let bar = ReconcileText.bar(step) { Console.write(erase + bar) }
  }
}
