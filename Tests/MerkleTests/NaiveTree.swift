import Crypto
import Merkle

/// RFC 6962, 2.1 to 2.1.2, written down word for word over the raw leaves, with swift-crypto alone.
/// Slow on purpose: it shares no line with what it checks.
final class NaiveTree {
  let entries: [[UInt8]]
  private var known: [Range<Int>: Hash] = [:]

  init(_ entries: [[UInt8]]) { self.entries = entries }

  /// `release-0`, `release-1`, …
  convenience init(releases count: Int) {
    self.init((0..<count).map { Array("release-\($0)".utf8) })
  }

  func leaf(_ index: Int) -> Hash { Hash(SHA256.hash(data: [0x00] + entries[index])) }

  /// `MTH(D[size])`
  func root(_ size: Int) -> Hash { root(0..<size) }

  func root(_ range: Range<Int>) -> Hash {
    if let hash = known[range] { return hash }
    let hash = compute(range)
    known[range] = hash
    return hash
  }

  /// `PATH(index, D[size])`, leaf to root.
  func inclusion(_ index: Int, _ size: Int) -> [Hash] { path(index, 0..<size) }

  /// `PROOF(old, D[new])` for `0 < old < new`.
  func consistency(_ old: Int, _ new: Int) -> [Hash] { subproof(old, 0..<new, true) }

  private func compute(_ range: Range<Int>) -> Hash {
    guard let first = range.first else { return Hash(SHA256.hash(data: [UInt8]())) }
    guard range.count > 1 else { return leaf(first) }
    let (left, right) = split(range)
    return Hash(SHA256.hash(data: [0x01] + root(left).bytes + root(right).bytes))
  }

  private func path(_ index: Int, _ range: Range<Int>) -> [Hash] {
    guard range.count > 1 else { return [] }
    let (left, right) = split(range)
    return left.contains(index)
      ? path(index, left) + [root(right)] : path(index, right) + [root(left)]
  }

  /// `old` is an absolute leaf count: the range starts where the split left it.
  private func subproof(_ old: Int, _ range: Range<Int>, _ complete: Bool) -> [Hash] {
    if old == range.upperBound { return complete ? [] : [root(range)] }
    let (left, right) = split(range)
    return old <= left.upperBound
      ? subproof(old, left, complete) + [root(right)]
      : subproof(old, right, false) + [root(left)]
  }

  private func split(_ range: Range<Int>) -> (Range<Int>, Range<Int>) {
    var width = 1
    while width * 2 < range.count { width *= 2 }
    let middle = range.lowerBound + width
    return (range.lowerBound..<middle, middle..<range.upperBound)
  }
}

/// The nodes that a store would keep: leaves, and what each append completes.
struct NodeStore {
  struct Missing: Error, Equatable { let position: NodePosition }

  private(set) var frontier = Frontier()
  private(set) var nodes: [NodePosition: Hash] = [:]

  init(_ leaves: some Sequence<Hash> = []) {
    for leaf in leaves { append(leaf) }
  }

  mutating func append(_ leaf: Hash) {
    nodes[NodePosition(level: 0, index: frontier.size)] = leaf
    for (position, hash) in frontier.append(leaf) { nodes[position] = hash }
  }

  func node(_ position: NodePosition) throws -> Hash {
    guard let hash = nodes[position] else { throw Missing(position: position) }
    return hash
  }
}
