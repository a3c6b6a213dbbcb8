import ArgumentParser
import Foundation
import Ledger
import Merkle
import Reports

struct ProveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prove",
    abstract: "Proves that an entry is in the log, or checks such a proof without the log.",
    discussion: """
      EXAMPLES
        ledger prove '#418' -o 418.tlog-proof --entry 418.json
        ledger prove --check 418.tlog-proof --entry 418.json --vkey "$VKEY"
        ledger prove api@prod --chain -o release.proof.json
        ledger prove --check release.proof.json --vkey "$VKEY"
        ledger prove '#418' --cosigned -o 418.tlog-proof --entry 418.json
        ledger prove --check 418.tlog-proof --entry 418.json --vkey "$VKEY" \\
          --vkey "$WITNESS_VKEY"

      A proof is a file by C2SP's tlog-proof, against the newest signed checkpoint; other tools read \
      it, too. The entry travels beside it: --entry writes it, and with --check reads it. --check needs \
      no ledger and no network.

      --chain puts every entry that ledger trace cites into one file. It shows that these entries are \
      in the log, not that no others are about it: for that, ledger export --proofs. What it is a chain \
      of, and what is missing in it, is signed by nobody: --check prints that as claimed.

      Witnesses cosign some seconds after the last entry. Their lines are in a proof when they are \
      there; with --cosigned it is made against the newest head that has the quorum of them.

      Whose log it is says the vkey, which you should have from elsewhere (ledger key show). Give a \
      key of the log, and those of witnesses that have to have cosigned. Without a key of the log the \
      answer is 13, never 0. 12 when something does not hold.
      """)

  @OptionGroup var source: SourceOptions
  @Argument(help: "See ledger topic refs.", completion: Completions.references)
  var reference: String?
  @Option(name: [.short, .long], help: "Where to write the proof. Default: standard output")
  var output: String?
  @Option(help: "Where to write the entry's bytes; with --check, where they are.")
  var entry: String?
  @Flag(help: "All entries of the chain that it belongs to, in one file.") var chain = false
  @Flag(help: "Against the newest head that has the quorum of its witnesses.") var cosigned = false
  @Option(help: "Check this proof.") var check: String?
  @Option(help: "A public key of the log, or of a witness, to check with. Repeatable.")
  var vkey: [String] = []
  @Flag(help: "Print what --check found as JSON.") var json = false

  func validate() throws {
    guard reference != nil || check != nil else {
      throw ValidationError("give a reference to prove, or --check FILE")
    }
    guard reference == nil || check == nil else {
      throw ValidationError("--check takes no reference: the proof says which entry it is about")
    }
    guard check == nil || (!chain && !cosigned && output == nil) else {
      throw ValidationError("--check takes neither --chain nor --cosigned nor --output")
    }
    guard !json || check != nil || chain else {
      throw ValidationError("--json is for --check: a proof of an entry has a form of its own")
    }
    guard !chain || entry == nil else {
      throw ValidationError("--chain has its entries in the file: leave --entry out")
    }
  }

  func run() async throws {
    if let check { return try runCheck(check) }
    let place = try source.place()
    try OutputTarget.refuse(writing: output, of: place, inputs: [entry])
    try OutputTarget.refuse(writing: entry, of: place)
    let ledger = try source.open()
    let prover = try await Prover(ledger, cosigned: cosigned)
    let reference = reference ?? ""
    if chain {
      let proof = try await prover.chain(of: reference)
      return try write(proof.json.canonicalBytes + [10], to: output)
    }
    let index = try await EntryReference(ledger: ledger, text: reference).index()
    let proved = try await prover.proof(of: index)
    if let entry { try write(proved.entry, to: entry) }
    try write(Array(proved.file.text.utf8), to: output)
  }

  private func write(_ bytes: [UInt8], to path: String?) throws {
    guard let path, path != "-" else { return Console.write(bytes) }
    do { try Data(bytes).write(to: URL(filePath: path), options: .atomic) } catch {
      throw Failure("cannot write \(path)")
    }
  }

  // MARK: --check

  private func runCheck(_ path: String) throws {
    guard let text = String(bytes: try InputFile.read(path), encoding: .utf8) else {
      throw refused(Failure("\(InputFile.name(path)) is no proof", code: Exit.integrity))
    }
    let keys = TrustedKeys(try VerifierKeys.read(Configuration.list(vkey, "LEDGER_VKEY")))
    guard !keys.logs.isEmpty else {
      throw refused(
        Failure(
          "NOT CHECKED: nothing says whose log this is, so anybody may have made this proof",
          hint: "Give the log's key with --vkey, as you know it from elsewhere.",
          code: Exit.undetermined))
    }
    let found: ProofCheck
    do {
      found = try ProofCheck(text, entry: try entry.map(InputFile.read), signedBy: keys)
    } catch let error as NoteError {
      throw refused(
        Failure(
          "✗ the proof does not hold: \(Text.safe("\(error)"))", hint: ProveCommand.hint(error),
          code: Exit.integrity))
    }
    Console.write(wantsJSON ? found.json.canonicalString + "\n" : found.text)
  }

  private var wantsJSON: Bool { json || Configuration.flag("LEDGER_JSON") }

  /// Programs that asked for JSON get it, whatever the answer is.
  private func refused(_ failure: Failure) -> Failure {
    if wantsJSON { Console.write(failure.json(schema: ProofCheck.schema)) }
    return failure
  }

  private static func hint(_ error: NoteError) -> String {
    switch error {
    case .unsigned: VerifierKeys.hint
    default: "Take neither it nor the entry for true; get both again from who made them."
    }
  }
}
