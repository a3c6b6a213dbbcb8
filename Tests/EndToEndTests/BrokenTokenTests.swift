import Foundation
import LedgerTesting
import Testing

@testable import LedgerDemo

@Suite("A token that is none", .serialized, .timeLimit(.minutes(3)))
struct BrokenTokenTests {
  private static let deploy = [
    "gate", "deploy", "-s", "api", "-e", "prod", "--commit", String(repeating: "9f", count: 20),
  ]
  private static let commands = [
    ["history"], ["doctor"], ["names"], ["show", "3"], ["entries"], ["token", "list"],
    ["evidence", "stats"], ["reconcile"], ["policy", "show"],
    ["gate", "merge", "--pr", "acme/api#1"], ["record", "note", "hello"], ["history", "-f"], deploy,
    deploy + ["--on-error", "allow"],
    ["ingest", "aws", "--once", "--sqs-url", "https://sqs.example/queue"],
  ]

  /// A server that is away would be asked again, and a gate that is away may be passed.
  @Test("is a mistake in the usage, and is never repeated", arguments: [false, true])
  func isRefused(_ isInFile: Bool) async throws {
    let bench = try await Bench()
    let file = bench.directory.appending(path: "token")
    try Data("canary\nx\n".utf8).write(to: file)
    let variables = isInFile ? ["LEDGER_TOKEN_FILE": file.path] : ["LEDGER_TOKEN": "canary\nx"]
    for arguments in Self.commands {
      let result = try await bench.run(
        arguments + ["--server", "http://127.0.0.1:9"], variables)
      #expect(result.status == 2, "\(arguments): \(result.errors)")
      #expect(result.errors.contains("LEDGER_TOKEN is no token"), "\(arguments): \(result.errors)")
      #expect(!(result.output + result.errors).contains("canary"), "\(arguments)")
    }
    try await bench.ended()
  }
}
