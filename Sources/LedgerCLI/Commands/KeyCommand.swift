import ArgumentParser
import Foundation
import Ledger
import Merkle
import SQLiteStore

struct KeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key", abstract: "The key that signs the log's checkpoints: shows, replaces it.",
    subcommands: [KeyShowCommand.self, KeyRotateCommand.self])
}

struct KeyShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Prints the public key that checkpoints are verified with.",
    discussion: """
      EXAMPLES
        ledger key show --db ledger.sqlite
        ledger key show --server https://ledger.example.com --all

      The form is that of C2SP signed notes: NAME+ID+KEY. Whoever verifies the log should have got \
      it once by another way than from the log itself.
      """)

  @OptionGroup var source: SourceOptions
  @Flag(help: "Also the keys of before, oldest first.") var all = false
  @Flag(help: "Print origin, keys, size and checkpoint as JSON.") var json = false

  func run() async throws {
    let log = try await source.open().log()
    if json || Configuration.flag("LEDGER_JSON") {
      return Console.write(log.canonicalBytes + [10])
    }
    let keys = log.list("keys").compactMap { $0.text("vkey") }
    guard !keys.isEmpty else { throw Failure.unsigned }
    for key in all ? keys[...] : keys.suffix(1) { Console.write(key + "\n") }
  }
}

struct KeyRotateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate",
    abstract: "Replaces the key that signs checkpoints.",
    discussion: """
      EXAMPLES
        ledger key rotate --db ledger.sqlite

      No server may be using the file. The new key is an entry, and the checkpoint over it is signed \
      by both keys: whoever knows the old one can follow. Older checkpoints stay verifiable with the \
      old public key. The old secret is not kept.

      Tell the new public key to all who verify, and to every witness: until it has the key as a \
      further --log, a witness answers 403.
      """)

  @Option(help: "The ledger's file. Default: ledger.sqlite") var db: String?

  func run() async throws {
    let path = db ?? Configuration.text("LEDGER_DB") ?? Configuration.defaultDatabase
    let archive = try SQLiteArchive(path: path)
    guard let key = try archive.read({ try $0.logKeys() }).last?.verifier else {
      throw Failure.unsigned
    }
    guard Configuration.text(SigningKey.variable) == nil,
      Configuration.text(SigningKey.variable + "_FILE") == nil
    else {
      throw Failure(
        "the key is given by \(SigningKey.variable): this command cannot replace it there",
        hint: "Unset the variable, put the key into \(SigningKey.path(beside: path)) and repeat.")
    }
    let file = SigningKey.path(beside: path)
    guard !SigningKey.isLink(file) else {
      // The new key would be put in the link's place, and the old secret stay where it leads.
      throw Failure(
        "\(file) is a link: this command cannot replace the key where it leads",
        hint: "Put the key itself into \(file) and repeat.")
    }
    let (next, isNew) = try nextKey(file, named: key.name)
    if next.verifier != key { try await append(next, isNew, to: path, replacing: key, file) }
    // The log knows it by now, whatever becomes of its file.
    Console.write(next.verifier.vkey + "\n")
    try WholeFile.move(SigningKey.nextPath(file), to: file)
    Console.error(
      """
      Who has to be told of this key:
        every witness      ledger witness serve gets it as a further --log; until then it answers 403
        whoever verifies   --vkey, beside the old one for what was signed before (key show --all)
      """)
  }

  /// One that an earlier, interrupted rotation left is used: the log may know it already.
  private func nextKey(
    _ file: String, named name: String
  ) throws -> (NoteSigner, isNew: Bool) {
    let path = SigningKey.nextPath(file)
    if FileManager.default.fileExists(atPath: path) { return (try SigningKey.read(path), false) }
    return (try SigningKey.make(named: name), true)
  }

  /// - Parameter isNew: whether the next key is in no file yet. It is on disk when the ledger is ours,
  ///   and before the log knows it: nobody could sign what comes after its entry.
  private func append(
    _ next: NoteSigner, _ isNew: Bool, to path: String, replacing key: NoteVerifier, _ file: String
  ) async throws {
    let store: SQLiteLedger
    do {
      // The log has to know the next key by this one: without it nothing is begun.
      store = try SQLiteLedger(
        path: path, reactor: WritableLedger.reactor(),
        signers: [try SigningKey.read(file), next], now: currentInstant)
    } catch { throw WritableLedger.refusal(error, of: "ledger key rotate") }
    do {
      let place = SigningKey.nextPath(file)
      if isNew { try SigningKey.write(next, to: place) } else { try WholeFile.flush(place) }
      let entry = try LogKey.entry(next.verifier, replacing: key, received: currentInstant())
      _ = try await store.append([Submission(entry: entry)])
    } catch {
      try await store.close()
      throw error
    }
    try await store.close()
  }
}

extension Failure {
  static let unsigned = Failure(
    "the log is not signed: it has no key", hint: "ledger init --db FILE gives it one.",
    code: Exit.nothing)

  /// Of a log that shows no checkpoint.
  ///
  /// - Parameter log: as `LogReport.json`.
  static func unsigned(_ log: JSON) -> Failure {
    guard !log.list("keys").isEmpty else { return unsigned }
    return Failure(
      "the log has a key, but its checkpoints are missing: somebody deleted them",
      hint: "ledger verify --db FILE says what is wrong.", code: Exit.integrity)
  }
}
