import ArgumentParser
import Ledger
import Reports

struct RecordTestResultsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test-results",
    abstract: "How tests went.",
    discussion: """
      EXAMPLES
        ledger record test-results --from junit.xml
        ledger record test-results --suite load --tests 12 --failures 1 \\
          --errors 0 --skipped 0

      A file is JUnit's XML. What is recorded is counted from its test cases. In \
      GitHub Actions the commit is the job's, unless the tests are of an image: that \
      may be an older one.
      """)

  @OptionGroup var pipeline: PipelineOptions
  @OptionGroup var options: RecordOptions

  @Option(help: "A file of JUnit's XML; - is standard input.") var from: String?
  @Option(help: "Name of the suite. Default: as in the file") var suite: String?
  @Option(name: .shortAndLong, help: "The tested commit.") var commit: String?
  @Option(help: "sha256:… of the tested image.") var digest: String?
  @Option(help: "All of them.") var tests: Int64?
  @Option(help: "Of them failed.") var failures: Int64?
  @Option(help: "Of them could not be carried out.") var errors: Int64?
  @Option(help: "Of them left out.") var skipped: Int64?
  @Option(help: "How long it took.") var milliseconds: Int64?
  @Option(name: .customLong("finished-at"), help: "RFC 3339, or 10m ago as 10m.")
  var finishedAt: TimeExpression?

  func run() async throws {
    let job = Configuration.workflow
    var body = try pipeline.body()
    body.set("suite", suite, flag: "suite")
    body.set("commit", commit, flag: "commit")
    body.set("digest", digest, flag: "digest")
    for (name, count) in [
      ("tests", tests), ("failures", failures), ("errors", errors), ("skipped", skipped),
      ("milliseconds", milliseconds),
    ] { try body.set(name, count, flag: name) }
    try body.set("finished_at", finishedAt, flag: "finished-at")
    if let from { body.complete(with: try read(from)) }
    if body["digest"] == nil { body.complete(with: ["commit": .optional(try job?.commit)]) }
    body.complete(with: ["suite": .optional(job?.workflow)])
    let label = ReportLabel.text("test results of", body["suite"])
    try await options.record([Report(kind: .testResultsRecorded, body: body.members, label: label)])
  }

  private func read(_ path: String) throws -> [String: JSON] {
    let bytes = try InputFile.read(path)
    let file: JUnitFile
    do { file = try JUnitFile(bytes) } catch {
      throw Failure(
        "\(InputFile.name(path))\(error.line.map { ":\($0)" } ?? ""): \(Text.safe(error.reason))",
        hint: "The file has to be JUnit's XML.")
    }
    for difference in file.differences {
      Console.error(
        "ledger: \(InputFile.name(path)) \(difference); what was counted is recorded")
    }
    return file.body
  }
}
