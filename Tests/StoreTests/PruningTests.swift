import Foundation
import GRDB
import LedgerTesting
import Merkle
import Testing

@testable import Ledger
@testable import SQLiteStore

@Suite("Pruning") struct PruningTests {
  private typealias Scene = EvidenceScene

  private func withLedger(
    _ body: (SQLiteLedger, Scratch) async throws -> Void
  ) async throws {
    try await withScratch { scratch in
      let ledger = try Scene.open(scratch)
      do { try await body(ledger, scratch) } catch {
        try await ledger.close()
        throw error
      }
      try await ledger.close()
    }
  }

  private func prune(_ ledger: SQLiteLedger) async throws -> Pruning.Result {
    try await Pruning(ledger, Scene.keep).run(now: moment)
  }

  @Test("deletes what is older, says which, and verify passes and counts")
  func prunes() async throws {
    try await withLedger { ledger, scratch in
      let old = try await Scene.deliver(Scene.opened(1), 401, to: ledger)
      let young = try await Scene.deliver(Scene.opened(2), 399, to: ledger)
      let edge = try await Scene.deliver(Scene.opened(3), 400, to: ledger)
      let result = try await prune(ledger)
      #expect(result.count == 1 && result.entries == [3])
      #expect(try await !Scene.has(old.hash, in: ledger))
      #expect(try await Scene.has(young.hash, in: ledger))
      #expect(try await Scene.has(edge.hash, in: ledger))
      let entry = try #require(try await ledger.read { try $0.entry(at: 3)?.entry })
      #expect(entry.kind == .evidencePruned && entry.source == .ledger)
      #expect(entry.data["hashes"] == [.string(old.hash.hex)])
      #expect(entry.data["keep"] == "400d" && entry.data["reason"] == "retention")
      #expect(entry.data["bytes"]?.int == Int64(Scene.opened(1).body.count))
      #expect(entry.data["before"] == .optional(Scene.daysAgo(400)))
      #expect(try await prune(ledger).count == 0)
      #expect(try await ledger.read { try $0.size() } == 4)
      let report = try Scene.verify(scratch)
      #expect(report.problems == [])
      #expect(report.prunedBodies == 1 && report.erasedBodies == 0 && report.bodies == 2)
    }
  }

