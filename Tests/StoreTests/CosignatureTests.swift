import Foundation
import GRDB
import Ledger
import LedgerTesting
import Merkle
import Testing

@testable import SQLiteStore

/// What is kept of heads that left, and what a start makes of a head that was kept elsewhere.
@Suite struct CosignatureTests {
  static func signer() throws -> NoteSigner {
    try NoteSigner(name: "a.example/log", seed: Array(0..<32))
  }

  static func witness(_ number: UInt8) throws -> NoteSigner {
    try NoteSigner(
      name: "w\(number).example", seed: Array(repeating: number, count: 32),
      algorithm: .cosignature)
  }

  static func open(_ path: String, copies: [String] = []) throws -> SQLiteLedger {
    try SQLiteLedger(
      path: path, reactor: Silence(), signers: [signer()], copies: copies, now: { moment })
  }

  static func append(_ count: Int, _ word: String = "n", to ledger: SQLiteLedger) async throws {
    for number in 0..<count {
      let entry = try Entry(
        kind: .noteRecorded, at: nil, received: moment,
        source: .token("test", key: "\(word)\(number)"),
        data: ["text": .string("\(word)\(number)"), "subject": "x"])
      _ = try await ledger.append([Submission(entry: entry)])
    }
  }

  static func name(_ witnesses: [NoteSigner], quorum: Int, in ledger: SQLiteLedger) async throws {
    let members = witnesses.map {
      LogWitnesses.Member(verifier: $0.verifier, url: "https://w.example")
    }
    let entry = try LogWitnesses(members: members, quorum: quorum).entry(received: moment)
    _ = try await ledger.append([Submission(entry: entry)])
  }

  /// Cosigns the newest head and returns its size.
  @discardableResult
  static func cosign(_ witnesses: [NoteSigner], in ledger: SQLiteLedger) async throws -> Int64 {
    let head = try #require(try await ledger.keepCheckpoint())
    let text = try SignedNote(head.note).text
    for witness in witnesses {
      try await ledger.cosign(head.size, [witness.cosign(text, at: 1_790_000_000)], at: moment)
    }
    return head.size
  }

  @Test func aHeadThatIsKeptStaysAndOthersOfItsMinuteDoNot() async throws {
    try await withScratch { scratch async throws in
      let ledger = try Self.open(scratch.path)
      try await Self.append(2, to: ledger)
      #expect(try await ledger.keepCheckpoint()?.size == 3)
      try await Self.append(3, "m", to: ledger)
      let sizes = try await ledger.read { try $0.checkpoints(from: 0, limit: 0).map(\.size) }
      #expect(sizes == [3, 6])
      try await ledger.close()
    }
  }

  @Test func anUnsignedLogHasNothingToKeep() async throws {
    try await withScratch { scratch async throws in
      let ledger = try SQLiteLedger(path: scratch.path, reactor: Silence(), now: { moment })
      #expect(try await ledger.keepCheckpoint() == nil)
      try await ledger.close()
      await #expect(throws: StoreError.closed) { try await ledger.keepCheckpoint() }
    }
  }

  @Test func whatIsWrittenBesideTheLogIsNotHeldUpByIt() async throws {
    try await withScratch { scratch async throws in
      let ledger = try Self.open(scratch.path)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for client in 0..<4 {
          group.addTask { try await Self.append(50, "c\(client) ", to: ledger) }
        }
        for _ in 0..<20 { #expect(try await ledger.keepCheckpoint() != nil) }
        try await group.waitForAll()
      }
      let (size, last) = try await ledger.read { (try $0.size(), try $0.checkpoint()?.size) }
      #expect(size == 201 && last == 201)
      try await ledger.close()
    }
  }

