import ArgumentParser
import Ledger
import Reports
import Webhooks

struct RecordImageCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "image",
    abstract: "An image that was pushed to a registry.",
    discussion: """
      EXAMPLES
        ledger record image --digest sha256:6c62… --tag 1.4.0 \\
          --image registry.example.com/api
        aws ecr describe-images --repository-name api --image-ids imageTag=1.4.0 \\
          | ledger record image --image "$REGISTRY/api" --from -

      The digest names it; a tag may be moved. In GitHub Actions commit and build are \
      the job's: give --commit when the image was built from another one.
      """)

  @OptionGroup var pipeline: PipelineOptions
  @OptionGroup var options: RecordOptions

  @Option(help: "sha256:… of its manifest.") var digest: String?
  @Option(help: "Its name with the registry, without tag and digest.") var image: String?
  @Option(help: "Its tag.") var tag: String?
  @Option(name: .shortAndLong, help: "The commit that it was built from.") var commit: String?
  @Option(help: "The id of the build. In GitHub Actions: RUN/ATTEMPT") var build: String?
  @Option(help: "Such as linux/arm64.") var platform: String?
  @Option(help: "Bytes.") var size: Int64?
  @Option(name: .customLong("pushed-at"), help: "RFC 3339, or 10m ago as 10m.")
  var pushedAt: TimeExpression?
  @Option(help: "Output of aws ecr describe-images; - is standard input.") var from: String?

  func run() async throws {
    let job = Configuration.workflow
    var body = try pipeline.body()
    body.set("digest", digest, flag: "digest")
    body.set("image", image, flag: "image")
    body.set("tag", tag, flag: "tag")
    try body.setCommit(commit, job)
    body.set("build", build, flag: "build", otherwise: job?.run)
    body.set("platform", platform, flag: "platform")
    try body.set("size", size, flag: "size")
    try body.set("pushed_at", pushedAt, flag: "pushed-at")
    if let from { body.complete(with: try read(from, digest: body["digest"]?.string)) }
    let label = ReportLabel.text("image", body["digest"])
    try await options.record([Report(kind: .imageRecorded, body: body.members, label: label)])
  }

  private func read(_ path: String, digest: String?) throws -> [String: JSON] {
    do { return try AWSOutput.image(try InputFile.read(path), digest: digest) } catch let error
      as AWSOutputError
    { throw Failure("\(InputFile.name(path)) \(error.reason)") }
  }
}
