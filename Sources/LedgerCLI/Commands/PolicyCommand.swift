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
    let policy = try PolicyFile(path: file).read(confirmation: .github)
    Console.write("\(file) is valid: \(summary(policy))\n")
  }

  private func summary(_ policy: Policy) -> String {
    guard let merge = policy.merge else { return "no gate, nothing is guarded" }
    let required = merge.checks.count { $0.isRequired }
    return "\(merge.context) guards \(merge.branches.map(\.text).joined(separator: ", ")) "
      + "with \(required) required and \(merge.checks.count - required) advisory checks"
  }
}
