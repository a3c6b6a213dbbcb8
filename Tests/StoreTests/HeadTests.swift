import Foundation
import GRDB
import Gates
import Ledger
import LedgerTesting
import Merkle
import Testing

@testable import SQLiteStore

/// What was signed against what is there: the attacks on a log whose owner may hold its key.
@Suite struct HeadTests {
  private static let own = Result { try NoteSigner(name: "a.example/log", seed: Array(0..<32)) }
  private static let next = Result { try NoteSigner(name: "a.example/log", seed: Array(32..<64)) }

  private func open(_ scratch: Scratch, _ signers: NoteSigner...) throws -> SQLiteLedger {
    try SQLiteLedger(
      path: scratch.path, reactor: Gatehouse(), signers: signers, now: { moment })
  }

  /// The full ledger, which is signed from its end on.
  private func withSigned<Answer>(_ body: (Scratch) async throws -> Answer) async throws -> Answer {
    try await VerifierTests.withLedger { scratch in
      try await SQLiteLedger(
        path: scratch.path, reactor: Gatehouse(), signers: [Self.own.get()], mayBegin: true,
        now: { moment }
      ).close()
      return try await body(scratch)
    }
  }

  private func verify(
    _ scratch: Scratch, against: [SignedNote] = [], trusted: [NoteVerifier] = []
  ) throws -> VerifyReport {
    var options = VerifyOptions()
    (options.against, options.trusted) = (against, trusted)
    return try Verifier.verify(path: scratch.path, reactor: Gatehouse(), options: options)
  }

  private func head(_ scratch: Scratch) throws -> SignedNote {
    let stored = try SQLiteArchive(path: scratch.path).read { try $0.checkpoint() }
    return try SignedNote(#require(stored).note)
  }

  private func append(_ text: String, to scratch: Scratch, _ signer: NoteSigner) async throws {
    let ledger = try open(scratch, signer)
    _ = try await ledger.append([
      Submission(
        entry: try Entry(
          kind: .noteRecorded, at: nil, received: moment, source: .token("ci", key: "k/\(text)"),
          data: ["text": .string(text), "subject": "x"]))
    ])
    try await ledger.close()
  }

  /// As the owner of the key would do it: everything fits, and the new head is signed.
  private func forge(
    _ scratch: Scratch, with signer: NoteSigner, _ edit: ([Entry]) throws -> [Entry]
  ) throws {
    try scratch.tamper { db in
      try Forger.rewrite(db, edit)
      try db.execute(sql: "DELETE FROM checkpoints")
      var writer = CheckpointWriter([signer])
      try writer.write(SQLiteReader(db).frontier(), moment, to: db)
    }
  }

  @Test func aSignedLogPassesAndLeadsToItsHead() async throws {
    try await withSigned { scratch in
      let key = try Self.own.get().verifier
      let kept = try head(scratch)
      try await append("1", to: scratch, Self.own.get())
      let report = try verify(scratch, against: [kept], trusted: [key])
      #expect(report.problems == [])
      #expect(report.heads == 1 && report.origin == "a.example/log")
      #expect(report.checkpoints == 1)  // of one minute
    }
  }

  @Test func aRewrittenLogHasNotTheRootThatWasSigned() async throws {
    try await withSigned { scratch in
      try scratch.tamper { db in
        try Forger.rewrite(db) { entries in
          var entries = entries
          entries[7] = try Forger.edited(entries[7], ["sender": 1])
          return entries
        }
      }
      let problems = try verify(scratch).problems
      #expect(
        problems.contains {
          $0.table == "checkpoints" && $0.reason.contains("the root that was signed")
        })
    }
  }

  @Test func rewrittenAndSignedAgainItIsSeenOnlyFromOutside() async throws {
    try await withSigned { scratch in
      let kept = try head(scratch)
      try forge(scratch, with: Self.own.get()) { entries in
        entries.enumerated().filter { $0.offset != 5 }.map(\.element)
      }
      #expect(try verify(scratch).problems.allSatisfy { $0.table != "checkpoints" })
      let problems = try verify(scratch, against: [kept]).problems
      #expect(problems.contains { $0.reason.contains("the checkpoint that was kept has") })
    }
  }

