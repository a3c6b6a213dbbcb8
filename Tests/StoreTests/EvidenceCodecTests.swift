import EvidenceDictionaries
import Foundation
import GRDB
import Ledger
import LedgerTesting
import Merkle
import Testing

@testable import SQLiteStore

@Suite("Bodies, compressed") struct EvidenceCodecTests {
  private static let text = String(repeating: #"{"action":"completed"}"#, count: 4)
  /// What `zstd -1` made of it, as earlier versions stored bodies.
  private static let frame: [UInt8] = [
    0x28, 0xB5, 0x2F, 0xFD, 0x20, 0x58, 0xED, 0x00, 0x00, 0xB0, 0x7B, 0x22,
    0x61, 0x63, 0x74, 0x69, 0x6F, 0x6E, 0x22, 0x3A, 0x22, 0x63, 0x6F, 0x6D,
    0x70, 0x6C, 0x65, 0x74, 0x65, 0x64, 0x22, 0x7D, 0x01, 0x00, 0x9E, 0xD2,
    0x6C, 0x02,
  ]

  @Test("of every version can be read", arguments: [(0, Array(text.utf8)), (1, frame)])
  func earlierRows(_ codec: Int, _ bytes: [UInt8]) async throws {
    try await withScratch { scratch in
      let ledger = try SQLiteLedger(path: scratch.path, reactor: Silence(), now: { moment })
      let hash = Hash.sha256(Self.text.utf8)
      try await ledger.pool.write { db in
        try db.execute(
          sql: "INSERT INTO evidence (sha256, codec, size, bytes) VALUES (?, ?, ?, ?)",
          arguments: [Data(hash.bytes), codec, Self.text.utf8.count, Data(bytes)])
      }
      let body = try await ledger.read { try $0.checkedEvidence(hash) }
      #expect(body == Array(Self.text.utf8))
      try await ledger.close()
    }
  }

  @Test("with a dictionary that this version lacks are an error that names it")
  func unknownDictionary() async throws {
    try await withScratch { scratch in
      let ledger = try SQLiteLedger(path: scratch.path, reactor: Silence(), now: { moment })
      let receipt = try await ledger.append([makeSubmission(EvidenceScene.opened(1))])
      try await ledger.pool.write { try $0.execute(sql: "UPDATE evidence SET codec = 8") }
      let hash = try #require(
        try await ledger.read { try $0.entry(at: receipt[0].index)?.entry.evidence?.hash })
      let reason = "it is compressed with dictionary 7, which this version does not have"
      await #expect(throws: BodyDamage.unreadable(hash, reason)) {
        try await ledger.read { try $0.checkedEvidence(hash) }
      }
      try await ledger.close()
      let report = try Verifier.verify(path: scratch.path, reactor: Silence())
      #expect(
        report.problems.contains { $0.entry == receipt[0].index && $0.reason.contains(reason) })
    }
  }

  @Test("from many threads at once")
  func threads() async throws {
    let bodies = try TrainingBodies.bodies(seed: 4_000)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for body in bodies + bodies {
        group.addTask {
          guard let made = Zstandard.compress(body) else { return false }
          return try Zstandard.decompress(made.bytes, codec: made.codec, size: body.count) == body
        }
      }
      for try await isSame in group { #expect(isSame) }
    }
  }

  @Test("are small, also with values that no training body had")
  func ownBodies() throws {
    let mean = try Self.mean(TrainingBodies.bodies(seed: 5_000))
    #expect(mean.stored < 2_048 && mean.stored * 6 < mean.size, "\(mean)")
    #expect(try Self.mean([Array(repeating: 7, count: 9)]).stored == 9, "the control")
  }

  @Test(
    "of GitHub take 2 KiB or less",
    .enabled(if: shared != nil, Comment(rawValue: SharedFolder.missing(name))))
  func payloads() throws {
    let folder = try #require(Self.shared)
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      .filter { $0.contains("/") && $0.hasSuffix(".json") }
    let bodies = try files.map { Array(try Data(contentsOf: folder.appending(path: $0))) }
    #expect(bodies.count > 40)
    let mean = try Self.mean(bodies)
    print("evidence: \(mean.size) bytes are stored as \(mean.stored), mean of \(bodies.count)")
    #expect(mean.stored <= 2_048)
  }

  private static let name = "github/payloads"
  private static let shared = SharedFolder(
    named: ProcessInfo.processInfo.environment["LEDGER_SHARED_DATA"]
  ).existing(name)

  private static func mean(_ bodies: [[UInt8]]) throws -> (size: Int, stored: Int) {
    let stored = bodies.map { Zstandard.compress($0)?.bytes.count ?? $0.count }
    return (
      bodies.reduce(0) { $0 + $1.count } / bodies.count, stored.reduce(0, +) / bodies.count
    )
  }

  @Test("The dictionary is one, holds structure, and no name of any body")
  func dictionary() throws {
    let dictionary = try #require(EvidenceDictionaries.all.first)
    #expect(dictionary.bytes.starts(with: [0x37, 0xA4, 0x30, 0xEC]))
    #expect(dictionary.bytes.count <= 110_000)
    let text = String(decoding: dictionary.bytes, as: UTF8.self)
    #expect(text.contains(#""followers_url":"https://api.github.com/users/"#))
    for seed: UInt64 in 1...40 {
      let names = TrainingBodies.names(seed: seed)
      #expect(names.allSatisfy { $0.count >= 5 && !text.contains($0) }, "\(names)")
    }
    let trained = try TrainingBodies.bodies(seed: 1).map { String(decoding: $0, as: UTF8.self) }
    let login = try #require(TrainingBodies.names(seed: 1).dropFirst().first)
    #expect(trained.contains { $0.contains("\"login\":\"\(login)\"") }, "the control: \(login)")
    for name in ["mia", "lee", "acme", "jon", "noor", "octocat", "@"] {
      #expect(text.ranges(of: "\"\(name)\"").isEmpty && text.ranges(of: "/\(name)").isEmpty)
    }
  }
}
