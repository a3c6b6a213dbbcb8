import ArgumentParser
import Foundation
import Ledger
import Service

struct ForgetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forget",
    abstract: "Erases a person's name, and every raw body that names this person.",
    discussion: """
      EXAMPLES
        ledger forget mia --dry-run
        ledger forget mia --reason "request of 2026-11-20"
        ledger forget 7001 --yes --server https://ledger.example.com

      PERSON is a numeric id or a login; @1234 is a login of digits. Erased are the name in the \
      directory and the bodies that hold an account with this id, a text that is the login, @login, \
      or an address that begins with the login, also of earlier logins that bodies show beside the \
      id. In an attestation its statement and the entry of its log are searched, its certificates \
      and timestamps are not. Real names, and logins within other texts and addresses, are not \
      searched either. A body goes as a whole, with all who are in it.

      The log stays as it is: it holds numbers alone. An entry (person.forgotten.v1) says what was \
      erased, and answers show the number from then on, also when GitHub tells the name again. What \
      is delivered later is kept as everything is; forget again to erase that, too.

      With --server the token in LEDGER_TOKEN must have the scope admin; with --db no server may be \
      using the file. Backups and copies of the file are not reached.
      """)

  @OptionGroup var source: SourceOptions
  @Argument(help: "A numeric id, or a login.") var person: String
  @Option(help: "Why, on one line; it stays in the log and must not name the person.")
  var reason: String?
  @Flag(name: .customLong("dry-run"), help: "Only say what would be erased.") var dryRun = false
  @Flag(help: "Do not ask.") var yes = false
  @Flag(help: "Print the result as JSON.") var json = false

  func validate() throws {
    guard !person.isEmpty else { throw ValidationError("PERSON must be a numeric id or a login") }
  }

  func run() async throws {
    let desk = try source.forgetting()
    if !dryRun, !yes {
      let found = try await desk.forget(person, reason: reason, isDryRun: true)
      Console.error(EvidenceText.forgotten(found))
      guard try ForgetCommand.isConfirmed() else { throw Failure("nothing was erased") }
    }
    let answer = try await desk.forget(person, reason: reason, isDryRun: dryRun)
    json || Configuration.flag("LEDGER_JSON")
      ? Console.write(answer.canonicalBytes + [10])
      : Console.write(EvidenceText.forgotten(answer) + "\n")
  }

  /// A pipe cannot be asked.
  private static func isConfirmed() throws -> Bool {
    guard isatty(STDIN_FILENO) == 1 else {
      throw Failure.usage("this cannot be taken back", hint: "Give --yes, or --dry-run to look.")
    }
    Console.remark("This cannot be taken back. Erase? [y/N] ")
    return ["y", "yes"].contains(readLine()?.lowercased())
  }
}
