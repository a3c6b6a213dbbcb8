import Foundation
import LedgerTesting
import Testing

@testable import LedgerDemo

@Suite("The command line", .serialized, .timeLimit(.minutes(3)))
struct CommandTests {
  /// The story without its waits: what GitHub would send.
  private func tell(_ server: Running) async throws {
    for delivery in Story.release(start: TestPull.start).deliveries {
      try await server.send(delivery)
    }
  }

  @Test("a file and a server give the same bytes; without a token the server gives none")
  func sameBytes() async throws {
    let bench = try await Bench()
    let token = try await bench.ledger.run(
      ["token", "create", "--name", "test", "--scope", "admin"]
    ).output.trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(token.hasPrefix("ledger_"))
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    try await tell(server)
    for arguments in [
      ["history"], ["history", "-o", "table"], ["history", "-o", "csv", "-L", "0"],
      ["history", "-s", "api", "-e", "production", "-L", "2", "-o", "wide"],
      ["entries", "-o", "ndjson"], ["gate", "merge", "--pr", "acme/api#42"], ["show", "3"],
    ] {
      let file = try await bench.ledger.run(arguments)
      let remote = try await run(
        bench, arguments + ["--server", server.url], ["LEDGER_TOKEN": token])
      #expect(file.output == remote.output, "\(arguments)")
      #expect(!file.output.isEmpty && file.status == remote.status, "\(arguments)")
      let anonymous = try await run(bench, arguments + ["--server", server.url], [:])
      #expect(anonymous.status == 4, "\(arguments): \(anonymous.errors)")
    }
    let made = try await run(
      bench, ["token", "create", "--name", "ci", "--scope", "read", "--server", server.url],
      ["LEDGER_TOKEN": token])
    let read = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
    let answer = try await server.get("/v1/history?limit=1", [("Authorization", "Bearer \(read)")])
    #expect(answer.status == 200)
    #expect(await server.stop() == 0)
    try await expectNoSecret([token, read], in: bench)
    try await bench.ended()
  }

  private func run(
    _ bench: Bench, _ arguments: [String], _ variables: [String: String]
  ) async throws -> LedgerBinary.Result {
    try await bench.run(arguments, variables)
  }

  private func expectNoSecret(_ secrets: [String], in bench: Bench) async throws {
    let log = try String(
      contentsOf: bench.directory.appending(path: "serve.err"), encoding: .utf8)
    let entries = try await bench.ledger.run(["entries", "-o", "ndjson"]).output
    let database = try Data(contentsOf: URL(filePath: bench.ledger.database))
    for secret in secrets + [Bench.secret, Bench.token] {
      #expect(!log.contains(secret) && !entries.contains(secret))
      #expect(database.range(of: Data(secret.utf8)) == nil)
    }
  }

  @Test("no terminal: TABs, no header, no escapes, times in full")
  func pipe() async throws {
    let bench = try await Bench()
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    try await tell(server)
    let output = try await bench.ledger.run(["history"]).output
    let lines = output.split(separator: "\n")
    #expect(lines.count == 14)
    #expect(!output.contains("\u{1B}"))
    #expect(
      lines.allSatisfy { $0.split(separator: "\t", omittingEmptySubsequences: false).count == 14 })
    #expect(lines.allSatisfy { $0.contains("Z\t") })
    let forced = try await bench.ledger.run(["history", "-o", "table", "--color", "always"]).output
    #expect(forced.contains("\u{1B}[32m✓ success"))
    #expect(await server.stop() == 0)
    try await bench.ended()
  }

  @Test("pages by cursor hold every row once")
  func pages() async throws {
    let bench = try await Bench()
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    try await tell(server)
    #expect(await server.stop() == 0)
    let all = try await bench.ledger.run(["history", "-L", "0"]).output.split(separator: "\n")
    var (seen, cursor): ([Substring], String?) = ([], nil)
    repeat {
      let page = try await bench.ledger.run(
        ["history", "-L", "5"] + (cursor.map { ["--cursor", $0] } ?? [])
      ).output.split(separator: "\n")
      seen += page
      cursor = page.count == 5 ? page.last?.split(separator: "\t").first.map(String.init) : nil
    } while cursor != nil
    #expect(seen == all)
    try await bench.ended()
  }

  @Test("each exit code")
  func exitCodes() async throws {
    let bench = try await Bench()
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    try await tell(server)
    #expect(await server.stop() == 0)
    let gone = ["history", "--server", "http://127.0.0.1:9"]
    #expect(try await run(bench, gone, [:]).status == 1)
    for (arguments, code) in [
      (["version"], 0), (["history", "--help"], 0), (["history", "-L", "x"], 2), (["nonsense"], 2),
      (["history", "--kind", "nonsense"], 2),
    ] as [([String], Int32)] {
      #expect(try await run(bench, arguments, [:]).status == code, "\(arguments)")
    }
    for (arguments, code) in [
      (["history", "-s", "nobody"], 0), (["history", "-s", "nobody", "--fail-empty"], 3),
      (["show", "99999"], 3), (["show", "sha:12"], 2), (["show", "sha:000000"], 3),
      (["gate", "merge", "--pr", "acme/api#41"], 0),
      (["gate", "merge", "--pr", "acme/api#42"], 10),
      (["verify"], 0),
    ] as [([String], Int32)] {
      #expect(try await bench.ledger.run(arguments).status == code, "\(arguments)")
    }
    try await bench.ended()
  }

  @Test("a flag is also a variable, and wins over it")
  func variables() async throws {
    let bench = try await Bench()
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    try await tell(server)
    #expect(await server.stop() == 0)
    let variables = [
      "LEDGER_DB": bench.ledger.database, "LEDGER_ENV": "production", "LEDGER_LIMIT": "2",
      "LEDGER_OUTPUT": "csv",
    ]
    let byVariable = try await run(bench, ["history"], variables)
    let byFlag = try await bench.ledger.run(["history", "-e", "production", "-L", "2", "-o", "csv"])
    #expect(byVariable.output == byFlag.output && byVariable.status == 0)
    #expect(byVariable.output.split(separator: "\r\n").count <= 3)
    let flagWins = try await run(bench, ["history", "-L", "1"], variables)
    #expect(flagWins.output != byVariable.output)
    try await bench.ended()
  }
}
