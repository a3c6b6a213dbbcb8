import Foundation
import Ledger
import LedgerTesting
import Testing

@testable import LedgerDemo

@Suite("Overrides, by the command line", .serialized, .timeLimit(.minutes(3)))
struct OverrideCommandTests {
  private func token(_ scope: String, _ bench: Bench) async throws -> String {
    let made = try await bench.ledger.run(["token", "create", "--name", scope, "--scope", scope])
    return made.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  @Test("made on a server that is killed at once; GitHub is told all the same, and of its end")
  func server() async throws {
    let bench = try await Bench()
    let (override, record) = (
      try await token("override", bench), try await token("record", bench)
    )
    let first = try await bench.start()
    let pull = TestPull(7)
    try await first.send(pull.opened)
    try await first.send(pull.check(pull.run("test", "failure")))
    try await bench.gitHub.wait { $0.texts(of: pull).last?.hasPrefix("failure") == true }
    func ledger(
      _ arguments: [String], _ token: String, _ server: Running
    ) async throws -> LedgerBinary.Result {
      try await bench.run(
        ["gate"] + arguments + ["--server", server.url], ["LEDGER_TOKEN": token])
    }
    let wanted = ["override", "acme/api#7", "--reason", "hotfix INC-431"]
    #expect(try await ledger(wanted, record, first).status == 4)
    let made = try await ledger(wanted + ["--json"], override, first)
    await first.crash()
    #expect(made.status == 0, "\(made.errors)")
    let entry = try #require(try JSON.parse(Array(made.output.utf8))["entry"]?.string)

    let second = try await bench.start()
    try await bench.gitHub.wait {
      $0.texts(of: pull).last?.hasPrefix("success allowed by override until ") == true
    }
    let gate = try await ledger(["merge", "--pr", "acme/api#7"], override, second)
    #expect(gate.status == 0 && gate.output.hasPrefix("OVERRIDDEN"))
    #expect(gate.output.contains("override #\(entry)  by override  until "))
    let again = try await ledger(wanted, override, second)
    #expect(again.status == 1 && again.errors.contains("is an allow"), "\(again.errors)")
    let list = try await ledger(["overrides"], override, second)
    #expect(list.output.contains("\(entry)\tactive\tmerge\tacme/api#7 "))
    let revoked = try await ledger(["override", "--revoke", entry], override, second)
    #expect(revoked.output.contains("revoked at "))
    try await bench.gitHub.wait {
      $0.texts(of: pull).last == "failure test failed; waiting for lint"
    }
    let texts = bench.gitHub.texts(of: pull)
    #expect(texts.count { $0.hasPrefix("success") } == 1, "\(texts)")
    #expect(await second.stop() == 0)
    #expect(try await bench.ledger.run(["verify"]).status == 0)
    try await bench.ended()
  }

  @Test("made in a file; a merge by it is a bypass that names it")
  func file() async throws {
    let bench = try await Bench()
    var server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    let pull = TestPull(8)
    try await server.send(pull.opened)
    #expect(await server.stop() == 0)
    let verdict = try await bench.ledger.run(["gate", "merge", "--pr", "acme/api#8", "--json"])
    let entry = try #require(try JSON.parse(Array(verdict.output.utf8))["entry"]?.string)
    func ledger(_ arguments: String...) async throws -> LedgerBinary.Result {
      try await bench.ledger.run(["gate", "override"] + arguments)
    }
    #expect(try await ledger("0", "--reason", "x").status == 3)
    #expect(try await ledger("#\(entry)", "--reason", "two\nlines").status == 2)
    #expect(try await ledger("#\(entry)", "--reason", "x", "--expires", "8d").status == 2)
    #expect(try await ledger("#\(entry)").status == 2)
    #expect(try await ledger("#\(entry)", "--reason", "hotfix", "--expires", "1d").status == 0)
    #expect(try await bench.ledger.run(["gate", "merge", "--pr", "acme/api#8"]).status == 0)

    server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    let now = Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)).wholeSecond
    try await server.send(pull.merged(at: now.seconds(since: TestPull.start) + 1))
    #expect(await server.stop() == 0)
    let merged = try await bench.ledger.run(["gate", "merge", "--pr", "acme/api#8"])
    #expect(merged.status == 10)
    #expect(merged.output.hasPrefix("BYPASSED"), "\(merged.output)")
    #expect(merged.output.contains("overridden: hotfix (missing: test, lint)"))
    let history = try await bench.ledger.run(["history", "--kind", "merge"])
    #expect(history.output.contains("overridden: hotfix"))
    #expect(try await bench.ledger.run(["verify"]).status == 0)
    try await bench.ended()
  }
}
