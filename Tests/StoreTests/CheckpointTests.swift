import Foundation
import GRDB
import Gates
import Ledger
import LedgerTesting
import Merkle
import Testing

@testable import SQLiteStore

/// What is signed, when, and what a start makes of it.
@Suite struct CheckpointTests {
  private static func signer(_ first: UInt8 = 0, _ name: String = "a.example/log") throws
    -> NoteSigner
  { try NoteSigner(name: name, seed: (0..<32).map { first + $0 }) }

  private static func note(_ text: String) throws -> Submission {
    Submission(
      entry: try Entry(
        kind: .noteRecorded, at: nil, received: moment, source: .token("test", key: text),
        data: ["text": .string(text), "subject": "x"]))
  }

  private func open(
    _ path: String, _ signers: [NoteSigner], mayBegin: Bool = false,
    now: @escaping @Sendable () -> Instant = { moment }
  ) throws -> SQLiteLedger {
    try SQLiteLedger(
      path: path, reactor: Silence(), signers: signers, mayBegin: mayBegin, now: now)
  }

  @Test func theFirstStartWritesTheKeyAndEveryGroupIsSigned() async throws {
    try await withScratch { scratch in
      let signer = try Self.signer()
      let ledger = try open(scratch.path, [signer])
      for number in 0..<3 { _ = try await ledger.append([Self.note("\(number)")]) }
      let (keys, head, size) = try await ledger.read {
        (try $0.logKeys(), try $0.checkpoint(), try $0.size())
      }
      #expect(keys.map(\.verifier) == [signer.verifier])
      #expect(keys.map(\.entry) == [0])
      let stored = try #require(head)
      let checkpoint = try Checkpoint(SignedNote(stored.note), signedBy: keys.map(\.verifier))
      #expect(checkpoint.size == 4 && size == 4 && stored.size == 4)
      #expect(checkpoint.origin == "a.example/log")
      let root = try await ledger.read { reader in
        try Proof.root(of: 0..<4) { try reader.node(at: $0) }
      }
      #expect(checkpoint.root == root && stored.root == root)
      try await ledger.close()
    }
  }

  @Test func aStartWithoutNewsSignsNothing() async throws {
    try await withScratch { scratch in
      let signer = try Self.signer()
      try await open(scratch.path, [signer]).close()
      let before = try rows(scratch.path)
      try await open(scratch.path, [signer], now: { Instant(seconds: 2_000_000_000) }).close()
      #expect(try rows(scratch.path) == before)
      #expect(before.count == 1)
    }
  }

  @Test func oneOfEachMinuteStays() async throws {
    try await withScratch { scratch in
      let clock = Clock()
      let ledger = try open(scratch.path, [Self.signer()], now: { clock.now })
      for number in 0..<9 {
        clock.now = Instant(seconds: 1_790_000_040 + Int64(number) * 20)
        _ = try await ledger.append([Self.note("\(number)")])
      }
      let sizes = try await ledger.read { try $0.checkpoints(from: 0, limit: 0).map(\.size) }
      #expect(sizes == [1, 4, 7, 10])
      try await ledger.close()
    }
  }

  @Test func whatSomebodyOutsideHasStays() async throws {
    try await withScratch { scratch in
      let ledger = try open(scratch.path, [Self.signer()])
      try await ledger.pool.write { try $0.execute(sql: "UPDATE checkpoints SET kept = 1") }
      _ = try await ledger.append([Self.note("1")])
      _ = try await ledger.append([Self.note("2")])
      let sizes = try await ledger.read { try $0.checkpoints(from: 0, limit: 0).map(\.size) }
      #expect(sizes == [1, 3])
      try await ledger.close()
    }
  }

