import ArgumentParser
import Foundation
import Ledger
import Merkle
import Reports
import SQLiteStore

struct InitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Makes a ledger, or gives one a key to sign its checkpoints with.",
    discussion: """
      EXAMPLES
        ledger init --origin ledger.example.com/acme
        LEDGER_SIGNING_KEY_FILE=/run/secrets/ledger ledger init --db ledger.sqlite

      The origin is the log's name for ever: an address without https://, which need not exist. The \
      secret key is written beside the ledger's file, for its owner alone, unless one is given by \
      LEDGER_SIGNING_KEY_FILE; keep a copy of it elsewhere. The public key is printed: whoever \
      verifies the log needs it.

      An existing ledger keeps all that it has. One that was made without a key gets one here and \
      nowhere else: it vouches for every entry that is there. Look at them before (ledger verify).
      """)

  @Option(help: "The ledger's file. Default: ledger.sqlite") var db: String?
  @Option(help: "The log's name. Default: the host of LEDGER_PUBLIC_URL, or a random name.")
  var origin: String?
  @Flag(help: "Print the result as JSON.") var json = false

  func run() async throws {
    let path = db ?? Configuration.text("LEDGER_DB") ?? Configuration.defaultDatabase
    if let origin { try SigningKey.checkName(origin, flag: "--origin") }
    let (signer, isNew) = try key(for: path)
    if let origin, origin != signer.verifier.name {
      throw Failure(
        "the key is that of \(signer.verifier.name), not of \(origin)",
        hint: "Leave --origin out, or give another key.")
    }
    if isNew { try SigningKey.write(signer, to: SigningKey.path(beside: path)) }
    let store: SQLiteLedger
    do { store = try WritableLedger.open(path, mayBegin: true) } catch {
      // A key that signed nothing.
      if isNew { try FileManager.default.removeItem(atPath: SigningKey.path(beside: path)) }
      throw error
    }
    let log = try await store.read { try LogReport(reading: $0) }
    try await store.close()
    show(log, path, isNew)
  }

  private func key(for path: String) throws -> (NoteSigner, isNew: Bool) {
    if let signer = try SigningKey.read(for: path) { return (signer, false) }
    return (try SigningKey.make(named: origin ?? InitCommand.defaultOrigin), true)
  }

  private static var defaultOrigin: String {
    let host = Configuration.text("LEDGER_PUBLIC_URL").flatMap { URL(string: $0)?.host }
    let number = UInt32.random(in: .min ... .max)
    return host ?? "ledger.local/\(String(number, radix: 36))"
  }

  private func show(_ log: LogReport, _ path: String, _ isNew: Bool) {
    if json || Configuration.flag("LEDGER_JSON") {
      return Console.write(log.json.canonicalBytes + [10])
    }
    let key = isNew ? "made \(SigningKey.path(beside: path))" : "was there"
    Console.write(
      """
      ledger   \(Text.safe(path))
      origin   \(log.origin ?? "")
      key      \(key)
      vkey     \(log.keys.last?.verifier.vkey ?? "")

      """)
  }
}
