import Merkle
import Testing

@Suite struct FrontierTests {
  /// An eight-entry log, computed once with another implementation.
  static let roots = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "5afa38f8e5adae424e294e0eded5dd9ab0f07001ab527462f92ec785cbb4ea9a",
    "78027e0415af38286e4d085a8e3d4956e8f40dcc8996af372f607197c7d85373",
    "3c55199b019602c3d62f1b2d1abf20ad61ebc6d68d15475b1790a82aa3cfb017",
    "1476930fb88c8b9377dd3a7a88a0d9760dd5e053167aa153bca48a0a41c98d79",
    "bffed98a0974c3dc070edd8ee0046383dd323c8fb5e7f8bd1a0ebe15bdfc6a47",
    "0ce98d1458b42deb4a3065f8f1df0f8736d74abe21aa93fcdec4232ed9d67248",
    "ecbb510163c560b8850bb587e3041b2a5125e08e34ebcb9e74569d7a5becaa48",
    "e9f0eebc7e5300c9fa0899f2696f712132d469a6261efd4d0736475b2dbe2685",
  ]

  @Test func rootsOfTheEightEntryLog() {
    var frontier = Frontier()
    #expect(frontier.root.hex == Self.roots[0])
    for size in 1...8 {
      _ = frontier.append(Hash.leaf("release-\(size - 1)".utf8))
      #expect(frontier.size == size)
      #expect(frontier.root.hex == Self.roots[size])
    }
  }

  @Test func everySizeAgreesWithTheDefinition() throws {
    let naive = NaiveTree(releases: 69)
    var store = NodeStore()
    for size in 1...69 {
      store.append(naive.leaf(size - 1))
      #expect(store.frontier.root == naive.root(size))
      #expect(try Proof.root(of: 0..<size, nodes: store.node) == naive.root(size))
    }
  }

  /// An append completes one node for each one-bit it carries over, and each is the root of its
  /// own range: `n - popcount(n)` interior nodes in all.
  @Test func appendReportsEveryCompletedNodeOnce() {
    let naive = NaiveTree(releases: 69)
    var store = NodeStore()
    for size in 1...69 {
      let before = store.nodes.count
      store.append(naive.leaf(size - 1))
      #expect(store.nodes.count == before + 1 + size.trailingZeroBitCount)
      #expect(store.nodes.count == 2 * size - size.nonzeroBitCount)
    }
    for (position, hash) in store.nodes {
      let start = position.index << position.level
      #expect(hash == naive.root(start..<start + 1 << position.level))
    }
  }

  @Test func restoredFromStoredNodesItGoesOnAlike() throws {
    let naive = NaiveTree(releases: 69)
    for size in 0...68 {
      let store = NodeStore((0..<size).map(naive.leaf))
      var restored = try Frontier(size: size, node: store.node)
      #expect(restored == store.frontier)
      _ = restored.append(naive.leaf(size))
      #expect(restored.root == naive.root(size + 1))
    }
  }

  @Test func restoringReadsOnlyTheCompleteSubtrees() throws {
    let store = NodeStore((0..<69).map(NaiveTree(releases: 69).leaf))
    var read: [NodePosition] = []
    _ = try Frontier(size: 69) { position in
      read.append(position)
      return try store.node(position)
    }
    #expect(
      read == [
        NodePosition(level: 6, index: 0), NodePosition(level: 2, index: 16),
        NodePosition(level: 0, index: 68),
      ])
  }

  @Test func aMissingNodeIsAnErrorNotAnotherRoot() {
    let empty = NodeStore()
    #expect(throws: NodeStore.Missing(position: NodePosition(level: 2, index: 0))) {
      try Frontier(size: 4, node: empty.node)
    }
  }
}
