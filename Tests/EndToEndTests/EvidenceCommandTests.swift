import Foundation
import GRDB
import Ledger
import LedgerTesting
import Merkle
import Testing

@testable import LedgerDemo

@Suite("Raw bodies, by the command line", .serialized, .timeLimit(.minutes(4)))
struct EvidenceCommandTests {
  private func admin(_ bench: Bench) async throws -> String {
    try await bench.ledger.run(["token", "create", "--name", "admin", "--scope", "admin"])
      .output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private func json(_ result: LedgerBinary.Result) throws -> JSON {
    try JSON.parse(Array(result.output.utf8))
  }

  @Test("are got from a file and a server, the same bytes")
  func get() async throws {
    let bench = try await Bench()
    let token = try await admin(bench)
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    let delivery = TestPull(1).opened
    try await server.send(delivery)
    let log = try await bench.ledger.run(["entries", "-o", "ndjson"]).output
    let line = try #require(log.split(separator: "\n").first { $0.contains("pull_request.v1") })
    let index = try #require(try JSON.parse(Array(line.utf8))["index"])
    let hash = Hash.sha256(delivery.body).hex
    let number = index.string ?? index.int.map(String.init) ?? "?"
    for reference in [number, "#\(number)", "sha256:\(hash.prefix(8))"] {
      let local = try await bench.ledger.run(["evidence", "get", reference])
      #expect(Array(local.output.utf8) == delivery.body, "\(local.errors)")
      let remote = try await bench.run(
        ["evidence", "get", reference, "--server", server.url], ["LEDGER_TOKEN": token])
      #expect(remote.output == local.output && remote.status == 0, "\(remote.errors)")
    }
    let file = bench.directory.appending(path: "body.json")
    #expect(try await bench.ledger.run(["evidence", "get", "-o", file.path, number]).status == 0)
    #expect(Array(try Data(contentsOf: file)) == delivery.body)
    #expect(try await bench.ledger.run(["evidence", "get", "0"]).status == 3)
    #expect(try await bench.ledger.run(["evidence", "get", "sha256:ffffff"]).status == 3)
    #expect(try await bench.ledger.run(["evidence", "get", "acme"]).status == 2)
    let stats = try json(try await bench.ledger.run(["evidence", "stats", "--json"]))
    #expect(stats["bodies"] == 1 && stats["bytes"]?.int == Int64(delivery.body.count))
    #expect(await server.stop() == 0)
    let queue = try DatabaseQueue(path: bench.ledger.database)
    try await queue.write { try $0.execute(sql: "UPDATE evidence SET codec = 0") }
    try queue.close()
    let damaged = try await bench.ledger.run(["evidence", "get", number])
    #expect(damaged.status == 12 && damaged.output.isEmpty, "\(damaged.errors)")
    let again = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    let remote = try await bench.run(
      ["evidence", "get", number, "--server", again.url], ["LEDGER_TOKEN": token])
    #expect(remote.status == 12 && remote.output.isEmpty, "\(remote.errors)")
    #expect(await again.stop() == 0)
    try await bench.ended()
  }

  @Test("leave with the person whom they name; the name does not come back")
  func forget() async throws {
    let bench = try await Bench()
    let token = try await admin(bench)
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    try await server.send(TestPull(1).opened)
    try await server.send(TestPull(2).opened)
    func forget(_ arguments: String...) async throws -> LedgerBinary.Result {
      try await bench.run(
        ["forget"] + arguments + ["--server", server.url], ["LEDGER_TOKEN": token])
    }
    let dry = try await forget("mia", "--dry-run")
    #expect(dry.output == "person 101 (mia): the name and 2 bodies of 2 would be erased\n")
    #expect(try await forget("mia").status == 2, "a pipe cannot be asked")
    #expect(try await forget("nobody", "--yes").status == 3)
    #expect(try await forget("mia", "--yes", "--reason", "Mia asked").status != 0)
    let done = try await forget("mia", "--yes", "--json", "--reason", "on request")
    #expect(try json(done)["bodies"] == 2, "\(done.errors)")
    let entry = try #require(try json(done)["entries"]?.array?.first?.int)
    try await server.send(TestPull(3).opened)
    let verify = try await bench.ledger.run(["verify"])
    #expect(verify.status == 0 && verify.output.contains("2 erased for a person"))
    #expect(await server.stop() == 0)
    for suffix in ["", "-wal"] {
      let path = bench.ledger.database + suffix
      guard FileManager.default.fileExists(atPath: path) else { continue }
      let bytes = try Data(contentsOf: URL(filePath: path))
      #expect(bytes.range(of: Data("mia".utf8)) == nil, "\(suffix)")
    }
    let gone = try await bench.ledger.run(["evidence", "get", "\(entry - 1)"])
    #expect(gone.status == 3)
    #expect(gone.errors.contains("entry \(entry)") || gone.errors.contains("no body"))
    let again = try await bench.ledger.run(["forget", "101", "--yes"])
    #expect(again.output.hasPrefix("person 101: 1 body of 1 erased, entry "), "\(again.errors)")
    #expect(try await bench.ledger.run(["verify"]).output.contains("3 erased for a person"))
    try await bench.ended()
  }

  @Test("are pruned by the policy of a running server, and in a file")
  func prune() async throws {
    let bench = try await Bench()
    let first = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    for number: Int64 in 1...3 { try await first.send(TestPull(number).opened) }
    #expect(await first.stop() == 0)
    try await age(bench, days: 10)
    let none = try await bench.ledger.run(["evidence", "prune"])
    #expect(none.status == 2 && none.errors.contains("--keep 400d"))
    #expect(try await bench.ledger.run(["evidence", "prune", "--keep", "1h"]).status == 2)
    let dry = try await bench.ledger.run(["evidence", "prune", "--keep", "9d", "--dry-run"])
    #expect(dry.output.hasPrefix("3 bodies, ") && dry.output.contains("would be pruned"))
    let policy = try String(contentsOfFile: bench.ledger.policy, encoding: .utf8)
    try (policy + "\nevidence: {keep: 9d}\n").write(
      toFile: bench.ledger.policy, atomically: true, encoding: .utf8)
    let second = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    try await eventually("the bodies are gone", within: .seconds(20)) {
      try await bench.ledger.run(["evidence", "stats", "--json"]).output.contains(#""bodies":0"#)
    }
    #expect(await second.stop() == 0)
    let log = try await bench.ledger.run(["entries", "-o", "ndjson"]).output
    #expect(log.contains("evidence.pruned.v1") && log.contains(#""keep":"9d""#))
    try await bench.ended()
  }

  /// As though the bodies had come earlier. The entries say otherwise, so that verify would tell.
  private func age(_ bench: Bench, days: Int64) async throws {
    let queue = try DatabaseQueue(path: bench.ledger.database)
    try await queue.write {
      try $0.execute(
        sql: "UPDATE evidence SET received = received - ?", arguments: [days * 86_400_000_000])
    }
    try queue.close()
  }

  private static let many = 20_000

  /// Either a batch is gone and its entry is there, or neither.
  @Test("pruning that is killed leaves all of a batch, or nothing", arguments: [1, 2_000, 7_000])
  func killed(after count: Int) async throws {
    let bench = try await Bench()
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    try await server.send(TestPull(1).opened)
    #expect(await server.stop() == 0)
    try await fill(bench, count: Self.many)
    let pruning = try Child(
      bench.ledger.executable,
      ["evidence", "prune", "--keep", "9d", "--db", bench.ledger.database],
      environment: Bench.profile, in: bench.directory, name: "killed")
    let queue = try DatabaseQueue(path: bench.ledger.database)
    try await eventually("some are gone", within: .seconds(30), every: .milliseconds(1)) {
      try await queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM evidence") ?? 0 }
        <= Self.many - count
    }
    _ = await pruning.stop(patience: .zero)
    let (left, removed, entries) = try await queue.read { db in
      (
        try Int.fetchOne(db, sql: "SELECT count(*) FROM evidence") ?? 0,
        try Int.fetchOne(db, sql: "SELECT count(*) FROM removed_bodies") ?? 0,
        try Int.fetchOne(
          db, sql: "SELECT count(*) FROM entries WHERE kind = 'evidence.pruned.v1'") ?? 0
      )
    }
    try queue.close()
    #expect(removed > 0 && left + removed == Self.many + 1)
    #expect(left > 1, "it was killed too late to tell anything")
    #expect(removed == min(Self.many, entries * 256))
    let rest = try await bench.ledger.run(["evidence", "prune", "--keep", "9d", "--json"])
    #expect(try json(rest)["count"]?.int == Int64(Self.many - removed), "\(rest.errors)")
    try await bench.ended()
  }

  /// Old bodies, as though they had been received; the log knows nothing of them.
  private func fill(_ bench: Bench, count: Int) async throws {
    let queue = try DatabaseQueue(path: bench.ledger.database)
    try await queue.write { db in
      for number in 0..<count {
        let body = Array("old body \(number)".utf8)
        try db.execute(
          sql: "INSERT INTO evidence (sha256, codec, size, bytes, received) VALUES (?, 0, ?, ?, ?)",
          arguments: [Data(Hash.sha256(body).bytes), body.count, Data(body), number])
      }
    }
    try queue.close()
  }
}
