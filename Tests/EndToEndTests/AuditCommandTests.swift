import Foundation
import GRDB
import Ledger
import LedgerTesting
import Testing

@testable import LedgerDemo

/// What a person meets who tries the log's keys, heads and copies at a shell.
@Suite("Keys, heads and damage, by the command line", .serialized, .timeLimit(.minutes(4)))
struct AuditCommandTests {
  private func signedBench() async throws -> Bench {
    let bench = try await Bench()
    try await bench.ledger.initialize()
    return bench
  }

  private func change(_ bench: Bench, _ sql: String) async throws {
    let queue = try DatabaseQueue(path: bench.ledger.database)
    try await queue.write { try $0.execute(sql: sql) }
    try queue.close()
  }

  private func path(_ name: String, _ bench: Bench) -> String {
    bench.directory.appending(path: name).path
  }

  private func line(_ result: LedgerBinary.Result) -> String {
    result.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  @Test("a name is no address", arguments: ["https://ledger.example.com", "http://a/b"])
  func names(_ name: String) async throws {
    let bench = try await Bench()
    let bare = name.replacing(#/^[a-z]+:\/\//#, with: "")
    let refused = try await bench.ledger.run(["init", "--origin", name])
    #expect(refused.status == 2 && refused.errors.contains("hint: --origin \(bare)\n"))
    #expect(!FileManager.default.fileExists(atPath: bench.ledger.database + ".key"))
    let key = path("w.key", bench)
    let witness = try await bench.run(["witness", "init", "--key", key, "--name", name])
    #expect(witness.status == 2 && witness.errors.contains("hint: --name \(bare)\n"))
    #expect(try await bench.ledger.run(["init", "--origin", bare]).status == 0)
    try await bench.ended()
  }

  @Test("a replaced key: who has to be told, and the new key alone is no alarm")
  func rotation() async throws {
    let bench = try await signedBench()
    let old = line(try await bench.ledger.run(["key", "show"]))
    // As one that a witness has: the next one does not take its place.
    try await change(bench, "UPDATE checkpoints SET kept = 1")
    let rotated = try await bench.ledger.run(["key", "rotate"])
    #expect(rotated.status == 0, "\(rotated.errors)")
    for word in ["witness", "--log", "403", "--vkey"] { #expect(rotated.errors.contains(word)) }
    let new = line(rotated)
    #expect(new != old)
    let found = try await bench.ledger.run(["verify", "--vkey", new])
    #expect(found.status == 0, "\(found.output)")
    #expect(found.output.contains("1 signed by an earlier key"), "\(found.output)")
    let json = try JSON.parse(
      Array(try await bench.ledger.run(["verify", "--vkey", new, "--json"]).output.utf8))
    #expect(json["earlier_checkpoints"] == 1 && json["ok"] == true)
    #expect(json["trusts_itself"] == false && !found.output.contains("believed"))
    let alone = try await bench.ledger.run(["verify"])
    #expect(alone.status == 0, "\(alone.output)")
    #expect(alone.output.contains("believed     \(old)\n               \(new)\n"))
    #expect(alone.output.contains("taken from the log itself"))
    let other = PublishedLog(bench: bench, name: "other")
    _ = try await other.initialize()
    let stranger = try await bench.ledger.run(["verify", "--vkey", try await other.vkey])
    #expect(stranger.status == 12 && stranger.output.contains("no known key signed it"))
    try await bench.ended()
  }

  @Test("a key that is not there is named, and nothing is begun without it")
  func missingKey() async throws {
    let bench = try await signedBench()
    let key = bench.ledger.database + ".key"
    try FileManager.default.removeItem(atPath: key)
    let rotated = try await bench.ledger.run(["key", "rotate"])
    #expect(rotated.status == 1)
    #expect(rotated.errors.hasPrefix("ledger: there is no key at \(key)\nhint: "))
    #expect(!FileManager.default.fileExists(atPath: key + ".next"))
    let arguments = ["witness", "serve", "--key", "nokey", "--state", "s", "--log", "x"]
    let witness = try await bench.run(arguments)
    #expect(witness.errors.hasPrefix("ledger: there is no key at nokey\nhint: "))
    try "x".write(toFile: path("w.key", bench), atomically: true, encoding: .utf8)
    let again = try await bench.run(
      ["witness", "init", "--key", path("w.key", bench), "--name", "w.example"])
    #expect(again.status == 1 && again.errors.contains("hint: A key is never replaced"))
    try await bench.ended()
  }

  @Test("what a server has no way to do is not said to be asked of it")
  func inUse() async throws {
    let bench = try await signedBench()
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    for arguments in [["key", "rotate"], ["evidence", "prune", "--keep", "400d"]] {
      let refused = try await bench.ledger.run(arguments)
      #expect(refused.status == 1 && refused.errors.contains("is in use by another ledger"))
      #expect(refused.errors.contains("needs the file for itself"), "\(refused.errors)")
      #expect(!refused.errors.contains("--server"))
    }
    let target = path("ledger.pages", bench)
    let pages = try await bench.ledger.run(["verify", "--write-pages", target])
    #expect(pages.status == 1 && pages.output.isEmpty, "\(pages.output)")
    #expect(pages.errors.contains("\(target) is not written: "), "\(pages.errors)")
    #expect(await server.stop() == 0)
    #expect(try await bench.ledger.run(["verify", "--write-pages", target]).status == 0)
    try await bench.ended()
  }

  @Test("a port that is taken, by the server and by a witness")
  func port() async throws {
    let bench = try await signedBench()
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    let address = server.url.replacing("http://", with: "")
    let vkey = line(try await bench.ledger.run(["key", "show"]))
    let (key, state) = (path("w.key", bench), path("w.json", bench))
    let made = try await bench.run(["witness", "init", "--key", key, "--name", "w.example"])
    #expect(made.status == 0)
    let variables = ["LEDGER_WEBHOOK_SECRET": Bench.secret]
    for arguments in [
      ["serve", "--db", path("second.sqlite", bench)],
      ["witness", "serve", "--key", key, "--state", state, "--log", vkey],
    ] {
      let refused = try await bench.run(arguments + ["--listen", address], variables)
      #expect(refused.status == 1)
      let end = "cannot listen on \(address): Address already in use\nhint: Another program uses "
      #expect(refused.errors.contains(end), "\(refused.errors)")
    }
    #expect(await server.stop() == 0)
    try await bench.ended()
  }

  @Test("a copy of the head that cannot be written is told in words")
  func copy() async throws {
    let bench = try await signedBench()
    let copy = path("nowhere/ledger.head", bench)
    try (Story.policy + "publish: {file: \"\(copy)\"}\n")
      .write(toFile: bench.ledger.policy, atomically: true, encoding: .utf8)
    let token = line(
      try await bench.ledger.run(["token", "create", "--name", "t", "--scope", "read"]))
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    try await eventually("the log says so", within: .seconds(30)) {
      server.log.contains("cannot keep the copy of the head")
    }
    #expect(!server.log.contains("Failure("), "\(server.log)")
    let doctor = try await bench.run(
      ["doctor", "--server", server.url, "-o", "tsv"], ["LEDGER_TOKEN": token])
    #expect(doctor.output.contains("No such file or directory"), "\(doctor.output)")
    #expect(!doctor.output.contains("Failure("))
    #expect(await server.stop() == 0)
    try await bench.ended()
  }

  @Test("a head that was kept is named by its file")
  func kept() async throws {
    let bench = try await signedBench()
    let other = PublishedLog(bench: bench, name: "other")
    _ = try await other.initialize()
    let file = path("other.checkpoint", bench)
    let arguments = ["checkpoint", "--db", path("other.sqlite", bench)]
    try await bench.run(arguments).output.write(toFile: file, atomically: true, encoding: .utf8)
    let found = try await bench.ledger.run(["verify", "--against", file])
    #expect(found.status == 12)
    #expect(found.output.contains("the checkpoint in \(file) cannot be used: its key is none of"))
    #expect(found.output.contains("give --vkey"))
    try await bench.ended()
  }

  @Test("checkpoints that were deleted are missed, not taken for a log without a key")
  func dropped() async throws {
    let bench = try await signedBench()
    try await change(bench, "DELETE FROM checkpoints")
    for arguments in [["checkpoint"], ["prove", "0"]] {
      let refused = try await bench.ledger.run(arguments)
      #expect(refused.status == 12 && refused.errors.contains("its checkpoints are missing"))
      #expect(refused.errors.contains("hint: ledger verify"))
    }
    #expect(try await bench.ledger.run(["key", "show"]).status == 0)
    try await bench.ended()
  }

  @Test("a dropped table: one short sentence, and JSON for who asked for it")
  func table() async throws {
    let bench = try await signedBench()
    try await change(bench, "DROP TABLE entries")
    let found = try await bench.ledger.run(["verify", "--json"])
    #expect(found.status == 12 && !found.errors.contains("SELECT"), "\(found.errors)")
    #expect(found.errors.contains("hint: "))
    let json = try JSON.parse(Array(found.output.utf8))
    #expect(json["ok"] == false && json["schema"] == "ledger.verify/1")
    #expect(json["reason"]?.string?.contains("the file is damaged") == true)
    try await bench.ended()
  }

  @Test("a time that nothing can have: a question about it has no answer, and verify finds it")
  func time() async throws {
    let bench = try await signedBench()
    try await change(
      bench,
      """
      INSERT INTO coverage (hook, repository_id, covered_order, covered_to, entry)
      VALUES ('app', 0, 'x', \(Int64.min), 0)
      """)
    let asked = try await bench.ledger.run(["history"])
    #expect(asked.status == 1, "\(asked.output)")
    #expect(asked.errors.contains("cannot be read: a row of the file is damaged\nhint: ledger ver"))
    let found = try await bench.ledger.run(["verify"])
    #expect(found.status == 12 && found.output.contains("a row that no entry makes"))
    try await bench.ended()
  }

  @Test("verify says what was not checked")
  func unchecked() async throws {
    let bench = try await signedBench()
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    try await server.send(TestPull(1).opened)
    #expect(await server.stop() == 0)
    func json(_ secret: String?) async throws -> JSON {
      let variables = secret.map { ["LEDGER_WEBHOOK_SECRET": $0] } ?? [:]
      return try JSON.parse(
        Array(
          try await bench.run(["verify", "--db", bench.ledger.database, "--json"], variables)
            .output.utf8))
    }
    let (without, with) = (try await json(nil), try await json(Bench.secret))
    #expect(without["signatures"] == JSON.null && with["signatures"] == 1)
    #expect(try await json(String(repeating: "x", count: 32))["signatures"] == 0)
    #expect(without.at("witnesses", "quorum") == 0 && without["bodies"] == 1)
    let text = try await bench.ledger.run(["verify"]).output
    for words in [
      "witnesses    none is asked", "alarms       0", "bodies       of 1 entries",
      "signatures   not checked",
    ] { #expect(text.contains(words), "\(words) in \(text)") }
    try await bench.ended()
  }

  @Test("topics are listed")
  func topics() async throws {
    let bench = try await Bench()
    let list = try await bench.run(["topic"])
    #expect(list.status == 0)
    for name in ["exit-codes", "refs", "environment", "formatting"] {
      #expect(list.output.contains("\(name)  "))
      #expect(try await bench.run(["topic", name]).status == 0)
    }
    try await bench.ended()
  }
}
