import ArgumentParser
import Ledger
import Reports

struct RecordNoteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "note",
    abstract: "Something to be remembered.",
    discussion: """
      EXAMPLES
        ledger record note "Load test until 15:00" -e staging
        ledger record note "Rolled back by hand" --about sha256:6c62… \\
          -s api -e production
      """)

  @OptionGroup var pipeline: PipelineOptions
  @OptionGroup var options: RecordOptions

  @Argument(help: "One line, 8,000 bytes at most.") var text: String
  @Option(help: "What it is about: acme/api#1287, sha256:6c62…, 418.") var about: String?
  @Option(name: .shortAndLong, help: "Environment.") var env: String?
  @Option(name: .customLong("occurred-at"), help: "RFC 3339, or 10m ago as 10m.")
  var occurredAt: TimeExpression?

  func run() async throws {
    var body = try pipeline.body()
    body.set("text", .string(text))
    body.set("about", about, flag: "about")
    body.set("environment", env, flag: "env")
    try body.set("occurred_at", occurredAt, flag: "occurred-at")
    try await options.record([Report(kind: .noteRecorded, body: body.members, label: "the note")])
  }
}
