import Ledger
import Merkle
import Testing

@testable import SQLiteStore

/// What every proof goes through is read once.
@Suite struct NodeCacheTests {
  /// Of a position, and of nothing else.
  private static func hash(_ position: NodePosition) -> Hash {
    Hash.leaf(Array("\(position.level)/\(position.index)".utf8))
  }

  @Test(arguments: [(7, 3), (8, 1), (20, 1)])
  func onlyUpperLevelsAreKept(level: Int, reads: Int) {
    let (cache, position) = (NodeCache(), NodePosition(level: level, index: 5))
    var count = 0
    for _ in 0..<3 {
      let node = cache.node(at: position) { position in
        count += 1
        return Self.hash(position)
      }
      #expect(node == Self.hash(position))
    }
    #expect(count == reads)
  }

  @Test func neighboursAreNotTakenForEachOther() {
    let cache = NodeCache()
    for _ in 0..<2 {
      for (level, index) in [(8, 0), (8, 1), (9, 0), (9, 1)] {
        let position = NodePosition(level: level, index: index)
        #expect(cache.node(at: position, read: Self.hash) == Self.hash(position))
      }
    }
  }

  @Test func afterMoreThanItKeepsTheyAreStillRight() {
    let cache = NodeCache()
    for index in (0..<100_002) + [0, 99_999, 100_001] {
      let position = NodePosition(level: 8, index: index)
      #expect(cache.node(at: position, read: Self.hash) == Self.hash(position))
    }
  }

  @Test func whatCannotBeReadIsTriedAgain() throws {
    struct Unreadable: Error {}
    let (cache, position) = (NodeCache(), NodePosition(level: 9, index: 0))
    #expect(throws: Unreadable.self) {
      try cache.node(at: position) { _ in throw Unreadable() }
    }
    #expect(cache.node(at: position, read: Self.hash) == Self.hash(position))
  }

  /// Proofs of a log that grows meanwhile, all by one reader's cache.
  @Test func proofsHoldWhileTheLogGrows() async throws {
    try await withScratch { scratch in
      let ledger = try SQLiteLedger(path: scratch.path, reactor: Silence(), now: { moment })
      for step in 1...4 {
        _ = try await ledger.append((0..<300).map { try note(step * 1_000 + $0) })
        let size = Int64(step * 300)
        try await ledger.read { reader in
          let root = try reader.root(of: size)
          for index in stride(from: 0, to: size, by: 37) {
            let leaf = try reader.node(at: .init(level: 0, index: Int(index)))
            try #require(
              Proof.verifyInclusion(
                try reader.inclusionProof(of: index, in: size), of: leaf, at: Int(index),
                in: Int(size), root: root))
          }
        }
      }
      try await ledger.close()
    }
  }
}
