import Merkle
import Testing

/// 10,000 trees of random sizes and entries against RFC 6962's own definitions.
@Suite struct RandomTreeTests {
  @Test func tenThousandTreesAgreeWithTheDefinition() throws {
    var random = SplitMix(state: 20_261_121)
    for _ in 0..<10_000 {
      let size = Int.random(in: 1...40, using: &random)
      let entries = (0..<size).map { _ in
        (0..<Int.random(in: 0...9, using: &random)).map { _ in
          UInt8.random(in: .min ... .max, using: &random)
        }
      }
      let index = Int.random(in: 0..<size, using: &random)
      try check(entries, index, Int.random(in: 1...size, using: &random))
    }
  }

  private func check(_ entries: [[UInt8]], _ index: Int, _ old: Int) throws {
    let (size, naive) = (entries.count, NaiveTree(entries))
    let store = NodeStore(entries.map(Hash.leaf))
    let (root, before) = (naive.root(size), naive.root(old))
    try #require(store.frontier.root == root)
    let inclusion = try Proof.inclusion(of: index, in: size, nodes: store.node)
    let leaf = naive.leaf(index)
    try #require(inclusion == naive.inclusion(index, size))
    try #require(Proof.verifyInclusion(inclusion, of: leaf, at: index, in: size, root: root))
    try #require(!Proof.verifyInclusion(inclusion, of: root, at: index, in: size + 1, root: root))
    let consistency = try Proof.consistency(from: old, to: size, nodes: store.node)
    try #require(consistency == (old == size ? [] : naive.consistency(old, size)))
    try #require(
      Proof.verifyConsistency(consistency, from: old, root: before, to: size, root: root))
    // A root that no tree has.
    try #require(
      !Proof.verifyConsistency(consistency, from: old, root: .sha256([1]), to: size, root: root))
  }
}

/// The same numbers every time.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
