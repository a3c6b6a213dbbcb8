import ArgumentParser
import Foundation
import Gates
import Ledger

struct PolicyTestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Runs made-up pull requests against a policy file. Exit 1 when a case fails.",
    discussion: """
      EXAMPLES
        ledger policy test policy-tests.yaml
        ledger policy test tests/*.yaml --json | jq '.items[] | select(.ok | not)'

      Each file names its policy and its cases: schema/policy-tests.schema.json. Nothing is asked \
      of GitHub; each success counts as confirmed.
      """)

  @Argument(help: "Files of cases.") var files: [String]
  @Flag(help: "Print the results as JSON.") var json = false

  func run() throws {
    guard !files.isEmpty else { throw Failure.usage("no file of cases is named") }
    let runs = try files.map(PolicyTestCommand.run)
    let results = runs.flatMap(\.results)
    if json || Configuration.flag("LEDGER_JSON") {
      Console.write(
        JSONText.line(PolicyTestCommand.json(runs), isTerminal: Console.isTerminal))
    } else {
      Console.write(PolicyTestCommand.text(runs, color: Console.usesColor(.auto)))
    }
    if results.contains(where: { $0.difference != nil }) { throw ExitCode(Exit.error) }
  }

  struct Run {
    let file: String
    let results: [PolicyCase.Result]
  }

  static func run(_ file: String) throws -> Run {
    let root = try PolicyFile(path: file).root()
    let cases: PolicyCases
    do { cases = try PolicyCases(root) } catch {
      let failure = PolicyFile.failure(error, file)
      throw Failure(failure.message, hint: "schema/policy-tests.schema.json describes the file.")
    }
    let policy = URL(filePath: cases.policy, relativeTo: URL(filePath: file)).path
    let read = try PolicyFile(path: policy).read(confirmation: .github).policy
    return Run(file: file, results: cases.cases.map { $0.run(on: read) })
  }

  static func text(_ runs: [Run], color: Bool) -> String {
    let results = runs.flatMap(\.results)
    let failed = results.count { $0.difference != nil }
    let blocks = runs.flatMap { run in
      [Block.line(run.file, .quiet)]
        + run.results.map { result in
          .line([
            result.difference == nil ? Cell("  ✓ ", .good) : Cell("  ✗ ", .bad),
            Cell(result.name), Cell("  "),
            Cell(
              result.difference ?? result.found.rawValue, result.difference == nil ? .quiet : .bad),
          ])
        }
    }
    return blocks.text(width: nil, color: color)
      + "\(results.count - failed) of \(results.count) hold\n"
  }

  static func json(_ runs: [Run]) -> JSON {
    let items = runs.flatMap { run in
      run.results.map { result -> JSON in
        [
          "file": .string(run.file), "name": .string(result.name),
          "ok": .bool(result.difference == nil), "expected": .string(result.expected.rawValue),
          "found": .string(result.found.rawValue), "summary": .string(result.summary),
          "difference": .optional(result.difference),
        ]
      }
    }
    return [
      "schema": "ledger.policy_tests/1", "ok": .bool(items.allSatisfy { $0["ok"] == true }),
      "items": .array(items),
    ]
  }
}
