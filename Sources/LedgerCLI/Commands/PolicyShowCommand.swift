import ArgumentParser
import Ledger
import Reports
import SQLiteStore

struct PolicyShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "The policy in force, its hash, and since when. Exit 3 when there is none.",
    discussion: """
      EXAMPLES
        ledger policy show
        ledger policy show --json | jq -r .hash
      """)

  @OptionGroup var source: SourceOptions
  @Flag(help: "Print it as JSON.") var json = false

  func run() async throws {
    let answer = try await source.policy()
    guard answer.text("hash") != nil else {
      throw Failure("no policy is in force: nothing is guarded", code: Exit.nothing)
    }
    if json || Configuration.flag("LEDGER_JSON") {
      return Console.write(JSONText.line(answer, isTerminal: Console.isTerminal))
    }
    Console.write(PolicyShowCommand.text(answer))
  }

  static func text(_ answer: JSON) -> String {
    let head = [
      "# policy \(answer.text("hash") ?? "")",
      "# in force since \(answer.text("since") ?? "-"), entry #\(answer.text("entry") ?? "-")",
      answer.text("file").map { "# of the file \($0)" },
      answer.text("refused.since").map { "# the file on disk is refused since \($0)" },
    ].compactMap(\.self).map { Text.safe($0) + "\n" }.joined()
    return head + YAMLText.text(answer["policy"] ?? .null)
  }
}

extension SourceOptions {
  func policy() async throws -> JSON {
    switch try place() {
    case .file(let path):
      return try SQLiteArchive(path: path).read {
        try PolicyReport.json(reading: $0, asOf: currentInstant().wholeSecond)
      }
    case .server(let url):
      let server = try ServerSource(url: url, token: Configuration.apiToken)
      guard let answer = try await server.get("/v1/policy") else {
        throw Failure("the server does not do this", hint: "Is it an older version?")
      }
      return answer
    }
  }
}
