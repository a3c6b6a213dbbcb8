import Foundation
import GRDB
import Ledger
import LedgerTesting
import Merkle
import Testing

@testable import SQLiteStore

@Suite("Forgetting a person") struct ForgettingTests {
  private typealias Scene = EvidenceScene

  private func forget(
    _ person: String, in ledger: SQLiteLedger, reason: String? = nil
  ) async throws -> (Remembered, [Int64]) {
    let forgetting = Forgetting(ledger)
    let found = try await forgetting.find(person)
    let entries = try await forgetting.forget(
      found, reason: reason, source: .token("cli"), now: moment)
    return (found, entries)
  }

  private func story(_ ledger: SQLiteLedger) async throws -> [Hash] {
    var hashes: [Hash] = []
    for delivery in [
      Scene.opened(1), Scene.opened(2, by: Scene.noor),
      Scene.opened(3, by: Scene.noor, title: "Thanks, @Mia-Hopper!"),
      Scene.opened(4, by: Scene.noor, title: "mia-hopperton is somebody else"),
    ] {
      hashes.append(try await Scene.deliver(delivery, 1, to: ledger).hash)
    }
    return hashes
  }

  @Test("erases the name and the bodies, and nothing else", arguments: ["mia-hopper", "7001"])
  func erases(_ person: String) async throws {
    try await withScratch { scratch in
      let ledger = try Scene.open(scratch)
      let hashes = try await story(ledger)
      let (found, entries) = try await forget(person, in: ledger, reason: "on request")
      #expect(found.id == 7_001 && found.hasName && found.logins == ["mia-hopper"])
      #expect(found.searched == 4 && Set(found.bodies.map(\.hash)) == [hashes[0], hashes[2]])
      #expect(entries == [4])
      let entry = try #require(try await ledger.read { try $0.entry(at: 4)?.entry })
      #expect(entry.kind == .personForgotten && entry.data["person"] == 7_001)
      #expect(entry.data["searched"] == 4 && entry.data["count"] == 2)
      #expect(entry.data["reason"] == "on request")
      #expect(!String(decoding: entry.bytes, as: UTF8.self).contains("mia"))
      for (hash, isThere) in zip(hashes, [false, true, false, true]) {
        #expect(try await Scene.has(hash, in: ledger) == isThere)
      }
      #expect(try await ledger.read { try $0.login(7_001) } == nil)
      #expect(try await ledger.read { try $0.login(7_002) } == "noor")
      try await ledger.close()
      let report = try Scene.verify(scratch)
      #expect(report.problems == [] && report.erasedBodies == 2 && report.prunedBodies == 0)
    }
  }

  /// Nobody knows whom a body names that cannot be read: it goes with the person.
  @Test func aDamagedBodyHoldsUpNothing() async throws {
    try await withScratch { scratch in
      var ledger = try Scene.open(scratch)
      let hashes = try await story(ledger)
      try await ledger.close()
      try scratch.tamper { db in
        try db.execute(
          sql: "UPDATE evidence SET bytes = substr(bytes, 2) WHERE sha256 = ?",
          arguments: [Data(hashes[1].bytes)])
      }
      ledger = try Scene.open(scratch)
      let (found, _) = try await forget("7001", in: ledger)
      #expect(Set(found.bodies.map(\.hash)) == [hashes[0], hashes[1], hashes[2]])
      #expect(try await Scene.has(hashes[3], in: ledger))
      try await ledger.close()
      #expect(try Scene.verify(scratch).problems == [])
    }
  }