  @Test("keeps a body that a younger entry names, also when that comes in between")
  func youngerEntry() async throws {
    try await withLedger { ledger, scratch in
      let old = Scene.opened(1)
      let hash = try await Scene.deliver(old, 500, to: ledger).hash
      let due = try await ledger.read {
        try $0.bodies(receivedBefore: Scene.daysAgo(400), limit: 9)
      }
      #expect(due.map(\.hash) == [hash])
      _ = try await ledger.append([Scene.again(old, 3)])
      let entry = try Pruning.entry(due, Scene.keep, before: Scene.daysAgo(400), now: moment)
      await #expect(throws: StaleRemoval.self) {
        try await ledger.append([Submission(entry: entry)])
      }
      #expect(try await ledger.read { try $0.size() } == 2)
      #expect(try await prune(ledger).count == 0)
      #expect(try await Scene.has(hash, in: ledger))
      #expect(try Scene.verify(scratch).problems == [])
    }
  }

  @Test("a body that comes again is there again, and may go again")
  func comesAgain() async throws {
    try await withLedger { ledger, scratch in
      let delivery = Scene.opened(1)
      let hash = try await Scene.deliver(delivery, 900, to: ledger).hash
      #expect(try await prune(ledger).count == 1)
      _ = try await ledger.append([Scene.again(delivery, 500)])
      #expect(try await Scene.has(hash, in: ledger))
      #expect(try Scene.verify(scratch).problems == [])
      #expect(try await prune(ledger).count == 1)
      #expect(try await !Scene.has(hash, in: ledger))
      let report = try Scene.verify(scratch)
      #expect(report.problems == [] && report.prunedBodies == 2)
    }
  }

  @Test("goes in batches of which each fits into an entry")
  func batches() async throws {
    try await withLedger { ledger, scratch in
      let submissions = try (0..<600).map { number in
        let evidence = Evidence(Array("body \(number)".utf8))
        return Submission(
          entry: try Entry(
            kind: "test.note.v1", at: nil, received: Scene.daysAgo(500), source: .token("test"),
            data: ["n": .int(Int64(number))], evidence: evidence.reference), evidence: evidence)
      }
      _ = try await ledger.append(submissions)
      var pauses = 0
      let result = try await Pruning(ledger, Scene.keep).run(now: moment) { pauses += 1 }
      #expect(result.count == 600 && result.entries == [600, 601, 602] && pauses == 3)
      #expect(try Scene.verify(scratch).prunedBodies == 600)
    }
  }

  /// A removal must fit into 65,535 bytes, whatever it says beside its hashes.
  @Test func theLargestRemovalIsAnEntry() throws {
    let bodies = (0..<Removal.maximumHashes).map {
      BodyRow(hash: .sha256(Array("\($0)".utf8)), size: 1 << 40)
    }
    let entry = try Pruning.entry(bodies, Scene.keep, before: moment, now: moment)
    #expect(Removal(entry)?.hashes == bodies.map(\.hash))
    #expect(entry.bytes.count < Entry.maximumSize)
  }

  @Test("while others append, nothing is lost that is young")
  func concurrently() async throws {
    try await withLedger { ledger, scratch in
      _ = try await ledger.append(
        (1...300).map {
          try makeSubmission(Scene.opened($0), received: Scene.daysAgo(500))
        })
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { _ = try await Pruning(ledger, Scene.keep).run(now: moment) }
        for client: Int64 in 0..<4 {
          group.addTask {
            for number in 1...5 {
              let old = Scene.opened(client * 5 + Int64(number))
              _ = try await ledger.append([Scene.again(old, 1)])
              try await Scene.deliver(
                Scene.opened(1_000 + client * 5 + Int64(number)), 1, to: ledger)
            }
          }
        }
        try await group.waitForAll()
      }
      let missing = try await ledger.read { tables in
        try (1...20).filter { try tables.evidence(.sha256(Scene.opened($0).body)) == nil }
      }
      #expect(missing.isEmpty, "told of again, and deleted after that: \(missing)")
      let report = try Scene.verify(scratch)
      #expect(report.problems == [] && report.prunedBodies >= 280)
    }
  }

  private static let tamperings: [Tampering] = [
    Tampering("a body deleted by hand", entry: 1, reason: "the body is missing, and no entry") {
      try $0.execute(sql: "DELETE FROM evidence WHERE entry = 1")
    },
    Tampering(
      "a row that says a body was pruned", table: "removed_bodies", reason: "no entry makes"
    ) {
      try $0.execute(
        sql: "INSERT INTO removed_bodies VALUES (?, '9', 'retention', 9)",
        arguments: [String(repeating: "a", count: 64)])
    },
    Tampering("a deletion forged for a body", table: "removed_bodies", reason: "no entry makes") {
      try $0.execute(
        sql: """
          INSERT INTO removed_bodies SELECT lower(hex(sha256)), '9', 'retention', 9
          FROM evidence WHERE entry = 1
          """)
      try $0.execute(sql: "DELETE FROM evidence WHERE entry = 1")
    },
    Tampering("the hash in the entry", entry: 2, reason: "leaf hash is not that of the bytes") {
      try $0.execute(
        sql: """
          UPDATE entries SET bytes =
            CAST(replace(CAST(bytes AS TEXT), '"keep":"400d"', '"keep":"401d"') AS BLOB)
          WHERE idx = 2
          """)
    },
    Tampering(
      "the entry that says it", entry: 2, table: "removed_bodies", reason: "no entry makes"
    ) { try $0.execute(sql: "DELETE FROM entries WHERE idx = 2") },
    Tampering(
      "the pruned body brought back", entry: 0, table: "evidence",
      reason: "is there although entry 2 says it was deleted"
    ) { try insert(EvidenceScene.opened(1).body, entry: 0, received: 500, $0) },
    Tampering("a body exchanged", entry: 1, reason: "not the one that was received") {
      try $0.execute(
        sql: "UPDATE evidence SET codec = 0, bytes = CAST('{}' AS BLOB) WHERE entry = 1")
    },
    Tampering(
      "a body that no entry names", entry: 1, table: "evidence", reason: "not that of the entry"
    ) { try insert(Array("{}".utf8), entry: 1, received: 10, $0) },
    Tampering("the age of a body", entry: 1, table: "evidence", reason: "age is not that") {
      try $0.execute(sql: "UPDATE evidence SET received = received + 1 WHERE entry = 1")
    },
    Tampering("the entry of a body", entry: 1, table: "evidence", reason: "for an older entry") {
      try $0.execute(sql: "UPDATE evidence SET entry = 0 WHERE entry = 1")
    },
  ]

  private static func insert(
    _ body: [UInt8], entry: Int64, received days: Double, _ db: Database
  ) throws {
    try db.execute(
      sql: """
        INSERT INTO evidence (sha256, codec, size, bytes, entry, received)
        VALUES (?, 0, ?, ?, ?, ?)
        """,
      arguments: [
        Data(Hash.sha256(body).bytes), body.count, Data(body), entry,
        EvidenceScene.daysAgo(days).microseconds,
      ])
  }

  @Test("what is not as the log says is found", arguments: tamperings)
  func tampering(_ tampering: Tampering) async throws {
    try await withScratch { scratch in
      let ledger = try Scene.open(scratch)
      try await Scene.deliver(Scene.opened(1), 500, to: ledger)
      try await Scene.deliver(Scene.opened(2), 10, to: ledger)
      #expect(try await prune(ledger).entries == [2])
      try await ledger.close()
      #expect(try Scene.verify(scratch).problems == [])
      try scratch.tamper(tampering.change)
      let report = try Scene.verify(scratch)
      #expect(report.problems.contains(where: tampering.isNamed), "\(report.problems)")
    }
  }

  // MARK: signatures

  @Test("signatures are kept, and checked again where the secret is given")
  func signatures() async throws {
    try await withLedger { ledger, scratch in
      try await Scene.deliver(Scene.opened(1), 1, to: ledger)
      try await Scene.deliver(Scene.opened(2), 1, to: ledger)
      let right = try Scene.verify(scratch, secret: secret)
      #expect(right.problems == [] && right.signatures == 2 && right.unsignedBodies == 0)
      let without = try Scene.verify(scratch)
      #expect(without.problems == [] && without.signatures == 0)
      let wrong = try Scene.verify(scratch, secret: "another")
      #expect(wrong.problems.map(\.entry) == [0, 1])
      #expect(wrong.problems.allSatisfy { $0.reason.contains("no secret that was given") })
      try await ledger.pool.write {
        try $0.execute(sql: "UPDATE evidence SET signature = NULL WHERE entry = 0")
        try $0.execute(sql: "UPDATE evidence SET signature = zeroblob(32) WHERE entry = 1")
      }
      let damaged = try Scene.verify(scratch, secret: secret)
      #expect(damaged.unsignedBodies == 1 && damaged.problems.map(\.entry) == [1])
    }
  }

  /// As a version that kept none would have written them.
  private func dropSignatures(of entries: [Int64], in ledger: SQLiteLedger) async throws {
    try await ledger.pool.write { db in
      for entry in entries {
        try db.execute(
          sql: "UPDATE evidence SET signature = NULL WHERE entry = ?", arguments: [entry])
      }
    }
  }

  @Test("a delivery without a signature is found behind one that has it, and not before")
  func withoutSignature() async throws {
    try await withLedger { ledger, scratch in
      for number: Int64 in 1...3 { try await Scene.deliver(Scene.opened(number), 1, to: ledger) }
      try await dropSignatures(of: [0, 2], in: ledger)
      let report = try Scene.verify(scratch, secret: secret)
      #expect(report.problems.map(\.entry) == [2] && report.unsignedBodies == 1)
      let reason = try #require(report.problems.first?.reason)
      #expect(reason.hasPrefix("the signature of the body is missing"))
      #expect(try Scene.verify(scratch).problems == [])
    }
  }

  /// Entry 1 is not to blame: the signature beside the body of entry 0 came with entry 3.
  @Test("a body of an earlier version that comes again brings its signature only then")
  func laterSignature() async throws {
    try await withLedger { ledger, scratch in
      for number: Int64 in 1...3 { try await Scene.deliver(Scene.opened(number), 1, to: ledger) }
      try await dropSignatures(of: [0, 1], in: ledger)
      let again = WebhookDelivery(event: "issues", body: Scene.opened(1).body, hookID: 7)
      #expect(try await Scene.deliver(again, 1, to: ledger).index == 3)
      let report = try Scene.verify(scratch, secret: secret)
      #expect(report.problems == [] && report.signatures == 3 && report.unsignedBodies == 1)
    }
  }

  @Test("a body that was deleted and that somebody else told of again has no signature")
  func toldOfAgain() async throws {
    try await withLedger { ledger, scratch in
      try await Scene.deliver(Scene.opened(2), 10, to: ledger)
      try await Scene.deliver(Scene.opened(1), 900, to: ledger)
      #expect(try await prune(ledger).entries == [2])
      _ = try await ledger.append([Scene.again(Scene.opened(1), 5)])
      let report = try Scene.verify(scratch, secret: secret)
      #expect(report.problems == [] && report.signatures == 1 && report.unsignedBodies == 1)
    }
  }

  @Test("a delivery of GitHub that names no body is none")
  func withoutBody() async throws {
    try await withLedger { ledger, scratch in
      let forged = try Entry(
        kind: "test.note.v1", at: nil, received: moment,
        source: .github(event: "push", delivery: "forged", hook: 7), data: [:])
      _ = try await ledger.append([Submission(entry: forged)])
      let problems = try Scene.verify(scratch, secret: secret).problems
      #expect(problems.map(\.reason) == ["a delivery of GitHub names no body"])
      #expect(try Scene.verify(scratch).problems == [])
    }
  }
}
