import Merkle
import Testing

@Suite struct ProofTests {
  private static let sizes = 1...69
  private let naive = NaiveTree(releases: 69)
  private let store = NodeStore((0..<69).map(NaiveTree(releases: 69).leaf))

  // MARK: published vectors

  @Test func inclusionVector() throws {
    let proof = try Proof.inclusion(of: 5, in: 7, nodes: store.node)
    #expect(
      proof.map(\.hex) == [
        "34b9352ea5fb1ee17c149973948c263696cf01b9627e93877e9a8839e9515430",
        "af988f2089a0a8d6e671ffde850a54b926085e3e530e5f1a6702a1406cfe1f58",
        "1476930fb88c8b9377dd3a7a88a0d9760dd5e053167aa153bca48a0a41c98d79",
      ])
  }

  @Test(arguments: [
    (
      3, 7,
      [
        "52bfec0e42e718b6cc8e178040e06fe0ee03a6eb3aacc17785185686e4273820",
        "73c3551bd0479bdce9d76c6da7e1de1a35672a5464957b448f9fe9aed1bc67e4",
        "78027e0415af38286e4d085a8e3d4956e8f40dcc8996af372f607197c7d85373",
        "a7c3b327bf640d15d88ef3715da75c235214db1cfb23cffd64507eda880eef45",
      ]
    ),
    (4, 8, ["2f3d9b54881342f88482bbddede8b519641746a32d7cdfe5811b05fb774b0e8f"]),
    (
      6, 8,
      [
        "a16f0828611b164be9838522ebbf293e1aebc363cd75ec70442f354426f0d3dc",
        "35e5c56f0b1ee82e079c65f294a8a4fc905a0db8824cba01bb7264390a830598",
        "1476930fb88c8b9377dd3a7a88a0d9760dd5e053167aa153bca48a0a41c98d79",
      ]
    ),
  ])
  func consistencyVector(old: Int, new: Int, hexes: [String]) throws {
    #expect(
      try Proof.consistency(from: old, to: new, nodes: store.node).map(\.hex) == hexes)
  }

  // MARK: every size

  @Test func everyInclusionProofIsTheDefinitionsAndIsAccepted() throws {
    var accepted = 0
    for size in Self.sizes {
      for index in 0..<size {
        let proof = try Proof.inclusion(of: index, in: size, nodes: store.node)
        try #require(proof == naive.inclusion(index, size), "\(index) of \(size)")
        try #require(verifies(proof, index, size), "\(index) of \(size)")
        accepted += 1
      }
    }
    #expect(accepted == 2415)
  }

  @Test func everyConsistencyProofIsTheDefinitionsAndIsAccepted() throws {
    var accepted = 0
    for new in Self.sizes {
      for old in 1..<new {
        let proof = try Proof.consistency(from: old, to: new, nodes: store.node)
        try #require(proof == naive.consistency(old, new), "\(old) to \(new)")
        try #require(verifies(proof, from: old, to: new), "\(old) to \(new)")
        accepted += 1
      }
    }
    #expect(accepted == 2346)
  }

  // MARK: mutations

  @Test func mutatedInclusionProofsAreRefused() throws {
    var refused = 0
    for size in Self.sizes {
      for index in 0..<size {
        let proof = naive.inclusion(index, size)
        for mutation in mutations(of: proof) {
          try #require(!verifies(mutation, index, size), "\(index) of \(size)")
          refused += 1
        }
        for other in [-1, index - 1, index + 1, index ^ 2, size, .max] where other != index {
          try #require(!verifies(proof, index, at: other, size), "\(index) at \(other) of \(size)")
          refused += 1
        }
        let stranger = Hash.leaf("stranger".utf8)
        try #require(
          !Proof.verifyInclusion(
            proof, of: stranger, at: index, in: size, root: naive.root(size)))
        try #require(
          !Proof.verifyInclusion(
            proof, of: naive.leaf(index), at: index, in: size, root: stranger))
        refused += 2
      }
    }
    #expect(refused > 40_000)
  }

  @Test func mutatedConsistencyProofsAreRefused() throws {
    var refused = 0
    let stranger = Hash.leaf("stranger".utf8)
    for new in Self.sizes {
      for old in 1..<new {
        let proof = naive.consistency(old, new)
        for mutation in mutations(of: proof) {
          try #require(!verifies(mutation, from: old, to: new), "\(old) to \(new)")
          refused += 1
        }
        for (oldRoot, newRoot) in [
          (stranger, naive.root(new)), (naive.root(old), stranger),
          (naive.root(new), naive.root(old)), (naive.root(old - 1), naive.root(new)),
        ] {
          try #require(
            !Proof.verifyConsistency(proof, from: old, root: oldRoot, to: new, root: newRoot),
            "\(old) to \(new)")
          refused += 1
        }
      }
    }
    #expect(refused > 30_000)
  }

  /// The length follows from index and size: a padded proof is refused whatever it holds.
  @Test func onlyOneLengthIsAccepted() {
    let leaf = naive.leaf(0)
    #expect(Proof.verifyInclusion([], of: leaf, at: 0, in: 1, root: leaf))
    #expect(!Proof.verifyInclusion([leaf], of: leaf, at: 0, in: 1, root: leaf))
    #expect(!Proof.verifyInclusion([], of: leaf, at: 0, in: 2, root: leaf))
    #expect(!Proof.verifyInclusion([], of: leaf, at: 0, in: 0, root: .emptyRoot))
  }

  // MARK: edges

  @Test func fromNothingOnlyTheEmptyProofHolds() throws {
    let root = naive.root(5)
    #expect(try Proof.consistency(from: 0, to: 5, nodes: store.node).isEmpty)
    #expect(Proof.verifyConsistency([], from: 0, root: .emptyRoot, to: 5, root: root))
    #expect(Proof.verifyConsistency([], from: 0, root: .emptyRoot, to: 0, root: .emptyRoot))
    #expect(!Proof.verifyConsistency([root], from: 0, root: .emptyRoot, to: 5, root: root))
    #expect(!Proof.verifyConsistency([], from: 0, root: root, to: 5, root: root))
  }

  @Test func equalSizesNeedEqualRootsAndNoProof() throws {
    let root = naive.root(5)
    #expect(try Proof.consistency(from: 5, to: 5, nodes: store.node).isEmpty)
    #expect(Proof.verifyConsistency([], from: 5, root: root, to: 5, root: root))
    #expect(!Proof.verifyConsistency([root], from: 5, root: root, to: 5, root: root))
    #expect(!Proof.verifyConsistency([], from: 5, root: root, to: 5, root: naive.root(6)))
  }

  @Test func aTreeNeverShrinks() throws {
    let proof = naive.consistency(4, 8)
    #expect(
      !Proof.verifyConsistency(proof, from: 8, root: naive.root(8), to: 4, root: naive.root(4)))
    #expect(
      !Proof.verifyConsistency([], from: 4, root: naive.root(4), to: 8, root: naive.root(8)))
    #expect(
      !Proof.verifyConsistency(proof, from: -1, root: naive.root(4), to: 8, root: naive.root(8)))
  }

  @Test func aMissingNodeIsReported() {
    let empty = NodeStore()
    #expect(throws: NodeStore.Missing.self) {
      try Proof.inclusion(of: 1, in: 3, nodes: empty.node)
    }
    #expect(throws: NodeStore.Missing.self) {
      try Proof.consistency(from: 1, to: 3, nodes: empty.node)
    }
  }

  // MARK: helpers

  private func verifies(_ proof: [Hash], _ index: Int, at other: Int? = nil, _ size: Int) -> Bool {
    Proof.verifyInclusion(
      proof, of: naive.leaf(index), at: other ?? index, in: size, root: naive.root(size))
  }

  private func verifies(_ proof: [Hash], from old: Int, to new: Int) -> Bool {
    Proof.verifyConsistency(
      proof, from: old, root: naive.root(old), to: new, root: naive.root(new))
  }

  /// One hash more at either end, one less at either end, one bit changed in each of the hashes,
  /// and the first two exchanged.
  private func mutations(of proof: [Hash]) -> [[Hash]] {
    var mutations = [proof + [Hash.emptyRoot], [Hash.emptyRoot] + proof]
    guard !proof.isEmpty else { return mutations }
    mutations += [Array(proof.dropLast()), Array(proof.dropFirst())]
    for position in proof.indices {
      var changed = proof
      changed[position] = flipped(proof[position], bit: 37 * position % 256)
      mutations.append(changed)
    }
    if proof.count > 1 { mutations.append([proof[1], proof[0]] + proof.dropFirst(2)) }
    return mutations
  }

  private func flipped(_ hash: Hash, bit: Int) -> Hash {
    var bytes = hash.bytes
    bytes[bit / 8] ^= 1 << (bit % 8)
    return Hash(bytes)
  }
}
