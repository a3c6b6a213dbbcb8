import ArgumentParser
import Ledger
import Reports

struct GateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gate", abstract: "Asks a gate, or lets pass what it does not.",
    subcommands: [
      GateMergeCommand.self, GateDeployCommand.self, GateOverrideCommand.self,
      GateOverridesCommand.self,
    ])
}

struct GateMergeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "May this pull request be merged? Exit 0 allowed, 10 denied, 8 pending.",
    discussion: """
      EXAMPLES
        ledger gate merge --pr acme/api#1287
        ledger gate merge --pr acme/api#1287 --json | jq -r .summary

      After the merge it answers whether the merge was in order.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var output: AnswerOptions
  @Option(help: "OWNER/REPO#N") var pr: PullReference

  func run() async throws {
    let style = try output.style()
    guard
      let report = try await source.open().gate(repository: pr.repository, pull: pr.number)
    else {
      if style.wantsJSON {
        let answer = GateReport.unknown(
          repository: pr.repository, pull: pr.number, asOf: currentInstant().wholeSecond)
        Console.write(JSONText.line(answer, isTerminal: style.isTerminal))
      }
      throw Failure(
        "no delivery told of pull request \(pr.repository)#\(pr.number)",
        hint: "Unknown is not allowed. Does the webhook of this repository reach the ledger?",
        code: Exit.denied)
    }
    if style.wantsJSON {
      Console.write(JSONText.line(report.json, isTerminal: style.isTerminal))
    } else {
      let blocks = GateText(report: report).blocks
      Console.write(blocks.text(width: nil, color: style.usesColor))
    }
    switch report.state {
    case "allow": return
    case "pending": throw ExitCode(Exit.pending)
    default: throw ExitCode(Exit.denied)
    }
  }
}

/// `acme/api#1287`
struct PullReference: ExpressibleByArgument {
  let repository: String
  let number: Int64

  init?(argument: String) {
    let parts = argument.split(separator: "#", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = plainNumber(parts[1]), number > 0 else { return nil }
    let names = parts[0].split(separator: "/", omittingEmptySubsequences: false)
    guard names.count == 2, names.allSatisfy({ !$0.isEmpty }) else { return nil }
    repository = String(parts[0])
    self.number = number
  }
}