  @Test func aSignedLogIsNotOpenedWithoutItsKey() async throws {
    try await withScratch { scratch in
      let (own, other) = (try Self.signer(), try Self.signer(100))
      try await open(scratch.path, [own]).close()
      #expect(throws: StartupRefused.signingKeyMissing(vkey: own.verifier.vkey)) {
        try open(scratch.path, [])
      }
      #expect(
        throws: StartupRefused.otherSigningKey(
          log: own.verifier.vkey, given: other.verifier.vkey)
      ) { try open(scratch.path, [other]) }
      try await open(scratch.path, [own]).close()
    }
  }

  @Test func aNewKeyIsVouchedForByTheOldOne() async throws {
    try await withScratch { scratch in
      let (old, new) = (try Self.signer(), try Self.signer(100))
      try await open(scratch.path, [old]).close()
      let ledger = try open(scratch.path, [old, new])
      let entry = try LogKey.entry(new.verifier, replacing: old.verifier, received: moment)
      _ = try await ledger.append([Submission(entry: entry)])
      try await ledger.close()
      let head = try #require(try rows(scratch.path).last)
      for key in [old, new] {
        #expect(try Checkpoint(SignedNote(head), signedBy: [key.verifier]).size == 2)
      }
      #expect(throws: StartupRefused.self) { try open(scratch.path, [old]) }
      let again = try open(scratch.path, [new])
      for number in 0..<2 { _ = try await again.append([Self.note("\(number)")]) }
      try await again.close()
      // All of one minute, of which the last stays: and this one, which whoever follows needs.
      let left = try rows(scratch.path)
      #expect(left.count == 2 && left.first == head)
      let last = try SignedNote(try #require(left.last))
      #expect(throws: NoteError.unsigned) { try last.signatures(by: [old.verifier]) }
      #expect(try last.signatures(by: [new.verifier]).count == 1)
    }
  }

  @Test func anUnsignedLogIsSignedFromThenOnWhenSomebodySaysSo() async throws {
    try await withScratch { scratch in
      let (plain, signer) = (try open(scratch.path, []), try Self.signer())
      _ = try await plain.append([Self.note("1")])
      try await plain.close()
      #expect(throws: StartupRefused.neverSigned(entries: 1, vkey: signer.verifier.vkey)) {
        try open(scratch.path, [signer])
      }
      #expect(try rows(scratch.path).isEmpty)
      try await open(scratch.path, []).close()
      try await open(scratch.path, [signer], mayBegin: true).close()
      try await open(scratch.path, [signer]).close()
      let head = try SignedNote(try #require(try rows(scratch.path).last))
      #expect(try Checkpoint(text: head.text).size == 2)
    }
  }

  @Test(arguments: [
    "DELETE FROM entries WHERE idx = 2",
    "UPDATE entries SET leaf = zeroblob(32) WHERE idx = 2",
    "UPDATE tree_nodes SET hash = zeroblob(32) WHERE level = 1",
    "UPDATE checkpoints SET root = zeroblob(32)",
    "UPDATE checkpoints SET size = 7",
    "UPDATE checkpoints SET size = -7",
  ])
  func aLogThatWasCutOrChangedIsNotWrittenTo(sql: String) async throws {
    try await withScratch { scratch in
      let ledger = try open(scratch.path, [Self.signer()])
      for number in 0..<2 { _ = try await ledger.append([Self.note("\(number)")]) }
      try await ledger.close()
      try await DatabaseQueue(path: scratch.path).write { try $0.execute(sql: sql) }
      do {
        let opened = try open(scratch.path, [Self.signer()])
        Issue.record("it was opened")
        try await opened.close()
      } catch StartupRefused.rewritten {}
    }
  }

  /// What somebody without the key writes into the file is not signed at the next start.
  @Test(arguments: [
    ("DELETE FROM checkpoints", StartupRefused.unsigned(entries: 3, of: 3)),
    (
      "DELETE FROM checkpoints WHERE size = 3", StartupRefused.unsigned(entries: 1, of: 3)
    ),
    (
      "UPDATE checkpoints SET note = replace(note, 'a.example', 'b.example')",
      StartupRefused.rewritten(size: 3, reason: "its key did not sign them")
    ),
  ])
  func whatTheKeyDidNotSignIsNotSignedLater(_ sql: String, _ refusal: StartupRefused) async throws {
    try await withScratch { scratch in
      let clock = Clock()
      let ledger = try open(scratch.path, [Self.signer()], now: { clock.now })
      for number in 0..<2 {
        clock.now = clock.now.adding(seconds: 60)
        _ = try await ledger.append([Self.note("\(number)")])
      }
      try await ledger.close()
      try await DatabaseQueue(path: scratch.path).write { try $0.execute(sql: sql) }
      let before = try rows(scratch.path)
      for mayBegin in [false, true] {
        #expect(throws: refusal) { try open(scratch.path, [Self.signer()], mayBegin: mayBegin) }
      }
      #expect(refusal.isIntegrity)
      #expect(try rows(scratch.path) == before)
    }
  }

  /// A head that fits everything, made without the key.
  @Test func aHeadThatSomebodyElseSignedIsNotGoneOnFrom() async throws {
    try await withScratch { scratch in
      let ledger = try open(scratch.path, [Self.signer()])
      _ = try await ledger.append([Self.note("1")])
      try await ledger.close()
      try scratch.tamper { db in
        let frontier = try SQLiteReader(db).frontier()
        try db.execute(sql: "DELETE FROM checkpoints")
        var writer = CheckpointWriter([try Self.signer(100)])
        try writer.write(frontier, moment, to: db)
      }
      let refusal = StartupRefused.rewritten(size: 2, reason: "its key did not sign them")
      #expect(throws: refusal) { try open(scratch.path, [Self.signer()]) }
    }
  }

  private func rows(_ path: String) throws -> [String] {
    try DatabaseQueue(path: path).read {
      try String.fetchAll($0, sql: "SELECT note FROM checkpoints ORDER BY size")
    }
  }
}

private final class Clock: @unchecked Sendable { var now = Instant(seconds: 1_790_000_000) }
