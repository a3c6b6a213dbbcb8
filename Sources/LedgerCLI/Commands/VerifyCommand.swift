import ArgumentParser
import Foundation
import Gates
import Ledger
import Merkle
import Reports
import SQLiteStore
import Webhooks

struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks every entry, rebuilds every table, concludes every verdict again.",
    discussion: """
      EXAMPLES
        ledger verify --db ledger.sqlite
        ledger verify --against 2026-11-21.checkpoint --vkey "$VKEY"
        ledger verify --db ledger.sqlite --write-pages ledger.pages
        ledger verify --db ledger.sqlite --pages ledger.pages --json
        ledger verify --export api.ndjson --vkey "$VKEY"

      All entries are hashed again and the tree is built anew; its root is compared with every \
      checkpoint, whose signatures are checked. All tables are folded again and compared row by \
      row, all verdicts are concluded again. It works on a copy, also while a server writes, \
      unless that keeps the file to itself with a rollback journal, as on a network file system: \
      stop it first, or check what ledger export --proofs --server writes (--export).

      Without --vkey the log's first key is believed, and those that it leads to: it is printed, \
      for whoever made all of the log could have made the key. Give the one that you know.

      Who owns file and key can write another log. A checkpoint that was kept elsewhere shows that \
      (--against: a file, or - for standard input; repeatable), if its key is known from elsewhere, \
      too (--vkey; ledger key show). For a file at rest --write-pages keeps a digest of every page, \
      and --pages compares: that finds even what no answer shows.

      With LEDGER_WEBHOOK_SECRET the signatures of GitHub's deliveries are checked again, too. One \
      of the secrets has to fit each: give those that were replaced on further lines.

      With --export it checks a file of ledger export --proofs alone, also where there is no \
      ledger: signature, proofs, and that no entry is missing. --vkey names the key of the log. No \
      witness has cosigned the head of an export, which is made with it: give the key of one only \
      where its line was added. Without a key of the log nothing says whose log it is: exit 13.

      A log whose key was replaced is followed from an earlier key as well as from the newest one: \
      what the others signed is checked by the log's own chain of keys, and said apart.

      A witness whose key is given beside the log's has to have cosigned a head: one that the log \
      keeps, or one of --against, where its line then has to be. The lines of other witnesses are \
      checked by the keys that the log names.

      With --json there is one object on standard output, unless the flags contradict each other. \
      Where nothing could be verified it has schema, ok (false), reason and hint; the sentence is on \
      standard error as well.

      Exit 0 when everything agrees, 12 when not, 13 for an export without --vkey.
      """)

  @Option(help: "The ledger's file. Default: ledger.sqlite") var db: String?
  @Option(help: "Check a file of ledger export --proofs, without the ledger; - is standard input.")
  var export: String?
  @Option(help: "A checkpoint that was kept: the log has to lead to it. Repeatable.")
  var against: [String] = []
  @Option(
    help: "The log's public key, where it is known from elsewhere. Repeatable. Default: LEDGER_VKEY"
  )
  var vkey: [String] = []
  @Option(help: "A digest of the file's pages to compare with.") var pages: String?
  @Option(help: "Where to keep a digest of the file's pages.") var writePages: String?
  @Flag(help: "Print the result as JSON.") var json = false

  func validate() throws {
    guard export != nil else { return }
    guard db == nil, against.isEmpty, pages == nil, writePages == nil else {
      throw ValidationError(
        "--export takes neither --db nor --against, --pages or --write-pages: it is checked alone")
    }
  }

  func run() async throws {
    let schema = export == nil ? VerifyText.schema : ExportSummary.schema
    do { try export.map(check) ?? verify() } catch {
      // A report that found something has said so.
      if wantsJSON, let failure = Failure(sayingWhy: error) {
        Console.write(failure.json(schema: schema))
      }
      throw error
    }
  }

  private func verify() throws {
    let path = db ?? Configuration.text("LEDGER_DB") ?? Configuration.defaultDatabase
    try OutputTarget.refuse(writing: writePages, ofLedger: path, inputs: against)
    let options = try options()
    try checkIsAtRest(path)
    let report = try report(on: path, options)
    let text = VerifyText(
      report: report, outside: OutsideSight(of: path), hasSecrets: options.signatures != nil)
    Console.write(wantsJSON ? text.json.canonicalString + "\n" : text.text)
    guard report.problems.isEmpty else {
      if let writePages { Console.error("not written: \(Text.safe(writePages))") }
      throw ExitCode(Exit.integrity)
    }
    if let writePages { try keepPages(of: path, in: writePages) }
  }

  private var wantsJSON: Bool { json || Configuration.flag("LEDGER_JSON") }

  private func report(on path: String, _ options: VerifyOptions) throws -> VerifyReport {
    let bar = ProgressLine()
    defer { bar.clear() }
    Interruption.watch()
    defer { Interruption.end() }
    do {
      let report = try Verifier.verify(
        path: path, reactor: WritableLedger.reactor(), options: options
      ) { progress in
        // From then on the copy has no name: any end takes it away.
        if progress.stage != .copying { Interruption.end() }
        try Interruption.check()
        bar.show(progress)
      }
      try Interruption.check()
      return report
    } catch let stopped as Interruption.Stopped { stopped.leave() } catch let refused
      as StartupRefused
    { throw explained(refused) } catch let failure as Failure { throw failure } catch let
      trouble as VerifyTrouble
    {
      throw Failure(
        "nothing was verified: \(Text.safe(trouble.description))",
        hint: "It works on a copy: TMPDIR has to name a folder with room for twice the file.")
    } catch {
      bar.clear()
      throw damaged(error)
    }
  }

  private func explained(_ refused: StartupRefused) -> any Error {
    switch refused {
    // Here it is a finding: whoever asks has the release that made the file.
    case .editedMigration: Failure("\(refused)", code: Exit.integrity)
    // No server verifies its own file.
    case .heldElsewhere:
      Failure(
        "\(refused)",
        hint: "Stop it first, or have it make an export (ledger export --proofs --server URL) and "
          + "check that with --export.")
    default: refused
    }
  }

  /// The driver's message names every column of what it asked for behind the reason.
  private func damaged(_ error: any Error) -> Failure {
    let text = "\(error)"
    let end = text.range(of: " - while executing")?.lowerBound ?? text.endIndex
    return Failure(
      "the file is damaged: \(Text.safe(String(text[..<end])))",
      hint: "Keep it, and go on with a copy that ledger verify finds in order.",
      code: Exit.integrity)
  }

  /// Before all the work, of which nothing would be kept.
  private func checkIsAtRest(_ path: String) throws {
    guard let writePages else { return }
    do { _ = try PageDigest(path: path) } catch let refused as StartupRefused {
      throw Failure("\(writePages) is not written: \(refused)", hint: refused.hint)
    }
  }

  private func check(_ path: String) throws {
    let keys = Configuration.list(vkey, "LEDGER_VKEY")
    let text = ExportText(summary: try ExportCheck(path: path, vkeys: keys).run())
    let lines = text.lines.map { $0 + "\n" }.joined()
    Console.write(wantsJSON ? text.summary.json.canonicalString + "\n" : lines)
    guard let warning = text.warning else { return }
    Console.error(warning)
    throw ExitCode(Exit.undetermined)
  }

  /// A secret that was replaced counts, too: however many are given, one has to fit.
  private static func signatures() throws -> (@Sendable ([UInt8], [UInt8]) -> Bool)? {
    let secrets = try Configuration.secrets("LEDGER_WEBHOOK_SECRET")
    guard !secrets.isEmpty else { return nil }
    let keys = WebhookSecrets(secrets)
    return { signature, body in keys.match(signature, of: body) }
  }

  private func options() throws -> VerifyOptions {
    var options = VerifyOptions()
    options.trusted = try Configuration.list(vkey, "LEDGER_VKEY").map { text in
      do { return try NoteVerifier(text) } catch {
        throw Failure.usage("--vkey: \(error)", hint: "ledger key show prints one.")
      }
    }
    guard options.trusted.isEmpty || !TrustedKeys(options.trusted).logs.isEmpty else {
      throw Failure.usage(
        "--vkey: these are keys of witnesses, and none of a log",
        hint: "ledger key show prints the log's.")
    }
    options.signatures = try VerifyCommand.signatures()
    options.against = try against.map(VerifyCommand.note)
    options.names = against.map { "the checkpoint in \(InputFile.name($0))" }
    options.pages = try pages.map { path in
      let text = String(decoding: try InputFile.read(path), as: UTF8.self)
      guard let digest = PageDigest(text: text) else {
        throw Failure("\(path) is no digest of pages", hint: "--write-pages FILE makes one.")
      }
      return digest
    }
    return options
  }

  private static func note(_ path: String) throws -> SignedNote {
    let text = String(decoding: try InputFile.read(path), as: UTF8.self)
    do { return try SignedNote(text) } catch {
      throw Failure(
        "\(InputFile.name(path)) is no checkpoint: \(error)",
        hint: "ledger checkpoint prints one.")
    }
  }

  /// Of a file that was just found in order.
  private func keepPages(of path: String, in target: String) throws {
    let digest = try PageDigest(path: path)
    do { try digest.text.write(toFile: target, atomically: true, encoding: .utf8) } catch {
      throw Failure("cannot write \(target)")
    }
    Console.error("\(digest.pages.count) pages are kept in \(target)")
  }
}
