import ArgumentParser
import Ledger
import Reports
import Webhooks

struct RecordTaskDefinitionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "task-definition",
    abstract: "A revision of a task definition that was registered with ECS.",
    discussion: """
      EXAMPLES
        aws ecs register-task-definition --cli-input-json file://task.json \\
          | ledger record task-definition -s api --from -
        ledger record task-definition --family api --revision 57 \\
          --container app=registry.example.com/api@sha256:6c62…

      Of the output only family, revision, ARN, time, and name and image of each \
      container are read. In GitHub Actions the commit is the job's where no container \
      names a digest: the image may have been built from another one.
      """)

  @OptionGroup var pipeline: PipelineOptions
  @OptionGroup var options: RecordOptions

  @Option(help: "Output of aws ecs register- or describe-task-definition; - is standard input.")
  var from: String?
  @Option(help: "Family.") var family: String?
  @Option(help: "Revision, a number.") var revision: Int64?
  @Option(help: "ARN.") var arn: String?
  @Option(help: "NAME=IMAGE; may be repeated.") var container: [ContainerArgument] = []
  @Option(name: .shortAndLong, help: "The commit that it was made from.") var commit: String?
  @Option(name: .customLong("registered-at"), help: "RFC 3339, or 10m ago as 10m.")
  var registeredAt: TimeExpression?

  func run() async throws {
    var body = try pipeline.body()
    body.set("family", family, flag: "family")
    try body.set("revision", revision, flag: "revision")
    body.set("arn", arn, flag: "arn")
    body.set("commit", commit, flag: "commit")
    try body.set("registered_at", registeredAt, flag: "registered-at")
    if !container.isEmpty { body.set("containers", .array(container.map(\.json))) }
    if let from { body.complete(with: try read(from)) }
    // An image may have been built from another commit than that of the job which registers it.
    let digests = (body["containers"]?.array ?? []).compactMap { $0["digest"]?.string }
    if digests.isEmpty { try body.setCommit(nil, Configuration.workflow) }
    let label = ReportLabel.text("task definition", body["family"], body["revision"])
    try await options.record([
      Report(kind: .taskDefinitionRecorded, body: body.members, label: label)
    ])
  }

  private func read(_ path: String) throws -> [String: JSON] {
    do { return try AWSOutput.taskDefinition(try InputFile.read(path)) } catch let error
      as AWSOutputError
    { throw Failure("\(InputFile.name(path)) \(error.reason)") }
  }
}

/// `app=registry.example.com/api@sha256:…`
struct ContainerArgument: ExpressibleByArgument {
  let name: String
  let image: String

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    (name, image) = (String(parts[0]), String(parts[1]))
  }

  /// A tag is kept as part of the image; the digest is then unknown. One that is wrong is kept, too:
  /// the form says what is wrong with it.
  var json: JSON {
    [
      "name": .string(name), "image": .string(image),
      "digest": .optional(ImageName(image).written),
    ]
  }
}
