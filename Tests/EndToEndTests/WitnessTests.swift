import Foundation
import Ledger
import LedgerTesting
import Merkle
import Testing

@testable import LedgerDemo

@Suite("Heads that leave the machine", .serialized, .timeLimit(.minutes(5)))
struct WitnessTests {
  static let origin = "demo.example/ledger"

  /// A signed log, and the keys of it.
  private func signedBench() async throws -> (Bench, NoteVerifier) {
    let bench = try await Bench()
    try await bench.ledger.initialize()
    let key = try await bench.ledger.run(["key", "show"]).output
    return (bench, try NoteVerifier(key.trimmingCharacters(in: .whitespacesAndNewlines)))
  }

  private func write(_ more: String, _ bench: Bench) throws {
    try (Story.policy + more).write(
      toFile: bench.ledger.policy, atomically: true, encoding: .utf8)
  }

  private func configuration(_ witnesses: [FakeWitness], quorum: Int? = nil) -> String {
    let lines = witnesses.map { "  - {vkey: \"\($0.vkey)\", url: \"\($0.url)\"}\n" }.joined()
    return "witnesses:\n\(lines)" + (quorum.map { "quorum: \($0)\n" } ?? "")
  }

  private func doctor(_ bench: Bench, _ name: String) async throws -> JSON? {
    let answer = try await bench.ledger.run(["doctor", "--json"])
    return try JSON.parse(Array(answer.output.utf8))["checks"]?.array?
      .first { $0["name"]?.string == name }
  }

  private func size(_ bench: Bench) async throws -> Int {
    let note = try await bench.ledger.run(["checkpoint"]).output
    return try Checkpoint(text: SignedNote(note).text).size
  }

  @Test("two of two have to cosign; one is down, comes back, and catches up")
  func quorum() async throws {
    let (bench, log) = try await signedBench()
    let first = try await FakeWitness.start(name: "w1.example", logs: [log])
    let second = try await FakeWitness.start(name: "w2.example", logs: [log])
    second.isDown = true
    try write(configuration([first, second]), bench)
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    try await server.send(TestPull(1).opened)
    try await eventually("one has cosigned", within: .seconds(90)) {
      await first.size(of: WitnessTests.origin) >= 3
    }
    try await eventually("the other was asked", within: .seconds(90)) { !second.requests.isEmpty }
    #expect(try await server.get("/checkpoint?cosigned=1").status == 404)
    #expect(try await bench.ledger.run(["checkpoint", "--cosigned"]).status == 3)
    #expect(try await server.get("/checkpoint?cosigned=2").status == 400)
    second.isDown = false
    try await eventually("both have cosigned", within: .seconds(90)) {
      try await server.get("/checkpoint?cosigned=1").status == 200
    }
    let answer = try await server.get("/checkpoint?cosigned=1").body
    let note = try SignedNote(answer)
    #expect(try note.signatures(by: [log, first.verifier, second.verifier]).count == 3)
    #expect(try await bench.ledger.run(["checkpoint", "--cosigned"]).output == answer)
    #expect(try await doctor(bench, "witnesses")?["state"] == "ok")
    let metrics = try await server.get("/metrics").body
    #expect(metrics.contains(#"ledger_witness_size{witness="w2.example"}"#))
    #expect(await server.stop() == 0)
    #expect(first.mostConcurrent == 1 && second.mostConcurrent == 1)
    #expect(try await bench.ledger.run(["verify"]).status == 0)
    for witness in [first, second] { await witness.stop() }
    try await bench.ended()
  }

  @Test("killed after the witness kept the head and before its cosignature came, it goes on")
  func killed() async throws {
    let (bench, log) = try await signedBench()
    let witness = try await FakeWitness.start(name: "w1.example", logs: [log])
    try write(configuration([witness]), bench)
    let (killed, kill) = AsyncStream.makeStream(of: Void.self)
    let (dead, died) = AsyncStream.makeStream(of: Void.self)
    witness.fail(
      .cut(after: {
        kill.yield()
        for await _ in dead { return }
      }))
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    for await _ in killed { break }
    await server.crash()
    died.yield()
    let seen = await witness.size(of: WitnessTests.origin)
    #expect(seen > 0)
    #expect(try await bench.ledger.run(["checkpoint", "--cosigned"]).status == 3)
    let again = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    try await again.send(TestPull(1).opened)
    try await eventually("the newest head is cosigned", within: .seconds(90)) {
      let note = try await again.get("/checkpoint?cosigned=1")
      return try note.status == 200 && Checkpoint(text: SignedNote(note.body).text).size > seen
    }
    #expect(witness.statuses.contains(409))
    #expect(await again.stop() == 0)
    let alarms = try await bench.ledger.run(["entries", "--kind", "alarm.witness_refused.v1"])
    #expect(alarms.output.isEmpty)
    await witness.stop()
    try await bench.ended()
  }