  @Test func linesAreKeptOnceForEachKeyAndLaterOnesReplaceThem() async throws {
    try await withScratch { scratch async throws in
      let (ledger, witness) = (try Self.open(scratch.path), try Self.witness(1))
      let size = try await Self.cosign([witness], in: ledger)
      let unknown = NoteSignature(name: "w1.example", id: 9, bytes: [1, 2, 3])
      let later = try await ledger.read { reader in
        try witness.cosign(
          SignedNote(try #require(try reader.checkpoint()).note).text, at: 1_790_000_009)
      }
      try await ledger.cosign(size, [later, unknown], at: moment)
      let rows = try await ledger.read { try $0.cosignatures(of: size) }
      #expect(Set(rows.map(\.line)) == [later.line, unknown.line])
      let last = try await ledger.read { try $0.lastCosignature(by: witness.verifier) }
      #expect(last?.line == later.line && last?.size == size)
      #expect(last?.at == Instant(seconds: 1_790_000_009))
      await #expect(throws: StoreError.self) { try await ledger.cosign(77, [later], at: moment) }
      try await ledger.close()
      // What is damaged is replaced by the next line, so it must not end who looks for that.
      try scratch.tamper { try $0.execute(sql: "UPDATE cosignatures SET line = 'x'") }
      let damaged = try SQLiteArchive(path: scratch.path).read { reader in
        try reader.lastCosignature(by: witness.verifier)
      }
      #expect(damaged?.at == Instant(seconds: 0))
    }
  }

  /// Not the newest head, nor the newest cosigned one: the newest with enough of them.
  @Test(arguments: [(1, 4), (2, 3), (3, nil)] as [(Int, Int64?)])
  func theNewestHeadWithTheQuorumIsShown(quorum: Int, size: Int64?) async throws {
    try await withScratch { scratch async throws in
      let ledger = try Self.open(scratch.path)
      let witnesses = try (1...3).map { try Self.witness($0) }
      try await Self.name(witnesses, quorum: quorum, in: ledger)
      try await Self.cosign([witnesses[2]], in: ledger)
      try await Self.append(1, "a", to: ledger)
      // A stranger does not count, and its line is shown all the same.
      try await Self.cosign([witnesses[0], witnesses[1], Self.witness(9)], in: ledger)
      try await Self.append(1, "b", to: ledger)
      try await Self.cosign([witnesses[0], Self.witness(9)], in: ledger)
      try await Self.append(1, "c", to: ledger)
      let note = try await ledger.read { try $0.cosignedCheckpoint() }
      #expect(try note.map { Int64(try Checkpoint(text: $0.text).size) } == size)
      if let note {
        let keys = try [Self.signer().verifier] + witnesses.map(\.verifier)
        #expect(try note.signatures(by: keys).count == quorum + 1)
        #expect(note.signatures.count == quorum + 2)
      }
      try await ledger.close()
    }
  }

  @Test func aRefusalStandsUntilTheWitnessCosignsAgain() async throws {
    try await withScratch { scratch async throws in
      let (ledger, witness) = (try Self.open(scratch.path), try Self.witness(1))
      func stands() async throws -> Bool {
        try await ledger.read { try $0.standingAlarm(of: witness.verifier) != nil }
      }
      for key in [try Self.witness(2), witness] {
        #expect(try await !stands())
        _ = try await ledger.append([
          Submission(
            entry: Entry(
              kind: .witnessRefused, at: nil, received: moment, source: .ledger,
              data: ["vkey": .string(key.verifier.vkey)]))
        ])
      }
      #expect(try await stands())
      try await Self.cosign([Self.witness(2)], in: ledger)
      #expect(try await stands())
      try await Self.cosign([witness], in: ledger)
      #expect(try await !stands())
      try await ledger.close()
    }
  }

  // MARK: verify

  static let changes: [(String, String?)] = [
    ("SELECT 1", nil),
    (
      "UPDATE cosignatures SET line = replace(line, ' AbP6', ' AbP7') WHERE key_id = 9",
      nil
    ),
    ("UPDATE checkpoints SET kept = 0", "is not marked as kept"),
    ("DELETE FROM checkpoints WHERE size = 2", "is missing"),
    ("UPDATE cosignatures SET name = 'w2.example' WHERE name = 'w1.example'", "another witness"),
    ("UPDATE cosignatures SET line = 'x'", "no signature"),
    ("UPDATE cosignatures SET size = 3 WHERE size = 2", "does not fit"),
    ("UPDATE checkpoints SET note = replace(note, char(10) || '2', char(10) || '9')", "not fit"),
  ]

  @Test(arguments: changes)
  func aChangedLineIsFound(sql: String, reason: String?) async throws {
    try await withScratch { scratch async throws in
      let (ledger, witness) = (try Self.open(scratch.path), try Self.witness(1))
      try await Self.name([witness], quorum: 1, in: ledger)
      let size = try await Self.cosign([witness, Self.witness(3)], in: ledger)
      try await ledger.cosign(
        size, [NoteSignature(name: "w1.example", id: 9, bytes: [1, 2, 3])], at: moment)
      try await Self.append(1, to: ledger)
      _ = try await ledger.keepCheckpoint()
      try await ledger.close()
      try scratch.tamper { try $0.execute(sql: sql) }
      let problems = try await DatabaseQueue(path: scratch.path).read {
        try CosignatureCheck.problems($0, limit: 10)
      }
      if let reason {
        #expect(problems.contains { $0.reason.contains(reason) }, "\(problems)")
        #expect(problems.allSatisfy { $0.table == "cosignatures" && $0.row != nil })
      } else {
        #expect(problems == [])
      }
    }
  }

  /// What no column should hold is found, and ends nothing.
  @Test(arguments: [
    "UPDATE cosignatures SET size = -9223372036854775808",
    "UPDATE cosignatures SET at = -9223372036854775808",
    """
    PRAGMA writable_schema = ON;
    UPDATE sqlite_schema SET sql = replace(replace(sql, ' NOT NULL', ''), ' STRICT', '')
    WHERE name IN ('checkpoints', 'cosignatures')
    """,
  ])
  func extremesEndNothing(sql: String) async throws {
    try await withScratch { scratch async throws in
      let (ledger, witness) = (try Self.open(scratch.path), try Self.witness(1))
      try await Self.name([witness], quorum: 1, in: ledger)
      try await Self.cosign([witness], in: ledger)
      try await ledger.close()
      try scratch.tamper { try $0.execute(sql: sql) }
      if sql.hasPrefix("PRAGMA") {
        try scratch.tamper { db in
          try db.execute(sql: "UPDATE checkpoints SET note = NULL, root = 7")
          try db.execute(sql: "UPDATE cosignatures SET line = NULL, name = x'ff'")
        }
      }
      let report = try Verifier.verify(path: scratch.path, reactor: Silence())
      #expect(report.problems.isEmpty == sql.contains(" at = "))
      #expect(Instant(microseconds: .min).wholeSecond.description != "")
    }
  }

  // MARK: copies

  /// Closes, copies the file, goes on; the head then.
  private func headAfterABackup(_ scratch: Scratch, _ backup: String) async throws -> String {
    let first = try Self.open(scratch.path)
    try await Self.append(2, to: first)
    try await first.close()
    try FileManager.default.copyItem(atPath: scratch.path, toPath: backup)
    let second = try Self.open(scratch.path)
    try await Self.append(3, "later", to: second)
    let head = try #require(try await second.keepCheckpoint())
    try await second.close()
    return head.note
  }

  @Test func aBackupIsNotGoneOnWithWhereANewerHeadIsKnown() async throws {
    try await withScratch { scratch async throws in
      let backup = scratch.path + ".backup"
      let head = try await headAfterABackup(scratch, backup)
      try await Self.open(scratch.path, copies: [head]).close()
      try FileManager.default.removeItem(atPath: scratch.path)
      try FileManager.default.moveItem(atPath: backup, toPath: scratch.path)
      #expect(throws: StartupRefused.rolledBack(copy: 6, log: 3)) {
        try Self.open(scratch.path, copies: [head])
      }
      // Without the copy nothing shows it: the negative control.
      let forked = try Self.open(scratch.path)
      try await Self.append(4, "other", to: forked)
      try await forked.close()
      #expect(throws: StartupRefused.forked(copy: 6)) {
        try Self.open(scratch.path, copies: [head])
      }
      #expect(StartupRefused.forked(copy: 6).isIntegrity)
    }
  }

  @Test func anEmptyFileIsNotBegunWhereAHeadIsKnown() async throws {
    try await withScratch { scratch async throws in
      let head = try await headAfterABackup(scratch, scratch.path + ".backup")
      try FileManager.default.removeItem(atPath: scratch.path)
      #expect(throws: StartupRefused.rolledBack(copy: 6, log: 0)) {
        try Self.open(scratch.path, copies: [head])
      }
    }
  }

  @Test func aCopyThatTheLogDidNotSignIsRefused() async throws {
    try await withScratch { scratch async throws in
      let stranger = try NoteSigner(name: "a.example/log", seed: Array(100..<132))
      let note = try Checkpoint(origin: "a.example/log", size: 1, root: .emptyRoot)
        .signed(by: [stranger])
      for copy in [note.description, "nonsense", ""] {
        do {
          let opened = try Self.open(scratch.path, copies: [copy])
          Issue.record("it was opened")
          try await opened.close()
        } catch StartupRefused.otherCopy {}
      }
      try await Self.open(scratch.path).close()
    }
  }
}
