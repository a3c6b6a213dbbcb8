import ArgumentParser
import Ledger
import Reports
import Webhooks

extension ScanFormat: ExpressibleByArgument {}

struct RecordScanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "What a scanner found in an image or a source tree.",
    discussion: """
      EXAMPLES
        trivy image --format json -o trivy.json "$IMAGE"
        ledger record scan --from trivy.json
        ledger record scan --digest sha256:6c62… --from scan.sarif
        ledger record scan --scanner semgrep --critical 0 --high 2 --medium 0 \\
          --low 0 --unknown 0

      SARIF, and the JSON of Trivy, Grype, Docker Scout and of aws ecr \
      describe-image-scan-findings are recognised by their shape. In GitHub Actions the commit is the job's, unless the scan is of an \
      image: that may be an older one.
      """)

  @OptionGroup var pipeline: PipelineOptions
  @OptionGroup var options: RecordOptions

  @Option(help: "The scanner's file; - is standard input.") var from: String?
  @Option(help: "sarif, trivy, grype, scout or ecr, instead of recognising it.") var format:
    ScanFormat?
  @Option(help: "sha256:… of the scanned image.") var digest: String?
  @Option(name: .shortAndLong, help: "The scanned commit.") var commit: String?
  @Option(help: "Name of the scanner.") var scanner: String?
  @Option(help: "Findings.") var critical: Int64?
  @Option(help: "Findings.") var high: Int64?
  @Option(help: "Findings.") var medium: Int64?
  @Option(help: "Findings.") var low: Int64?
  @Option(help: "Findings without a severity.") var unknown: Int64?
  @Option(name: .customLong("scanned-at"), help: "RFC 3339, or 10m ago as 10m.")
  var scannedAt: TimeExpression?

  func run() async throws {
    var body = try pipeline.body()
    body.set("digest", digest, flag: "digest")
    body.set("commit", commit, flag: "commit")
    body.set("scanner", scanner, flag: "scanner")
    for (name, count) in [
      ("critical", critical), ("high", high), ("medium", medium), ("low", low),
      ("unknown", unknown),
    ] { try body.set(name, count, flag: name) }
    try body.set("scanned_at", scannedAt, flag: "scanned-at")
    if let from { body.complete(with: try read(from)) }
    if body["digest"] == nil {
      body.complete(with: ["commit": .optional(try Configuration.workflow?.commit)])
    }
    let label = ReportLabel.text("scan by", body["scanner"])
    try await options.record([Report(kind: .scanRecorded, body: body.members, label: label)])
  }

  private func read(_ path: String) throws -> [String: JSON] {
    let format: ScanFormat? = try self.format ?? Configuration.parsed("LEDGER_FORMAT")
    do { return try ScanReport(try InputFile.read(path), format: format).body } catch let error
      as ScanError
    { throw Failure("\(InputFile.name(path)) \(error.reason)") }
  }
}