  /// Whoever has the key of a witness cannot make another log pass for this one.
  @Test func aWitnessDoesNotVouchForALog() async throws {
    try await withSigned { scratch in
      let witness = try CosignatureTests.witness(1)
      let own = try Self.own.get().verifier
      #expect(try verify(scratch, trusted: [own]).problems == [])
      let unseen = try verify(scratch, trusted: [own, witness.verifier]).problems
      #expect(unseen.count == 1 && unseen[0].reason.contains("cosigned no head of this log"))
      let stranger = try NoteSigner(name: "a.example/log", seed: Array(repeating: 9, count: 32))
      try forge(scratch, with: stranger) { entries in
        try entries.map { entry in
          entry.kind == .logKey
            ? try LogKey.entry(stranger.verifier, replacing: nil, received: moment) : entry
        }
      }
      try scratch.tamper { db in
        let text = try String.fetchOne(db, sql: "SELECT note FROM checkpoints") ?? ""
        let note = try SignedNote(text)
        let line = try witness.cosign(note.text, at: 1_790_000_000).line
        try db.execute(sql: "UPDATE checkpoints SET note = note || ?", arguments: [line + "\n"])
      }
      let forged = try verify(scratch, trusted: [own, witness.verifier]).problems
      #expect(forged.contains { !$0.reason.contains("cosigned no head of this log") })
      #expect(try !verify(scratch, trusted: [own]).problems.isEmpty)
    }
  }

