import ArgumentParser
import Ledger
import Reports

struct RecordResourceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resource",
    abstract: "Something that costs money or has to be torn down was made, or is gone.",
    discussion: """
      EXAMPLES
        ledger record resource --type aws_db_instance --id api-test \\
          --state created -e staging
        ledger record resource --type aws_db_instance --id api-test --state gone
      """)

  @OptionGroup var pipeline: PipelineOptions
  @OptionGroup var options: RecordOptions

  @Option(help: "What it is, such as aws_db_instance.") var type: String?
  @Option(help: "What it is known by where it is, such as an ARN.") var id: String?
  @Option(help: "created or gone.") var state: String?
  @Option(help: "Its name.") var name: String?
  @Option(name: .shortAndLong, help: "Environment.") var env: String?
  @Option(help: "Region.") var region: String?
  @Option(name: .customLong("occurred-at"), help: "RFC 3339, or 10m ago as 10m.")
  var occurredAt: TimeExpression?

  func run() async throws {
    var body = try pipeline.body()
    body.set("type", type, flag: "type")
    body.set("id", id, flag: "id")
    body.set("state", state, flag: "state")
    body.set("name", name, flag: "name")
    body.set("environment", env, flag: "env")
    body.set("region", region, flag: "region")
    try body.set("occurred_at", occurredAt, flag: "occurred-at")
    let label = ReportLabel.text("resource", body["type"], body["id"])
    try await options.record([Report(kind: .resourceRecorded, body: body.members, label: label)])
  }
}