  /// Whoever may record writes whatever they like beside a number: it erases nothing of others.
  @Test func whatNobodySignedTeachesNoLogin() async throws {
    try await withScratch { scratch in
      let ledger = try Scene.open(scratch)
      let hashes = try await story(ledger)
      let said = Evidence(Array(#"{"sender":{"id":7001,"login":"noor"}}"#.utf8))
      let told = try Entry(
        kind: "test.note.v1", at: nil, received: moment, source: .token("test"), data: [:],
        evidence: said.reference)
      _ = try await ledger.append([Submission(entry: told, evidence: said)])
      let (found, _) = try await forget("7001", in: ledger)
      #expect(found.logins == ["mia-hopper"])
      #expect(Set(found.bodies.map(\.hash)) == [hashes[0], hashes[2], said.reference.hash])
      try await ledger.close()
    }
  }

  /// The directory is plain text: the bytes of the file must not hold the name any more, nor those
  /// of the write-ahead log of a ledger that is at work.
  @Test func theBytesAreGone() async throws {
    try await withScratch { scratch in
      let ledger = try Scene.open(scratch)
      _ = try await story(ledger)
      #expect(Self.files(scratch).contains { Self.holds("mia-hopper", $0) }, "the control")
      _ = try await forget("mia-hopper", in: ledger)
      // The writer cuts the log off after it answered; the next group comes after that.
      _ = try await ledger.append([note(1)])
      #expect(!Self.files(scratch).contains { Self.holds("mia-hopper", $0) })
      try await ledger.close()
      #expect(!Self.files(scratch).contains { Self.holds("mia-hopper", $0) })
      #expect(Self.files(scratch).contains { Self.holds("noor", $0) })
    }
  }

  /// A reader that is at work keeps the pages of before in the write-ahead log. Nobody else waits
  /// for it, and when it is done they go, whether or not anything is written.
  @Test(.timeLimit(.minutes(3))) func aReaderHoldsUpNobody() async throws {
    try await withScratch { scratch in
      var settings = SQLiteLedger.Settings()
      settings.pauseToForget = .milliseconds(200)
      let ledger = try SQLiteLedger(
        path: scratch.path, reactor: Silence(), settings: settings, now: { moment })
      _ = try await story(ledger)
      let reader = try LongRead(scratch.path)
      let start = ContinuousClock.now
      _ = try await forget("mia-hopper", in: ledger)
      for number in 1...12 { _ = try await ledger.append([note(number)]) }
      #expect(ContinuousClock.now - start < .seconds(45), "each waited for the reader")
      #expect(Self.files(scratch).contains { Self.holds("mia-hopper", $0) }, "the control")
      try reader.end()
      while Self.files(scratch).contains(where: { Self.holds("mia-hopper", $0) }) {
        await Task.yield()
      }
      try await ledger.close()
    }
  }

  @Test("a log that was refused as too long, and then cut off, is written again")
  func refusedAndCutOff() async throws {
    try await withScratch { scratch in
      var settings = SQLiteLedger.Settings()
      settings.pauseToForget = .milliseconds(200)
      (settings.checkpointFrames, settings.maximumFrames) = (20, 100)
      let ledger = try SQLiteLedger(
        path: scratch.path, reactor: Silence(), settings: settings, now: { moment })
      _ = try await story(ledger)
      let reader = try LongRead(scratch.path)
      _ = try await forget("mia-hopper", in: ledger)
      await #expect(throws: StoreError.busy) {
        for number in 1...200 { _ = try await ledger.append([note(number)]) }
      }
      try reader.end()
      while Self.files(scratch).contains(where: { Self.holds("mia-hopper", $0) }) {
        await Task.yield()
      }
      let receipts = try await ledger.append([note(1_000)])
      #expect(receipts.first?.result == .appended)
      try await ledger.close()
    }
  }

  private static func files(_ scratch: Scratch) -> [URL] {
    ["", "-wal", "-shm"].map { URL(filePath: scratch.path + $0) }
      .filter { FileManager.default.fileExists(atPath: $0.path) }
  }

  private static func holds(_ text: String, _ file: URL) -> Bool {
    do { return try Data(contentsOf: file).range(of: Data(text.utf8)) != nil } catch {
      Issue.record("\(file.path): \(error)")
      return true
    }
  }

  @Test("later deliveries bring no name back, and their bodies stay until it is done again")
  func later() async throws {
    try await withScratch { scratch in
      let ledger = try Scene.open(scratch)
      _ = try await story(ledger)
      _ = try await forget("7001", in: ledger)
      let later = try await Scene.deliver(Scene.opened(9), 0, to: ledger)
      #expect(try await ledger.read { try $0.login(7_001) } == nil)
      #expect(try await Scene.has(later.hash, in: ledger))
      await #expect(throws: ForgetRefusal.unknown("mia-hopper")) {
        try await Forgetting(ledger).find("mia-hopper")
      }
      let (found, _) = try await forget("7001", in: ledger)
      // The login is learnt from the body beside the number.
      #expect(!found.hasName && found.logins == ["mia-hopper"])
      #expect(found.bodies.map(\.hash) == [later.hash])
      try await ledger.close()
      let report = try Scene.verify(scratch)
      #expect(report.problems == [] && report.erasedBodies == 3)
    }
  }

  @Test("a name that is put back by hand is found")
  func nameBack() async throws {
    try await withScratch { scratch in
      let ledger = try Scene.open(scratch)
      _ = try await story(ledger)
      _ = try await forget("7001", in: ledger)
      try await ledger.close()
      try scratch.tamper {
        try $0.execute(sql: "INSERT INTO people (id, login) VALUES (7001, 'mia')")
      }
      let problems = try Scene.verify(scratch).problems
      #expect(problems.map(\.table) == ["people"] && problems.map(\.row) == ["7001"])
      #expect(problems.map(\.entry) == [4])
    }
  }

  @Test("more bodies than fit into one entry are one transaction")
  func many() async throws {
    try await withScratch { scratch in
      let ledger = try Scene.open(scratch)
      _ = try await ledger.append(
        (0..<950).map { number in
          let evidence = Evidence(Array(#"{"n":\#(number),"by":{"id":7001,"login":"x"}}"#.utf8))
          return Submission(
            entry: try Entry(
              kind: "test.note.v1", at: nil, received: moment, source: .token("test"),
              data: ["n": .int(Int64(number))], evidence: evidence.reference), evidence: evidence)
        })
      let (found, entries) = try await forget("7001", in: ledger)
      #expect(found.bodies.count == 950 && entries == [950, 951])
      try await ledger.close()
      let report = try Scene.verify(scratch)
      #expect(report.problems == [] && report.erasedBodies == 950)
    }
  }

  @Test("what names nobody, or the person, is refused")
  func refusals() async throws {
    try await withScratch { scratch in
      let ledger = try Scene.open(scratch)
      _ = try await story(ledger)
      let forgetting = Forgetting(ledger)
      await #expect(throws: ForgetRefusal.unknown("nobody")) { try await forgetting.find("nobody") }
      await #expect(throws: ForgetRefusal.unknown("@7001")) { try await forgetting.find("@7001") }
      let found = try await forgetting.find("@MIA-Hopper")
      for reason in ["", "a\nb", String(repeating: "x", count: 201), "Mia-Hopper asked"] {
        await #expect(throws: ForgetRefusal.self) {
          try await forgetting.forget(found, reason: reason, source: .ledger, now: moment)
        }
      }
      #expect(try await ledger.read { try $0.size() } == 4)
      try await ledger.close()
    }
  }
}