  @Test func truncationIsSeenFromOutside() async throws {
    try await withSigned { scratch in
      try await append("1", to: scratch, Self.own.get())
      let (kept, size) = (try head(scratch), try verify(scratch).entries)
      try forge(scratch, with: Self.own.get()) { Array($0.dropLast()) }
      #expect(try verify(scratch).problems == [])
      let problems = try verify(scratch, against: [kept]).problems
      #expect(
        problems.map(\.reason) == [
          "the log has \(size - 1) entries, the checkpoint that was kept has \(size)"
        ])
    }
  }

  @Test func truncationWithoutTheKeyIsSeenAtOnce() async throws {
    try await withSigned { scratch in
      try await append("1", to: scratch, Self.own.get())
      let size = try verify(scratch).entries
      try scratch.tamper { try Forger.rewrite($0) { Array($0.dropLast()) } }
      let problems = try verify(scratch).problems
      #expect(problems.map(\.row) == [String(size)])
      #expect(problems.first?.reason == "\(size) entries were signed, the log has \(size - 1)")
    }
  }

  /// A backup is put back, and the log goes on from there: a fork.
  @Test func rollbackIsSeenFromOutside() async throws {
    try await withSigned { scratch in
      let backup = try Data(contentsOf: URL(filePath: scratch.path))
      try await append("what was lost", to: scratch, Self.own.get())
      let kept = try head(scratch)
      try backup.write(to: URL(filePath: scratch.path))
      try await append("what came instead", to: scratch, Self.own.get())
      #expect(try verify(scratch).problems == [])
      let problems = try verify(scratch, against: [kept]).problems
      #expect(problems.count == 1)
      #expect(problems.first?.reason.contains("are not those of the checkpoint") == true)
    }
  }

  @Test func aHeadIsCalledByItsName() async throws {
    try await withSigned { scratch in
      try await append("what is cut off", to: scratch, Self.own.get())
      let kept = try head(scratch)
      try forge(scratch, with: Self.own.get()) { Array($0.dropLast()) }
      let stranger = try Checkpoint(text: kept.text).signed(by: [Self.next.get()])
      var options = VerifyOptions()
      (options.against, options.names) = ([stranger, kept], ["the first", "the second"])
      let report = try Verifier.verify(
        path: scratch.path, reactor: Gatehouse(), options: options)
      #expect(
        report.problems.map(\.reason) == [
          "the first cannot be used: its key is none of this log's; give --vkey",
          "the log has \(report.entries) entries, the second has \(report.entries + 1)",
        ])
    }
  }

  @Test(arguments: [
    ("UPDATE checkpoints SET note = replace(note, 'log' || char(10), 'lag' || char(10))", "fit"),
    ("UPDATE checkpoints SET size = size - 1", "another size or root"),
    ("UPDATE checkpoints SET root = zeroblob(32)", "another size or root"),
    ("UPDATE checkpoints SET note = 'x'", "a note has a text"),
    ("DELETE FROM checkpoints", "entries are not signed"),
  ])
  func aChangedCheckpointIsNamed(sql: String, reason: String) async throws {
    try await withSigned { scratch in
      try scratch.tamper { try $0.execute(sql: sql) }
      let problems = try verify(scratch).problems
      #expect(problems.first?.table == "checkpoints")
      #expect(problems.first?.reason.contains(reason) == true, "\(problems)")
    }
  }

  @Test func aCheckpointByAStrangerIsForged() async throws {
    try await withSigned { scratch in
      let stranger = try Self.next.get()
      try forge(scratch, with: stranger) { $0 }
      let problems = try verify(scratch).problems
      #expect(problems.first?.reason == "no known key signed it")
      #expect(problems.first?.table == "checkpoints")
    }
  }

  @Test func aHeadOfAnotherLogOrByAStrangerIsRefused() async throws {
    try await withSigned { scratch in
      let checkpoint = try Checkpoint(text: head(scratch).text)
      let other = try NoteSigner(name: "b.example/log", seed: Array(0..<32))
      let named = Checkpoint(origin: "b.example/log", size: checkpoint.size, root: checkpoint.root)
      let notes = [
        try checkpoint.signed(by: [Self.next.get()]), try named.signed(by: [Self.own.get()]),
        try named.signed(by: [other]),
      ]
      for note in notes {
        let report = try verify(scratch, against: [note])
        #expect(report.problems.count == 1 && report.heads == 0)
        #expect(report.problems.first?.reason.contains("cannot be used") == true)
      }
    }
  }

  @Test func aLogThatIsNotSignedAtAllIsNotTheOneOfAKeyThatIsKnown() async throws {
    let key = try Self.own.get().verifier
    try await VerifierTests.withLedger { scratch in
      let size = try verify(scratch).entries
      let problems = try verify(scratch, trusted: [key]).problems
      #expect(problems.map(\.reason) == ["the last \(size) entries are not signed"])
    }
    try await withScratch { scratch in
      try await open(scratch).close()
      #expect(try verify(scratch).problems == [])
      let problems = try verify(scratch, trusted: [key]).problems
      #expect(problems.map(\.reason) == ["nothing of this log is signed"])
    }
  }

  @Test func anotherKeyThanTheOneThatIsKnownIsRefused() async throws {
    try await withSigned { scratch in
      let problems = try verify(scratch, trusted: [Self.next.get().verifier]).problems
      #expect(problems.first?.reason == "no known key signed it")
    }
  }

  @Test func aReplacedKeyIsFollowedFromTheOldOne() async throws {
    try await withSigned { scratch in
      let (old, new) = (try Self.own.get(), try Self.next.get())
      let ledger = try open(scratch, old, new)
      let entry = try LogKey.entry(new.verifier, replacing: old.verifier, received: moment)
      _ = try await ledger.append([Submission(entry: entry)])
      try await ledger.close()
      try await append("signed by the new key alone", to: scratch, new)
      #expect(try verify(scratch, trusted: [old.verifier]).problems == [])
      #expect(try verify(scratch).checkpoints == 2)
      #expect(try verify(scratch).problems == [])
      try scratch.tamper { try $0.execute(sql: "DELETE FROM checkpoints WHERE kept = 1") }
      for trusted in [[old.verifier], []] {
        let problems = try verify(scratch, trusted: trusted).problems
        #expect(problems.first?.reason == "no known key signed it")
      }
    }
  }

  /// From the newest key back: its head covers the entry of the key before.
  @Test func aReplacedKeyIsFollowedFromTheNewOne() async throws {
    try await withSigned { scratch in
      let (old, new) = (try Self.own.get(), try Self.next.get())
      let ledger = try open(scratch, old, new)
      _ = try await ledger.keepCheckpoint()
      let entry = try LogKey.entry(new.verifier, replacing: old.verifier, received: moment)
      _ = try await ledger.append([Submission(entry: entry)])
      try await ledger.close()
      try await append("signed by the new key alone", to: scratch, new)
      let report = try verify(scratch, trusted: [new.verifier])
      #expect(report.problems == [] && report.checkpoints == 2 && report.earlierCheckpoints == 1)
      #expect(try verify(scratch, trusted: [old.verifier]).earlierCheckpoints == 0)
      try scratch.tamper { db in
        try db.execute(sql: "UPDATE checkpoints SET root = zeroblob(32)")
      }
      #expect(try verify(scratch, trusted: [new.verifier]).problems.count >= 3)
      // Cut back to what the old key signed: the new one vouches for nothing of it.
      try forge(scratch, with: old) { Array($0.dropLast(2)) }
      let cut = try verify(scratch, trusted: [new.verifier])
      #expect(cut.earlierCheckpoints == 0)
      #expect(cut.problems.contains { $0.reason == "no known key signed it" })
    }
  }

  @Test func theOrderOfStagesIsTold() async throws {
    try await withSigned { scratch in
      var stages: [VerifyProgress.Stage] = []
      _ = try Verifier.verify(path: scratch.path, reactor: Gatehouse()) { progress in
        #expect((0...progress.total).contains(progress.done))
        if stages.last != progress.stage { stages.append(progress.stage) }
      }
      #expect(stages.suffix(2) == [.replaying, .comparing])
    }
  }
}

