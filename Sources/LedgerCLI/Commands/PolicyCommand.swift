import ArgumentParser
import Gates

struct PolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Looks at a policy file.",
    subcommands: [PolicyCheckCommand.self])
}

struct PolicyCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Says whether a policy file is valid, and everything that is wrong with it.",
    discussion: """
      EXAMPLES
        ledger policy check ledger.yaml
      """)

  @Argument(help: "The file.") var file: String

  func run() throws {
    let read = try PolicyFile(path: file).read(confirmation: .github)
    Console.write("\(file) is valid: \(FileSummary.gates(read.policy))\n")
    Console.write("  \(FileSummary.catalog(read))\n")
  }
}

/// What a file says, in two lines.
enum FileSummary {
  static func gates(_ policy: Policy) -> String {
    guard let merge = policy.merge else { return "no gate, nothing is guarded" }
    let required = merge.checks.count { $0.isRequired }
    return "\(merge.context) guards \(merge.branches.map(\.text).joined(separator: ", ")) "
      + "with \(required) required and \(merge.checks.count - required) advisory checks"
  }

  static func catalog(_ file: LedgerFile) -> String {
    let services = file.catalog.services
    let names = file.catalog.environments.map(\.name)
    let workloads = services.reduce(0) { $0 + $1.workloads.count }
    return [
      services.isEmpty
        ? "no services"
        : "\(count(services.count, "service")) with \(count(workloads, "workload"))",
      names.isEmpty
        ? "environments as they are found" : "environments \(names.joined(separator: ", "))",
      file.recording.map { "\(count($0.workflows.count, "rule")) for workflows that record" }
        ?? "no workflow may record",
    ].joined(separator: "; ")
  }

  private static func count(_ number: Int, _ word: String) -> String {
    "\(number) \(word)\(number == 1 ? "" : "s")"
  }
}
