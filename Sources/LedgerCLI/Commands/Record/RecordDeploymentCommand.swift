import ArgumentParser
import Foundation
import Ledger
import Reports

struct RecordDeploymentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deployment",
    abstract: "The start and the end of a deployment.",
    discussion: """
      EXAMPLES
        ledger record deployment start -s api -e production --digest sha256:6c62…
        ledger record deployment finish -s api -e production
        ID=$(ledger record deployment start -s api -e production --json | jq -r .id)
        ledger record deployment fail --id "$ID" --reason "health check failed"

      The id joins the end to the start. In GitHub Actions it is \
      RUN/ATTEMPT/SERVICE/ENV, and start also writes it as the step's output id. \
      Elsewhere start makes one, and --json has it as id. A deployment that GitHub \
      knows, too, is one line with --github-deployment at the start and at the end.

      The commit is the job's where neither --digest nor --revision says what is deployed. Of an \
      image the ledger knows the commit by its record; --commit says another one.
      """,
    subcommands: [
      RecordDeploymentStart.self, RecordDeploymentFinish.self, RecordDeploymentFail.self,
    ])
}

struct RecordDeploymentStart: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start", abstract: "A deployment began. Prints its id.")

  @OptionGroup var pipeline: PipelineOptions
  @OptionGroup var deployment: DeploymentOptions
  @OptionGroup var options: RecordOptions

  func run() async throws {
    let job = Configuration.workflow
    let body = try deployment.start(try pipeline.body(), job)
    let id = body["id"]?.string ?? ""
    let report = Report(
      kind: .deploymentRecorded, body: body.members, label: "deployment \(id)")
    guard try await options.record([report], extra: ["id": .string(id)]) else { return }
    if let output = job?.output { try RecordDeploymentStart.append("id=\(id)\n", to: output) }
  }

  private static func append(_ line: String, to path: String) throws {
    do {
      let file = try FileHandle(forWritingTo: URL(filePath: path))
      try file.seekToEnd()
      try file.write(contentsOf: Data(line.utf8))
      try file.close()
    } catch {
      throw Failure(
        "the deployment is recorded, and its id could not be written to GITHUB_OUTPUT",
        hint: "Give the id to the end of the deployment with --id.")
    }
  }
}

struct RecordDeploymentFinish: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "finish",
    abstract: "A deployment ended well; --outcome rolled-back when what runs now had run before.")

  @OptionGroup var pipeline: PipelineOptions
  @OptionGroup var deployment: DeploymentOptions
  @OptionGroup var options: RecordOptions

  func run() async throws {
    try await deployment.end("finish", try pipeline.body(), options)
  }
}

struct RecordDeploymentFail: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fail", abstract: "A deployment failed; --outcome cancelled when it was stopped.")

  @OptionGroup var pipeline: PipelineOptions
  @OptionGroup var deployment: DeploymentOptions
  @OptionGroup var options: RecordOptions

  func run() async throws {
    try await deployment.end("fail", try pipeline.body(), options)
  }
}

/// What the start and the end of a deployment may say.
struct DeploymentOptions: ParsableArguments {
  @Option(help: "What joins the end to the start.") var id: String?
  @Option(name: .shortAndLong, help: "Environment.") var env: String?
  @Option(name: .shortAndLong, help: "The commit that is deployed.") var commit: String?
  @Option(help: "sha256:… of the image.") var digest: String?
  @Option(help: "Task definition, as family:number.") var revision: String?
  @Option(help: "The platform's own id, such as ecs-svc/8812….") var rollout: String?
  @Option(name: .customLong("github-deployment"), help: "GitHub's number of the same deployment.")
  var gitHubDeployment: Int64?
  @Option(help: "Of the end: success, rolled-back, failure or cancelled.") var outcome: String?
  @Option(help: "Why.") var reason: String?
  @Option(name: .customLong("occurred-at"), help: "RFC 3339, or 10m ago as 10m.")
  var occurredAt: TimeExpression?

  func body(_ common: ReportBody, phase: String) throws -> ReportBody {
    var body = common
    body.set("phase", .string(phase))
    body.set("environment", env, flag: "env")
    body.set("digest", digest, flag: "digest")
    body.set("revision", revision, flag: "revision")
    body.set("rollout", rollout, flag: "rollout")
    try body.set("github_deployment", gitHubDeployment, flag: "github-deployment")
    body.set("outcome", outcome, flag: "outcome")
    body.set("reason", reason, flag: "reason")
    try body.set("occurred_at", occurredAt, flag: "occurred-at")
    body.set("commit", commit, flag: "commit")
    body.set("id", id, flag: "id", otherwise: DeploymentOptions.id(body, Configuration.workflow))
    return body
  }

  /// The end does not repeat the commit: it may run where another one is checked out. Nor is it
  /// that of an image that is named: the job may deploy one that was built long before.
  func start(_ common: ReportBody, _ job: WorkflowEnvironment?) throws -> ReportBody {
    var body = try body(common, phase: "start")
    body.complete(with: ["id": .string(UUID().uuidString.lowercased())])
    let isOfJob = body["digest"] == nil && body["revision"] == nil
    try body.setCommit(commit, isOfJob ? job : nil)
    return body
  }

  /// `RUN/ATTEMPT/SERVICE/ENV`, the same at the start and at the end.
  static func id(_ body: ReportBody, _ job: WorkflowEnvironment?) -> String? {
    guard let run = job?.run, let service = body["service"]?.string,
      let environment = body["environment"]?.string
    else { return nil }
    return "\(run)/\(service)/\(environment)"
  }

  func end(_ phase: String, _ common: ReportBody, _ options: RecordOptions) async throws {
    let body = try body(common, phase: phase)
    guard let id = body["id"]?.string else {
      throw Failure.usage(
        "which deployment? --id is missing",
        hint: "start printed it; in GitHub Actions give -s and -e.")
    }
    let report = Report(
      kind: .deploymentRecorded, body: body.members, label: "the end of deployment \(id)")
    try await options.record([report])
  }
}
