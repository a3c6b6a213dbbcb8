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
        ledger prove --check 418.tlog-proof --entry 418.json --vkey ledger.example.com/acme+…
        ledger prove api@prod --chain -o release.proof.json
        ledger prove --check release.proof.json --vkey ledger.example.com/acme+…

      A proof is a file by C2SP's tlog-proof, against the newest signed checkpoint; other tools read \
      it, too. The entry travels beside it: --entry writes it, and with --check reads it. --chain puts \
      every entry that ledger trace cites into one file. --check needs no ledger and no network. \
      Whose log it is says the vkey, which you should have from elsewhere (ledger key show): without \
      one the answer is 13, never 0. 12 when something does not hold.
      """)

  @OptionGroup var source: SourceOptions
  @Argument(help: "See ledger topic refs.", completion: Completions.references)
  var reference: String?
  @Option(name: [.short, .long], help: "Where to write the proof. Default: standard output")
  var output: String?
  @Option(help: "Where to write the entry's bytes; with --check, where they are.")
  var entry: String?
  @Flag(help: "All entries of the chain that it belongs to, in one file.") var chain = false
  @Option(help: "Check this proof.") var check: String?
  @Option(help: "The log's public key, to check with.") var vkey: String?
  @Flag(help: "Print what --check found as JSON.") var json = false

  func validate() throws {
    guard (reference == nil) != (check == nil) else {
      throw ValidationError("give a reference to prove, or --check FILE")
    }
    guard check == nil || (!chain && output == nil) else {
      throw ValidationError("--check takes neither --chain nor --output")
    }
    guard !chain || entry == nil else {
      throw ValidationError("--chain has its entries in the file: leave --entry out")
    }
  }

  func run() async throws {
    if let check { return try runCheck(check) }
    let ledger = try source.open()
    let (prover, reference) = (try await Prover(ledger), reference ?? "")
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
    guard let text = String(bytes: try read(path), encoding: .utf8) else {
      throw Failure("\(path) is no proof", code: Exit.integrity)
    }
    guard let vkey = vkey ?? Configuration.text("LEDGER_VKEY") else {
      throw Failure(
        "NOT CHECKED: nothing says whose log this is, so anybody may have made this proof",
        hint: "Give the log's key with --vkey, as you know it from elsewhere.",
        code: Exit.undetermined)
    }
    let verifier: NoteVerifier
    do { verifier = try NoteVerifier(vkey) } catch {
      throw Failure.usage("--vkey cannot be read: \(error)", hint: "ledger key show prints it.")
    }
    let found: ProofCheck
    do {
      found = try ProofCheck(text, entry: try entry.map(read), signedBy: verifier)
    } catch let error as NoteError {
      throw Failure("✗ the proof does not hold: \(Text.safe("\(error)"))", code: Exit.integrity)
    }
    let asJSON = json || Configuration.flag("LEDGER_JSON")
    Console.write(asJSON ? found.json.canonicalString + "\n" : found.text)
  }

  private func read(_ path: String) throws -> [UInt8] {
    do {
      return path == "-"
        ? Array(FileHandle.standardInput.readDataToEndOfFile())
        : Array(try Data(contentsOf: URL(filePath: path)))
    } catch { throw Failure("cannot read \(path)") }
  }
}
