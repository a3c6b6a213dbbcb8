import ArgumentParser
import Attestations
import Ledger
import Merkle
import Webhooks

struct AttestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attest",
    abstract: "Signs what the ledger concluded, for others to check.",
    subcommands: [AttestDeployCommand.self])
}

struct AttestDeployCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deploy",
    abstract: "That an image passed the deploy gate, as a SLSA verification summary.",
    discussion: """
      EXAMPLES
        ledger attest deploy 55 --db ledger.sqlite > api.vsa.json
        ledger attest deploy 55 --key ledger.sqlite.key --server https://…

      55 is the entry of the verdict (ledger gate deploy --json says which). The output is a DSSE \
      envelope around an in-toto statement about the image, signed with the ledger's key. Exit 10 \
      for a verdict that is no allow by the rules: what an override let pass is not attested. Exit 2 \
      for an entry that is no verdict of the deploy gate.
      """)

  @OptionGroup var source: SourceOptions
  @Argument(help: "The verdict's entry: 55 or '#55'.", transform: EntryReference.number)
  var entry: Int64
  @Option(
    help: "The file of the ledger's signing key. Default: LEDGER_SIGNING_KEY_FILE, or beside --db")
  var key: String?
  @Option(help: "A URI for what it was verified for. Default: a URN of service and environment")
  var resource: String?

  func validate() throws {
    guard let resource else { return }
    guard CDEventExport.isReference(resource), resource.contains(":") else {
      throw ValidationError("--resource must be a URI such as https://example.com/api")
    }
  }

  func run() async throws {
    let source = try source.open()
    let signer = try await signer(source)
    let verdict = try await Self.entry(entry, source)
    var inputs: [VerificationSummary.Input] = []
    for index in VerificationSummary.cited(by: verdict) {
      let data = try await Self.entry(index, source).data
      guard let bundle = data["bundle"]?.string else { continue }
      inputs.append(
        .init(entry: index, bundle: bundle, isVerified: data["verification"] == "verified"))
    }
    let summary: VerificationSummary
    do { summary = try VerificationSummary(verdict, inputs: inputs) } catch {
      let isVerdict = verdict.kind == .deployVerdict
      throw Failure(
        "entry \(entry) \(error.reason)",
        hint: isVerdict ? nil : "ledger gate deploy --json names it as decision.",
        code: isVerdict ? Exit.denied : Exit.usage)
    }
    let statement = summary.statement(
      verifier: signer.verifier.name, resource: resource)
    let envelope = try VerificationSummary.signed(statement, by: signer)
    Console.write(envelope.json.canonicalBytes + [10])
  }

  /// The ledger's own key, as far as the log names any: another one would vouch for nothing.
  private func signer(_ ledger: any LedgerSource) async throws -> NoteSigner {
    let file = key ?? Configuration.text("LEDGER_KEY")
    let signer = try file.map { try SigningKey.read($0) } ?? configured()
    guard let signer else {
      throw Failure(
        "there is no signing key", hint: "Name its file with --key or LEDGER_SIGNING_KEY_FILE.")
    }
    let known = try await ledger.entries(from: 0, limit: 1_000, kind: Kind.logKey.name)
      .filter { $0["kind"]?.string == Kind.logKey.name }
      .compactMap { $0.at("data", "vkey")?.string }
    guard known.isEmpty || known.contains(signer.verifier.vkey) else {
      throw Failure(
        "the signing key is none of this log's", hint: "ledger key show prints the log's keys.")
    }
    return signer
  }

  private func configured() throws -> NoteSigner? {
    switch try source.place() {
    case .file(let path): try SigningKey.read(for: path)
    // A server's own file is beside its database, and that is elsewhere.
    case .server: try SigningKey.read(for: "")
    }
  }

  private static func entry(_ index: Int64, _ source: any LedgerSource) async throws -> Entry {
    guard let shown = try await source.entry(index)?.object else {
      throw Failure("there is no entry \(index)", code: Exit.nothing)
    }
    let members = shown.filter { !["index", "leaf"].contains($0.key) }
    do { return try Entry(decoding: JSON.object(members).canonicalBytes) } catch {
      throw Failure("entry \(index) cannot be read")
    }
  }
}
