import Foundation
import GRDB
import Ledger
import Merkle
import Testing

@testable import SQLiteStore

/// Many nodes at once are those that are read one by one.
@Suite struct TreeReaderTests {
  private static let size: Int64 = 300

  private func withTree(
    _ test: @escaping @Sendable (any LedgerReader) throws -> Void
  ) async throws {
    try await withScratch { scratch in
      let ledger = try SQLiteLedger(path: scratch.path, reactor: Silence(), now: { moment })
      _ = try await ledger.append((0..<Int(Self.size)).map { try note($0) })
      try await ledger.read(test)
      try await ledger.close()
    }
  }

  @Test func everyInclusionProofHolds() async throws {
    try await withTree { reader in
      for size in [1, 2, 3, 255, 256, 257, 299, 300] as [Int64] {
        let root = try reader.root(of: size)
        for index in 0..<size {
          let proof = try reader.inclusionProof(of: index, in: size)
          let (place, leaf) = (Int(index), try reader.node(at: .init(level: 0, index: Int(index))))
          try #require(
            Proof.verifyInclusion(proof, of: leaf, at: place, in: Int(size), root: root))
          try #require(
            try proof == Proof.inclusion(of: place, in: Int(size)) { try reader.node(at: $0) })
        }
      }
    }
  }

  @Test func everyConsistencyProofHolds() async throws {
    try await withTree { reader in
      let (new, root) = (Self.size, try reader.root(of: Self.size))
      for old in 1...new {
        let proof = try reader.consistencyProof(from: old, to: new)
        try #require(
          Proof.verifyConsistency(
            proof, from: Int(old), root: try reader.root(of: old), to: Int(new), root: root))
      }
      #expect(try reader.consistencyProof(from: 0, to: new).isEmpty)
    }
  }

  @Test func inTheOrderThatWasAskedFor() async throws {
    try await withTree { reader in
      let positions = [(3, 20), (0, 7), (8, 0), (1, 149), (0, 0), (1, 0), (3, 20)].map {
        NodePosition(level: $0, index: $1)
      }
      let oneByOne = try positions.map { try reader.node(at: $0) }
      #expect(try reader.nodes(at: positions) == oneByOne)
      let none = try reader.nodes(at: [])
      #expect(none.isEmpty)
      for missing in [(0, 300), (8, 1), (9, 0), (1, 150)] {
        let position = NodePosition(level: missing.0, index: missing.1)
        #expect(throws: StoreError.self) { try reader.nodes(at: positions + [position]) }
      }
    }
  }

  @Test func neighbours() async throws {
    try await withTree { reader in
      for (level, start, count, expected) in [
        (0, 0, 256, 256), (0, 256, 256, 44), (0, 300, 5, 0), (8, 0, 256, 1), (1, 140, 9, 9),
        (9, 0, 256, 0),
      ] {
        let hashes = try reader.hashes(level: level, from: Int64(start), count: count)
        let oneByOne = try (start..<start + expected).map {
          try reader.node(at: .init(level: level, index: $0))
        }
        #expect(hashes == oneByOne)
      }
      let bytes = try reader.entryBytes(from: 250, count: 20)
      let entries = try reader.entries(from: 250, limit: 20, kind: nil)
      #expect(bytes == entries.map(\.entry.bytes) && bytes.count == 20)
      #expect(try reader.entryBytes(from: 290, count: 256).count == 10)
    }
  }

  @Test func aHashOfAnotherLengthIsNone() async throws {
    try await withScratch { scratch in
      let ledger = try SQLiteLedger(path: scratch.path, reactor: Silence(), now: { moment })
      _ = try await ledger.append((0..<4).map { try note($0) })
      try await ledger.close()
      try scratch.tamper { db in
        try db.execute(sql: "UPDATE tree_nodes SET hash = x'00' WHERE level = 1 AND idx = 0")
      }
      let archive = try SQLiteArchive(path: scratch.path)
      #expect(throws: StoreError.failed("a hash of the tree has another length")) {
        try archive.read { try $0.inclusionProof(of: 3, in: 4) }
      }
    }
  }
}
