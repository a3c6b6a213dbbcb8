import ArgumentParser
import Gates
import Ledger
import Reports
import SQLiteStore

struct PolicySimulateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "What another policy would have said about what was merged, and what is open.",
    discussion: """
      EXAMPLES
        ledger policy simulate --policy new.yaml --since 90d
        ledger policy simulate --policy new.yaml --fail-on-diff \\
          --server https://ledger.example.com

      It looks at the evidence that the log holds and changes nothing. A check that the policies \
      before did not name may have been reported all the same: deliveries tell of every check.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var output: OutputOptions
  @Option(help: "The file to try.") var policy: String
  @Option(help: "How far back: 90d, or a date. Default: 90d") var since: TimeExpression?
  @Flag(help: "Also what both say the same about.") var all = false
  @Flag(name: .customLong("fail-on-diff"), help: "Exit 10 when anything would be otherwise.")
  var failOnDiff = false

  func run() async throws {
    if output.listsFields(of: SimulationSheet.columns) { return }
    let style = try output.style()
    let file = PolicyFile(path: policy)
    let read = try file.read(confirmation: .webhooks).policy
    let answer = try await simulated(read, try file.root().json)
    let shown = all ? answer : SimulationSheet.changes(answer)
    Console.show(try Rendering(sheet: SimulationSheet.sheet(shown), style: style).text(), style)
    if !style.wantsJSON { Console.error(SimulationSheet.totals(answer)) }
    if failOnDiff, answer.list("items").contains(where: { $0.text("change") != nil }) {
      throw ExitCode(Exit.denied)
    }
  }

  private func simulated(_ policy: Policy, _ json: JSON) async throws -> JSON {
    let now = currentInstant()
    let start = (since ?? TimeExpression("90d"))?.instant(now: now).wholeSecond ?? now
    switch try source.place() {
    case .file(let path):
      return try SQLiteArchive(path: path).read { tables in
        var simulation = Simulation(policy: policy, since: start)
        try simulation.add(
          try Simulation.pulls(since: start, until: now, reading: tables), reading: tables)
        return try Envelope(schema: Simulation.schema, asOf: now.wholeSecond, reading: tables)
          .json(simulation.members(try tables.repositoryNames()))
      }
    case .server(let url):
      let body: JSON = ["policy": json, "since": .string(start.description)]
      let server = try ServerSource(url: url, token: Configuration.apiToken)
      let answer = try await server.send(
        .post, "/v1/policies/simulate", body: body.canonicalBytes)
      guard let answer else {
        throw Failure("the server does not do this", hint: "Is it an older version?")
      }
      return answer
    }
  }
}
