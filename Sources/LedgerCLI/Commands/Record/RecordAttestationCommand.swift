import ArgumentParser
import Ledger
import Merkle
import Webhooks

struct RecordAttestationCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attestation",
    abstract: "Provenance that was made with an image.",
    discussion: """
      EXAMPLES
        ledger record attestation --bundle "$BUNDLE_PATH" --digest sha256:6c62…

      The bundle is the file that actions/attest-build-provenance writes. Its signature is not \
      checked: whoever records it vouches for it, and the entry says so. Verify it before with \
      gh attestation verify. It is refused when the image is not its subject.
      """)

  @OptionGroup var pipeline: PipelineOptions
  @OptionGroup var options: RecordOptions
  @Option(help: "The bundle's file; - is standard input.") var bundle: String
  @Option(help: "sha256:… of the image that it is about.") var digest: String

  func run() async throws {
    var body = try pipeline.body()
    body.set("digest", digest, flag: "digest")
    let bytes = try InputFile.read(bundle)
    do { body.complete(with: try ProvenanceBundle.body(bytes)) } catch {
      throw Failure("\(InputFile.name(bundle)) \(error.reason)")
    }
    body.complete(with: ["bundle": .string(Hash.sha256(bytes).hex), "verification": "vouched"])
    let label = ReportLabel.text("provenance of", body["digest"])
    try await options.record([
      Report(kind: .attestationRecorded, body: body.members, label: label)
    ])
  }
}
