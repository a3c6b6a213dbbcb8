import ArgumentParser
import Ledger
import Reports

struct RecordBuildCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build",
    abstract: "A build, while it runs or when it has ended.",
    discussion: """
      EXAMPLES
        ledger record build --outcome success --started-at 10m
        ledger record build --id 17/1 --commit "$(git rev-parse HEAD)" -R acme/api

      In GitHub Actions the id is RUN/ATTEMPT and the commit is the one that was \
      pushed; for a pull request it is its head, not the test merge.
      """)

  @OptionGroup var pipeline: PipelineOptions
  @OptionGroup var options: RecordOptions

  @Option(help: "What it is called where it runs. In GitHub Actions: RUN/ATTEMPT") var id: String?
  @Option(help: "Its name. In GitHub Actions: the workflow") var name: String?
  @Option(name: .shortAndLong, help: "The commit, 40 digits.") var commit: String?
  @Option(help: "Branch or tag.") var ref: String?
  @Option(help: "success, failure or cancelled; nothing while it runs.") var outcome: String?
  @Option(name: .customLong("started-at"), help: "RFC 3339, or 10m ago as 10m.")
  var startedAt: TimeExpression?
  @Option(name: .customLong("finished-at"), help: "RFC 3339, or 10m ago as 10m.")
  var finishedAt: TimeExpression?

  func run() async throws {
    let job = Configuration.workflow
    var body = try pipeline.body()
    body.set("id", id, flag: "id", otherwise: job?.run)
    body.set("name", name, flag: "name", otherwise: job?.workflow)
    try body.setCommit(commit, job)
    body.set("ref", ref, flag: "ref", otherwise: job?.ref)
    body.set("outcome", outcome, flag: "outcome")
    try body.set("started_at", startedAt, flag: "started-at")
    try body.set("finished_at", finishedAt, flag: "finished-at")
    let label = ReportLabel.text("build", body["id"])
    try await options.record([Report(kind: .buildRecorded, body: body.members, label: label)])
  }
}
