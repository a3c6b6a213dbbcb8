import ArgumentParser
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
      for an entry that is no verdict of the deploy gate. Exit 12 when the verdict, or an attestation \
      that it rests on, is not under a checkpoint of that key.
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
    let desk = DeployAttestation(ledger: try source.open(), signer: try signer())
    let envelope = try await desk.envelope(of: entry, resource: resource)
    Console.write(envelope.json.canonicalBytes + [10])
  }

  private func signer() throws -> NoteSigner {
    let file = key ?? Configuration.text("LEDGER_KEY")
    let signer = try file.map { try SigningKey.read($0) } ?? configured()
    guard let signer else {
      throw Failure(
        "there is no signing key", hint: "Name its file with --key or LEDGER_SIGNING_KEY_FILE.")
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
}
