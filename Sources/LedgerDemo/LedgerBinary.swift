import Foundation

/// The `ledger` binary with one database, as a person at a shell uses it.
struct LedgerBinary: Sendable {
  struct Result: Sendable {
    let status: Int32
    let output: String
    let errors: String
  }

  let executable: URL
  /// Holds the database, the policy and the output of every command.
  let directory: URL
  let terminal: Terminal

  var database: String { directory.appendingPathComponent("ledger.sqlite").path }
  var policy: String { directory.appendingPathComponent("ledger.yaml").path }

  /// Runs `ledger ARGUMENTS --db …` to its end.
  func run(_ arguments: [String]) async throws -> Result {
    let name = "command-\(UUID().uuidString)"
    let child = try Child(
      executable, arguments + ["--db", database], environment: environment, in: directory,
      name: name)
    let status = try await child.exit()
    return Result(
      status: status, output: try String(contentsOf: child.output, encoding: .utf8),
      errors: try String(contentsOf: child.errors, encoding: .utf8))
  }

  /// Gives the log its name and its key.
  func initialize() async throws {
    let made = try await run(["init", "--origin", "demo.example/ledger"])
    guard made.status == 0 else {
      throw DemoError.failed("ledger init ended with exit status \(made.status)", log: made.errors)
    }
  }

  func serve(on port: Int, _ variables: [String: String]) throws -> Child {
    try Child(
      executable,
      ["serve", "--db", database, "--listen", "127.0.0.1:\(port)", "--config", policy],
      environment: environment.merging(variables) { $1 }, in: directory, name: "serve")
  }

  /// The caller's own, without settings of another ledger.
  private var environment: [String: String] {
    var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("LEDGER_") }
    if terminal.hasColour { variables["CLICOLOR_FORCE"] = "1" }
    if let width = terminal.width { variables["COLUMNS"] = String(max(40, width - 2)) }
    return variables
  }
}