  @Test("a backup that is gone on with under the same key is refused by the witness, and told")
  func fork() async throws {
    let (bench, log) = try await signedBench()
    let witness = try await FakeWitness.start(name: "w1.example", logs: [log])
    try write(configuration([witness]), bench)
    let first = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    #expect(await first.stop() == 0)
    let backup = bench.ledger.database + ".backup"
    try FileManager.default.copyItem(atPath: bench.ledger.database, toPath: backup)
    let second = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    for number in 1...3 { try await second.send(TestPull(Int64(number)).opened) }
    let size = try await size(bench)
    try await eventually("it saw them", within: .seconds(90)) {
      await witness.size(of: WitnessTests.origin) == size
    }
    #expect(await second.stop() == 0)
    try restore(backup, bench)
    let third = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    try await third.send(TestPull(9).opened)
    try await eventually("the log says so", within: .seconds(90)) {
      try await doctor(bench, "refused by witnesses")?["state"] == "problem"
    }
    let entries = try await bench.ledger.run(
      ["entries", "--kind", "alarm.witness_refused.v1", "-o", "ndjson"])
    #expect(entries.output.contains("\"witness\":\"w1.example\""))
    #expect(third.log.contains("a witness saw a log that this one does not lead to"))
    #expect(try await bench.ledger.run(["verify"]).output.contains("alarms       1 (#"))
    #expect(try await bench.ledger.run(["doctor"]).status == 1)
    #expect(await third.stop() == 0)
    await witness.stop()
    try await bench.ended()
  }

  private func restore(_ backup: String, _ bench: Bench) throws {
    for suffix in ["", "-wal", "-shm"] {
      let path = bench.ledger.database + suffix
      guard FileManager.default.fileExists(atPath: path) else { continue }
      try FileManager.default.removeItem(atPath: path)
    }
    try FileManager.default.copyItem(atPath: backup, toPath: bench.ledger.database)
  }

  @Test("with a copy of its head elsewhere a backup is not started; without, it is")
  func copy() async throws {
    let (bench, log) = try await signedBench()
    let copy = bench.directory.appending(path: "elsewhere").path
    try write("publish: {file: \"\(copy)\"}\n", bench)
    let first = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    #expect(await first.stop() == 0)
    let backup = bench.ledger.database + ".backup"
    try FileManager.default.copyItem(atPath: bench.ledger.database, toPath: backup)
    let second = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    try await second.send(TestPull(1).opened)
    let size = try await size(bench)
    #expect(await second.stop() == 0)
    let kept = try String(contentsOfFile: copy, encoding: .utf8)
    #expect(try Checkpoint(SignedNote(kept), signedBy: [log]).size == size)

    try restore(backup, bench)
    let refused = try bench.ledger.serve(
      on: FreePort.preferring(0),
      ["LEDGER_WEBHOOK_SECRET": Bench.secret, "LEDGER_GITHUB_TOKEN": ""])
    #expect(try await refused.exit() == 12)
    let text = try String(contentsOf: refused.errors, encoding: .utf8)
    #expect(text.contains("the copy of its head has \(size)"), "\(text)")
    #expect(text.contains("hint: "))
    #expect(try String(contentsOfFile: copy, encoding: .utf8) == kept)

    // The negative control: without the copy nothing tells the backup from the log.
    try write("", bench)
    let unnoticed = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    for number in 2...4 { try await unnoticed.send(TestPull(Int64(number)).opened) }
    // Named while the server runs: the other history does not take the place of what is there.
    try write("publish: {file: \"\(copy)\"}\n", bench)
    unnoticed.child.signal(SIGHUP)
    try await eventually("the file was read again", within: .seconds(20)) {
      unnoticed.log.contains("the policy file was read again")
    }
    #expect(await unnoticed.stop() == 0)
    #expect(unnoticed.log.contains("cannot keep the copy of the head"))
    #expect(try String(contentsOfFile: copy, encoding: .utf8) == kept)
    let forked = try bench.ledger.serve(
      on: FreePort.preferring(0),
      ["LEDGER_WEBHOOK_SECRET": Bench.secret, "LEDGER_GITHUB_TOKEN": ""])
    #expect(try await forked.exit() == 12)
    #expect(try String(contentsOfFile: copy, encoding: .utf8) == kept)
    try await bench.ended()
  }
}
