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
        ledger history --kind merge --since 7d -o csv
        ledger history --server https://ledger.example.com --json | jq '.items[].outcome'

      A filter that is repeated means any of its values; different filters must all hold.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var output: OutputOptions

  @Option(name: .shortAndLong, help: "Service.") var service: [String] = []
  @Option(name: .shortAndLong, help: "Environment.") var env: [String] = []
  @Option(name: [.customShort("R"), .long], help: "Repository, as owner/name.")
  var repo: [String] = []
  @Option(help: "merge, build, image, deploy or release.") var kind: [String] = []
  @Option(help: "Not before: RFC 3339, a date, 2d, 3.hours.ago.") var since: TimeExpression?
  @Option(help: "Before.") var until: TimeExpression?
  @Option(name: [.customShort("L"), .long], help: "Rows; 0 for all. Default: 20") var limit: Int?
  @Option(help: "Go on after this #.") var cursor: Int64?
  @Flag(name: .customLong("fail-empty"), help: "Exit 3 when nothing matched.") var failEmpty = false

  private static let kinds = ["merge", "build", "image", "deploy", "release"]

  func validate() throws {
    guard limit ?? 0 >= 0 else { throw ValidationError("--limit must be 0 or more") }
    for kind in Configuration.list(kind, "LEDGER_KIND") where !HistoryCommand.kinds.contains(kind) {
      throw ValidationError(
        "--kind \(kind) is unknown; known are \(HistoryCommand.kinds.joined(separator: ", "))")
    }
  }

  func run() async throws {
    let (now, style) = (currentInstant(), try output.style())
    var query = HistoryQuery()
    query.services = Configuration.list(service, "LEDGER_SERVICE")
    query.environments = Configuration.list(env, "LEDGER_ENV")
    query.repositories = Configuration.list(repo, "LEDGER_REPO")
    query.kinds = Configuration.list(kind, "LEDGER_KIND")
    query.since = try (since ?? Configuration.parsed("LEDGER_SINCE"))?.instant(now: now)
    query.until = try (until ?? Configuration.parsed("LEDGER_UNTIL"))?.instant(now: now)
    query.limit = try limit ?? Configuration.parsed("LEDGER_LIMIT") ?? 20
    query.cursor = cursor
    let page = try await source.open().history(query)
    HistoryText(page: page, style: style).print()
    guard page.rows.isEmpty else { return }
    Console.error("nothing matched")
    if failEmpty || Configuration.flag("LEDGER_FAIL_EMPTY") { throw ExitCode(Exit.nothing) }
  }
}
