import Foundation
import Ledger
import LedgerTesting
import Testing

@testable import LedgerDemo

@Suite("Tokens, by the command line", .serialized, .timeLimit(.minutes(3)))
struct TokenCommandTests {
  private func names(_ text: String) -> [Substring] {
    text.split(separator: "\n").compactMap {
      $0.split(separator: "\t", omittingEmptySubsequences: false).first
    }
  }

  @Test("made, listed and revoked in a file")
  func file() async throws {
    let bench = try await Bench()
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    try await server.send(TestPull(1).opened)
    #expect(await server.stop() == 0)
    func ledger(_ arguments: String...) async throws -> LedgerBinary.Result {
      try await bench.ledger.run(["token"] + arguments)
    }
    let made = try await ledger(
      "create", "--name", "ci", "--scope", "record", "--repository", "ACME/api", "--repository",
      "7", "--json")
    let answer = try JSON.parse(Array(made.output.utf8))
    let secret = try #require(answer["token"]?.string)
    let ids = answer["repositories"]?.array?.compactMap { $0["id"]?.string }
    #expect(ids?.count == 2 && ids?.first == "7")
    let unknown = try await ledger(
      "create", "--name", "x", "--scope", "record", "--repository", "acme/nope")
    #expect(unknown.status == 3)
    #expect(unknown.errors.contains("no repository acme/nope"), "\(unknown.errors)")
    #expect(unknown.errors.contains("hint: "))
    for _ in 0..<2 { _ = try await ledger("create", "--name", "twin", "--scope", "read") }
    let list = try await ledger("list")
    #expect(names(list.output) == ["ci", "twin", "twin"])
    #expect(list.output.contains("\trecord\t7,acme/api\t"))
    #expect(!list.output.contains(secret))
    let twins = try await ledger("revoke", "twin")
    #expect(twins.status == 2)
    #expect(twins.errors.components(separatedBy: "  twin  read  made ").count == 3)
    let hash = try #require(
      list.output.split(separator: "\n").last?.split(separator: "\t").last.map(String.init))
    #expect(try await ledger("revoke", String(hash.prefix(12))).status == 0)
    #expect(try await ledger("revoke", "twin").output.contains(" is revoked"))
    #expect(try await ledger("revoke", "twin").output.contains(" was revoked before: "))
    #expect(try await ledger("revoke", "nobody").status == 3)
    let rest = try await ledger("list", "--json").output
    let revoked = try JSON.parse(Array(rest.utf8))["items"]?.array?.map { $0["revoked_at"] }
    #expect(revoked?.map { $0 == .null } == [true, false, false])
    #expect(try await bench.ledger.run(["verify"]).status == 0)
    try await bench.ended()
  }

  @Test("made, listed and revoked on a server; a file and a server list the same")
  func server() async throws {
    let bench = try await Bench()
    let admin = try await bench.ledger.run(
      ["token", "create", "--name", "admin", "--scope", "admin"]
    ).output.trimmingCharacters(in: .whitespacesAndNewlines)
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    try await server.send(TestPull(1).opened)
    func ledger(_ arguments: [String], as token: String) async throws -> LedgerBinary.Result {
      try await bench.run(
        ["token"] + arguments + ["--server", server.url], ["LEDGER_TOKEN": token])
    }
    let made = try await ledger(
      ["create", "--name", "ci", "--scope", "read", "--repository", "acme/api"], as: admin)
    let secret = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
    let unknown = try await ledger(
      ["create", "--name", "x", "--scope", "read", "--repository", "nope"], as: admin)
    #expect(unknown.status == 3)
    #expect(unknown.errors.contains("no repository nope") && unknown.errors.contains("hint: It"))
    let status = { try await server.get("/v1/status", [("Authorization", "Bearer \(secret)")]) }
    #expect(try await status().status == 200)
    #expect(try await ledger(["list"], as: secret).status == 4)
    #expect(try await ledger(["revoke", "ci"], as: secret).status == 4)
    let inUse = try await bench.ledger.run(["token", "revoke", "ci"])
    #expect(inUse.status == 1 && inUse.errors.contains("in use"), "\(inUse.errors)")
    #expect(try await ledger(["revoke", "ci"], as: admin).output.contains("ci "))
    #expect(try await status().status == 401)
    let (file, remote) = (
      try await bench.ledger.run(["token", "list"]), try await ledger(["list"], as: admin)
    )
    #expect(file.output == remote.output && names(file.output) == ["admin", "ci"])
    #expect(await server.stop() == 0)
    try await bench.ended()
  }
}
