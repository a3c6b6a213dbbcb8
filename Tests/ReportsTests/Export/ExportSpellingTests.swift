import Foundation
import Gates
import Ledger
import LedgerTesting
import Merkle
import SQLiteStore
import Testing

@testable import Reports

/// Swift takes two spellings of an accented letter for one text; the log does not.
@Suite struct ExportSpellingTests {
  private static let spellings = ["caf\u{E9}", "cafe\u{301}"]
  private static let names = spellings.map(Streams.service)

  /// Two entries of each spelling.
  private func log() throws -> ExportLog {
    var log = try ExportLog()
    for (number, service) in (Self.spellings + Self.spellings).enumerated() {
      try log.append(
        .buildRecorded, ["service": .string(service), "id": .string(String(number))])
    }
    return log
  }

  private func indices(_ lines: [[UInt8]]) throws -> [Int64] {
    try lines.dropFirst().map { try ExportLine(line: $0).stored.index }
  }

  @Test func eachSpellingHasItsOwnEntries() throws {
    for (place, name) in Self.names.enumerated() {
      var log = try log()
      let lines = try log.export([name])
      let summary = try verify(lines, trusting: [log.signer.verifier])
      #expect(summary.streams.map(\.entries) == [2])
      #expect(summary.streams.map { ByteText($0.name) } == [ByteText(name)])
      #expect(try indices(lines) == [0, Int64(place) + 1, Int64(place) + 3, 5])
    }
  }

  /// The entries of the twin in place of those that were asked for: the signed end is the other's.
  @Test(arguments: [0, 1])
  func theTwinsEntriesAreNotThoseThatWereAskedFor(_ asked: Int) throws {
    var log = try log()
    let lines = try log.export([Self.names[1 - asked]]) { made in
      made.ends = [ByteText(Self.names[asked]): 2]
    }
    let reason = "the header names other streams than the last entry"
    #expect(throws: ExportFault(reason)) { try verify(lines, trusting: [log.signer.verifier]) }
  }

  @Test func aKeyOfATwinOfTheLogIsOneOfAnotherLog() throws {
    let origin = "caf\u{E9}.example/log"
    let signer = try NoteSigner(name: origin, seed: Array(repeating: 1, count: 32))
    let entry = try Entry(
      kind: .logKey, at: nil, received: ExportLog.start, source: .ledger,
      data: [
        "origin": "cafe\u{301}.example/log", "vkey": .string(signer.verifier.vkey),
        "previous": nil,
      ])
    let stored = Stored(index: 0, entry: entry)
    let note = try Checkpoint(origin: origin, size: 1, root: stored.leaf).signed(by: [signer])
    let header = ExportHeader(
      checkpoint: note, origin: origin, vkeys: [signer.verifier.vkey], since: nil, until: nil,
      streams: [:])
    var verifier = ExportVerifier(trusting: [signer.verifier])
    try verifier.take(header.bytes)
    #expect(throws: ExportFault("the key \(signer.verifier.vkey) is one of another log", line: 2)) {
      try verifier.take(ExportLine(stored, proof: []).bytes)
    }
  }

  // MARK: what is asked for

  private func made(_ services: [String]) async throws -> ExportMade {
    let directory = FileManager.default.temporaryDirectory
      .appending(path: "ledger-reports-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer {
      do { try FileManager.default.removeItem(at: directory) } catch { Issue.record(error) }
    }
    let store = try SQLiteLedger(
      path: directory.appending(path: "ledger.sqlite").path, reactor: Gatehouse(),
      now: { ExportLog.start })
    _ = try await store.append(
      try log().entries.dropFirst().map { stored in
        Submission(entry: stored.entry.unnumbered)
      })
    let request = ExportRequest(services: services, repositories: [])
    let result: Result<ExportMade, any Error>
    do {
      result = .success(
        try await store.read { try request.made(reading: $0, now: ExportLog.at(60)) })
    } catch { result = .failure(error) }
    try await store.close()
    return try result.get()
  }

  @Test func aServiceIsTheOneThatWasNamed() async throws {
    for (service, name) in zip(Self.spellings, Self.names) {
      let made = try await made([service, service])
      #expect(made.services.map { ByteText($0) } == [ByteText(service)])
      #expect(Set(made.ends.keys) == [ByteText(name)])
    }
  }

  /// One of them would be left out, and nobody told.
  @Test func bothSpellingsInOneExportAreRefused() async throws {
    for services in [Self.spellings, Self.spellings.reversed()] {
      await #expect {
        try await made(services)
      } throws: { error in
        guard case BadQuestion.parameter("service", let reason) = error else { return false }
        return reason.contains("caf\\u{00E9}") && reason.contains("cafe\\u{0301}")
          && reason.contains("an export of each")
      }
    }
  }
}
