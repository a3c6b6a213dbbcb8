import Foundation
import GRDB
import LedgerTesting
import Testing

@testable import LedgerDemo

@Suite("Verifying a file", .serialized, .timeLimit(.minutes(3)))
struct VerifyTests {
  private func vkey(_ bench: Bench) async throws -> String {
    try await bench.ledger.run(["key", "show"]).output.trimmingCharacters(in: .newlines)
  }

  @Test("by the key that a variable names, as by the one that a flag does")
  func knownKey() async throws {
    let bench = try await Bench()
    try await bench.ledger.initialize()
    let other = PublishedLog(bench: bench, name: "other")
    _ = try await other.initialize()
    let verify = ["verify", "--db", bench.ledger.database]
    for (key, status) in [(try await vkey(bench), 0), (try await other.vkey, 12)]
      as [(String, Int32)]
    {
      #expect(try await bench.run(verify, ["LEDGER_VKEY": key]).status == status)
      #expect(try await bench.run(verify + ["--vkey", key]).status == status)
    }
    let nonsense = try await bench.run(verify, ["LEDGER_VKEY": "nonsense"])
    #expect(nonsense.status == 2)
    try await bench.ended()
  }

  /// Where the file is no whole ledger any more, verifying it did not fail: that is what it found.
  @Test("a file that cannot even be read as a ledger is damaged")
  func damaged() async throws {
    let bench = try await Bench()
    try await bench.ledger.initialize()
    let file = URL(filePath: bench.ledger.database)
    let honest = try Data(contentsOf: file)
    let queue = try DatabaseQueue(path: file.path)
    let hash = try await queue.read { db in
      try String.fetchOne(db, sql: "SELECT sha256 FROM migrations WHERE number = 2") ?? ""
    }
    try queue.close()
    for text in ["SQLite format 3", "CREATE TABLE entries", "CREATE TABLE migrations", hash] {
      let place = try #require(honest.range(of: Data(text.utf8)), "\(text)")
      var damaged = honest
      damaged[place.lowerBound] ^= 1
      try damaged.write(to: file)
      let found = try await bench.ledger.run(["verify"])
      #expect(found.status == 12, "\(text): \(found.output)\(found.errors)")
    }
    try honest.write(to: file)
    #expect(try await bench.ledger.run(["verify"]).status == 0)
    #expect(try await bench.run(["verify", "--db", "nowhere.sqlite"]).status == 1)
    try await bench.ended()
  }

  @Test("a log that was made without a key gets one by init alone")
  func laterKey() async throws {
    let bench = try await Bench()
    func file(_ name: String) -> String { bench.directory.appending(path: name).path }
    let token = ["token", "create", "--name", "x", "--scope", "read", "--db", file("old.sqlite")]
    #expect(try await bench.run(token).status == 0)
    _ = try await PublishedLog(bench: bench, name: "other").initialize()
    let key = ["LEDGER_SIGNING_KEY_FILE": file("other.sqlite.key")]
    let refused = try await bench.run(token, key)
    #expect(refused.status == 1 && refused.output.isEmpty)
    #expect(refused.errors.contains("hint: Is it the log that you mean? Then ledger init --db"))
    #expect(try await bench.run(["init", "--db", file("old.sqlite")], key).status == 0)
    #expect(try await bench.run(token, key).status == 0)
    let verified = try await bench.run(["verify", "--db", file("old.sqlite")])
    #expect(verified.status == 0, "\(verified.output)")
    // Whoever takes the heads away does not get new ones.
    let queue = try DatabaseQueue(path: file("old.sqlite"))
    try await queue.write { try $0.execute(sql: "DELETE FROM checkpoints") }
    try queue.close()
    for command in [token, ["init", "--db", file("old.sqlite")]] {
      let stripped = try await bench.run(command, key)
      #expect(stripped.status == 12 && stripped.errors.contains("are not signed"))
    }
    try await bench.ended()
  }
}