@Suite struct PageDigestTests {
  /// Every byte of a page is in its hash: one flip in each page, at another place each time.
  @Test func aFlippedBitInAnyPageIsFoundAndNamed() async throws {
    try await VerifierTests.withLedger { scratch in
      let earlier = try PageDigest(path: scratch.path)
      #expect(earlier.pageSize == 4_096)
      let bytes = try Data(contentsOf: URL(filePath: scratch.path))
      #expect(earlier.pages.count * 4_096 == bytes.count)
      for page in earlier.pages.indices {
        var changed = bytes
        // Bytes 16 and 17 of the first page say how large a page is.
        changed[page * 4_096 + (page * 97 + 100) % 4_096] ^= 1
        try changed.write(to: URL(filePath: scratch.path))
        let problems = try PageDigest(path: scratch.path).problems(comparedWith: earlier)
        #expect(problems.map(\.reason) == ["page \(page + 1) is not what it was"])
      }
      try bytes.write(to: URL(filePath: scratch.path))
      #expect(try PageDigest(path: scratch.path) == earlier)
    }
  }

  @Test func aPageMoreOrAnotherSizeIsFound() async throws {
    try await VerifierTests.withLedger { scratch in
      let earlier = try PageDigest(path: scratch.path)
      var bytes = try Data(contentsOf: URL(filePath: scratch.path))
      bytes.append(contentsOf: [0])
      try bytes.write(to: URL(filePath: scratch.path))
      let more = try PageDigest(path: scratch.path).problems(comparedWith: earlier)
      #expect(
        more.map(\.reason) == [
          "it has \(earlier.pages.count + 1) pages, it had \(earlier.pages.count)"
        ])
      bytes[16] = 0x08
      try bytes.write(to: URL(filePath: scratch.path))
      #expect(try PageDigest(path: scratch.path).problems(comparedWith: earlier).count == 1)
    }
  }

  @Test func itsTextIsReadBack() async throws {
    try await VerifierTests.withLedger { scratch in
      let digest = try PageDigest(path: scratch.path)
      #expect(PageDigest(text: digest.text) == digest)
      for text in ["", "ledger-pages/1", "ledger-pages/2 4096\n", digest.text + "x\n"] {
        #expect(PageDigest(text: text) == nil)
      }
    }
  }

  @Test func aFileThatIsBeingWrittenIsRefused() async throws {
    try await withScratch { scratch in
      let ledger = try SQLiteLedger(path: scratch.path, reactor: Silence(), now: { moment })
      _ = try await ledger.append([])
      #expect(throws: StartupRefused.self) { try PageDigest(path: scratch.path) }
      try await ledger.close()
      #expect(try PageDigest(path: scratch.path).pages.isEmpty == false)
    }
  }
}
