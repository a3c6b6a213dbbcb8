import Foundation
import GRDB
import Ledger
import LedgerTesting
import Merkle
import Testing

@testable import SQLiteStore

/// Which of the keys that stand in a log are believed, and which somebody only wrote there.
@Suite("Keys of a log") struct KeyChainTests {
  private static func signer(_ first: UInt8) throws -> NoteSigner {
    try NoteSigner(name: "a.example/log", seed: (0..<32).map { first + $0 })
  }

  private static func entry(_ text: String) throws -> Entry {
    try Entry(
      kind: .noteRecorded, at: nil, received: moment, source: .token("test", key: text),
      data: ["text": .string(text), "subject": "x"])
  }

  private func open(_ scratch: Scratch, _ signers: [NoteSigner]) throws -> SQLiteLedger {
    try SQLiteLedger(path: scratch.path, reactor: Silence(), signers: signers, now: { moment })
  }

  private func append(
    _ entry: Entry, to scratch: Scratch, _ signers: [NoteSigner]
  ) async throws {
    let ledger = try open(scratch, signers)
    _ = try await ledger.append([Submission(entry: entry)])
    try await ledger.close()
  }

  /// What whoever may write to the file can do, with any key that he has.
  private func write(
    _ entries: [Entry], to scratch: Scratch, signedBy signer: NoteSigner
  ) throws {
    try scratch.tamper { db in
      var appender = Appender(db, frontier: try SQLiteReader(db).frontier())
      for entry in entries { try appender.write(entry) }
      var writer = CheckpointWriter([signer])
      try writer.write(appender.frontier, moment, to: db)
    }
  }

  private func verify(_ scratch: Scratch, _ trusted: [NoteSigner]) throws -> VerifyReport {
    var options = VerifyOptions()
    options.trusted = trusted.map(\.verifier)
    return try Verifier.verify(path: scratch.path, reactor: Silence(), options: options)
  }

  @Test("a key that somebody wrote into the log himself is not believed")
  func foreignKey() async throws {
    let (own, foreign) = (try Self.signer(0), try Self.signer(100))
    try await withScratch { scratch in
      try await append(Self.entry("true"), to: scratch, [own])
      let key = try LogKey.entry(foreign.verifier, replacing: own.verifier, received: moment)
      try write([key, Self.entry("forged")], to: scratch, signedBy: foreign)
      for trusted in [[], [own]] as [[NoteSigner]] {
        let report = try verify(scratch, trusted)
        #expect(
          report.problems.map(\.reason) == [
            "no known key signed it", "the last 2 entries are not signed",
          ])
        #expect(report.problems.allSatisfy { $0.table == "checkpoints" })
        #expect(report.believed == [own.verifier])
        #expect(report.trustsItself == trusted.isEmpty)
      }
      // Nor does anybody go on from there who has the log's own key.
      let refusal = StartupRefused.otherSigningKey(
        log: foreign.verifier.vkey, given: own.verifier.vkey)
      #expect(throws: refusal) { try open(scratch, [own]) }
    }
  }

  /// The negative control: the same entry, and the checkpoint over it is signed by both keys.
  @Test("a key that the log's own key signed over is believed")
  func rotation() async throws {
    let (own, next) = (try Self.signer(0), try Self.signer(100))
    try await withScratch { scratch in
      try await append(Self.entry("1"), to: scratch, [own])
      let key = try LogKey.entry(next.verifier, replacing: own.verifier, received: moment)
      try await append(key, to: scratch, [own, next])
      for text in ["2", "3"] { try await append(Self.entry(text), to: scratch, [next]) }
      for trusted in [[], [own], [next]] as [[NoteSigner]] {
        let report = try verify(scratch, trusted)
        #expect(report.problems == [] && report.checkpoints == 2)
        #expect(Set(report.believed) == [own.verifier, next.verifier])
      }
      #expect(try verify(scratch, []).believed.first == own.verifier)
    }
  }

  /// Stolen, and therefore replaced.
  @Test("a key that was replaced signs nothing more")
  func replacedKey() async throws {
    let (own, next) = (try Self.signer(0), try Self.signer(100))
    try await withScratch { scratch in
      try await append(Self.entry("1"), to: scratch, [own])
      let key = try LogKey.entry(next.verifier, replacing: own.verifier, received: moment)
      try await append(key, to: scratch, [own, next])
      try write([Self.entry("forged")], to: scratch, signedBy: own)
      for trusted in [[], [own], [next]] as [[NoteSigner]] {
        #expect(
          try verify(scratch, trusted).problems.map(\.reason) == [
            "the key that signs since entry 2 did not sign it",
            "the last 1 entries are not signed",
          ])
      }
    }
  }
}
