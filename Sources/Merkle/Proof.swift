/// Inclusion and consistency proofs (RFC 6962, 2.1.1 and 2.1.2): made from stored nodes, checked
/// without them.
public enum Proof {
  /// The hash of a complete subtree; throws when the store does not have it.
  public typealias Nodes = (NodePosition) throws -> Hash

  /// `PATH(index, D[size])`, leaf to root.
  /// - Precondition: `0 <= index < size`.
  public static func inclusion(of index: Int, in size: Int, nodes: Nodes) throws -> [Hash] {
    try inclusion(of: index, in: size, allNodes: { try $0.map(nodes) })
  }

  /// `PROOF(old, D[new])`. Empty when the sizes are equal or `old` is 0: nothing to prove.
  /// - Precondition: `0 <= old <= new`.
  public static func consistency(from old: Int, to new: Int, nodes: Nodes) throws -> [Hash] {
    try consistency(from: old, to: new, allNodes: { try $0.map(nodes) })
  }

  public static func verifyInclusion(
    _ proof: [Hash], of leaf: Hash, at index: Int, in size: Int, root: Hash
  ) -> Bool {
    guard index >= 0, index < size else { return false }
    // The length is fixed by index and size: a padded proof is refused before any hashing.
    let inner = Int.bitWidth - (index ^ (size - 1)).leadingZeroBitCount
    guard proof.count == inner + (index >> inner).nonzeroBitCount else { return false }
    var (position, last, hash) = (index, size - 1, leaf)
    for sibling in proof {
      if position & 1 == 1 || position == last {
        hash = Hash.node(sibling, hash)
        while position & 1 == 0 && position != 0 { (position, last) = (position >> 1, last >> 1) }
      } else {
        hash = Hash.node(hash, sibling)
      }
      (position, last) = (position >> 1, last >> 1)
    }
    return last == 0 && hash == root
  }

  /// From old size 0 only the empty proof is accepted (C2SP tlog-witness asks for it), and any root
  /// but that of a tree which is empty still.
  public static func verifyConsistency(
    _ proof: [Hash], from old: Int, root oldRoot: Hash, to new: Int, root newRoot: Hash
  ) -> Bool {
    guard old >= 0, old <= new else { return false }
    if old == new {
      return proof.isEmpty && oldRoot == newRoot && (old > 0 || newRoot == .emptyRoot)
    }
    if old == 0 { return proof.isEmpty && oldRoot == .emptyRoot }
    let hashes = old.nonzeroBitCount == 1 ? [oldRoot] + proof : proof
    guard !proof.isEmpty, let first = hashes.first else { return false }
    var (position, last) = (old - 1, new - 1)
    while position & 1 == 1 { (position, last) = (position >> 1, last >> 1) }
    var (oldHash, newHash) = (first, first)
    for sibling in hashes.dropFirst() {
      guard last != 0 else { return false }
      if position & 1 == 1 || position == last {
        (oldHash, newHash) = (Hash.node(sibling, oldHash), Hash.node(sibling, newHash))
        while position & 1 == 0 && position != 0 { (position, last) = (position >> 1, last >> 1) }
      } else {
        newHash = Hash.node(newHash, sibling)
      }
      (position, last) = (position >> 1, last >> 1)
    }
    return last == 0 && oldHash == oldRoot && newHash == newRoot
  }

  /// MTH of a range of leaves, from its complete subtrees.
  public static func root(of range: Range<Int>, nodes: Nodes) throws -> Hash {
    try root(of: range, allNodes: { try $0.map(nodes) })
  }

  /// The largest power of two smaller than `count`.
  static func split(_ count: Int) -> Int {
    1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
  }
}
