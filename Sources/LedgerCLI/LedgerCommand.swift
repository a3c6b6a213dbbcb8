import ArgumentParser
import Foundation
import Ledger
import SQLiteStore

@main
struct LedgerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger",
    abstract: "Records what was tested, merged, built and deployed, and can prove it.",
    discussion: """
      EXAMPLES
        ledger init --origin ledger.example.com/acme
        ledger serve --db ledger.sqlite --config ledger.yaml
        ledger history -s api -e production -L 6
        ledger running
        ledger trace sha256:6c62fb45
        ledger gate merge --pr acme/api#1287
        ledger verify --db ledger.sqlite

      Most flags can be set by a variable: --db by LEDGER_DB. More: ledger topic exit-codes
      """,
    version: Version.current,
    subcommands: [
      InitCommand.self, ServeCommand.self, HistoryCommand.self, RunningCommand.self, AtCommand.self,
      ShowCommand.self, TraceCommand.self, DiffCommand.self, SearchCommand.self,
      FollowCommand.self, GateCommand.self, RecordCommand.self, AttestCommand.self,
      EntriesCommand.self, VerifyCommand.self, ProveCommand.self, CheckpointCommand.self,
      KeyCommand.self, WitnessCommand.self, DoctorCommand.self, HealthCommand.self,
      ReconcileCommand.self,
      PolicyCommand.self,
      TokenCommand.self, ExportCommand.self, IngestCommand.self, NamesCommand.self,
      EvidenceCommand.self, ForgetCommand.self, TeardownCommand.self,
      VersionCommand.self,
      CompletionCommand.self, TopicCommand.self,
    ])

  static func main() async {
    StandardStreams.settle()
    // The database holds payloads: what this process makes is its owner's alone.
    umask(0o077)
    do {
      var command = try await asyncParseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      Console.flush()
      leave(error)
    }
    Console.flush()
  }

  private static func leave(_ error: any Error) -> Never {
    if let code = error as? ExitCode { Foundation.exit(code.rawValue) }
    guard let failure = Failure(sayingWhy: error) else { leaveAsParser(error) }
    Console.error("ledger: \(failure.message)")
    if let hint = failure.hint { Console.error("hint: \(hint)") }
    Foundation.exit(failure.code)
  }

  /// The parser's own ends: help on standard output, anything else as a usage error.
  private static func leaveAsParser(_ error: any Error) -> Never {
    let code = exitCode(for: error)
    let message = fullMessage(for: error)
    if code.isSuccess {
      Console.write(message + "\n")
      Console.flush()
      Foundation.exit(0)
    }
    Console.error(code == .validationFailure ? message : "ledger: \(message)")
    Foundation.exit(code == .validationFailure ? Exit.usage : Exit.error)
  }
}

extension Failure {
  /// The sentence, the hint and the exit code of what ends a command; `nil` for the parser's own
  /// ends and for a command that has said everything.
  init?(sayingWhy error: any Error) {
    switch (error as? Refusal)?.failure ?? error {
    case let failure as Failure: self = failure
    case StartupRefused.noDatabase(let path):
      self.init(
        "\(StartupRefused.noDatabase(path: path))",
        hint: "Give it with --db FILE, or ask a server with --server URL.")
    case let refused as StartupRefused:
      self.init(
        "\(refused)", hint: refused.hint, code: refused.isIntegrity ? Exit.integrity : Exit.error)
    case StoreError.failed(let reason):
      self.init(
        "the database cannot be read: \(reason)",
        hint: "ledger verify --db FILE says what is wrong with it.")
    default: return nil
    }
  }
}
