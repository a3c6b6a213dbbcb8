import ArgumentParser
import Attestations
import Ledger
import Merkle
import Service
import Webhooks

struct RecordAttestationCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attestation",
    abstract: "Provenance that was made with an image.",
    discussion: """
      EXAMPLES
        ledger record attestation --bundle "$BUNDLE_PATH" --digest sha256:6c62…
        ledger record attestation --bundle bundle.json --digest sha256:6c62… \\
          --check-only --config ledger.yaml

      The bundle is the file that actions/attest-build-provenance writes, or a DSSE envelope. The \
      server checks its signature, its subject, builder, repository and commit, as attestations in \
      its ledger.yaml says, and records the result: verified, vouched (nothing was checked) or \
      failed. With --db it is checked here, as --config says.

      Exit 12 when it failed; the entry is there all the same.
      """)

  @OptionGroup var pipeline: PipelineOptions
  @OptionGroup var options: RecordOptions
  @Option(help: "The bundle's file; - is standard input.") var bundle: String
  @Option(help: "sha256:… of the image that it is about.") var digest: String
  @Option(help: "Who is trusted, with --db or --check-only: a ledger.yaml.") var config: String?
  @Flag(name: .customLong("check-only"), help: "Say what would become of it, and record nothing.")
  var checkOnly = false

  private var policyPath: String? { config ?? Configuration.text("LEDGER_CONFIG") }

  func run() async throws {
    let bytes = try InputFile.read(bundle)
    let read: AttestationBundle
    do { read = try AttestationBundle(bytes) } catch {
      throw Failure("\(InputFile.name(bundle)): \(error.reason)")
    }
    if checkOnly, let problem = Digests.problem(digest) {
      throw Failure.usage("--digest \(Text.safe(digest)) \(Text.safe(problem))")
    }
    if checkOnly { return try show(await read.verify(digest: digest, trust: try trust())) }
    var body = try pipeline.body()
    body.set("digest", digest, flag: "digest")
    body.set(AttestationIntake.member, .string(String(decoding: bytes, as: UTF8.self)))
    let report = Report(
      kind: .attestationRecorded, body: body.members,
      label: ReportLabel.text("provenance of", body["digest"]))
    let receipts = try await options.receipts([report], trust: try trust())
    options.show([report], receipts)
    try Self.leave(receipts)
  }

  private func trust() throws -> Trust {
    try policyPath.map { try PolicyFile(path: $0).trust() } ?? Trust()
  }

  private func show(_ result: Verification) throws {
    if options.wantsJSON {
      let json: JSON = [
        "verification": .string(result.word.rawValue), "reason": .optional(result.reason),
        "verified_by": .optional(result.signer), "source_repository": .optional(result.repository),
        "source_repository_id": .optional(result.repositoryID),
      ]
      Console.write(json.canonicalBytes + [10])
    } else {
      let why = (result.reason ?? result.signer).map { ": \(Text.safe($0))" } ?? ""
      Console.write("\(result.word.rawValue)\(why)\n")
    }
    if result.word == .failed { throw ExitCode(Exit.integrity) }
  }

  /// The entry is there; a pipeline must not go on as though nothing were wrong.
  private static func leave(_ receipts: [ReportReceipt]) throws {
    guard let failed = receipts.first(where: { $0.verification == "failed" }) else { return }
    throw Failure(
      "the attestation does not hold: \(Text.safe(failed.reason ?? "no reason was given"))",
      hint: "Entry \(failed.index) says so; a deploy gate never counts it.",
      code: Exit.integrity)
  }
}
