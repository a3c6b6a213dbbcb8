/// Where a complete subtree stands: `level` 0 are leaves, a node at `level` covers `2^level`
/// leaves, and `index` counts from the left within its level.
public struct NodePosition: Hashable, Sendable {
  public let level: Int
  public let index: Int

  public init(level: Int, index: Int) {
    self.level = level
    self.index = index
  }
}

/// The roots of the complete subtrees that make up a tree of `size` leaves, largest first: all
/// that appending and computing the root need. Appending is O(1) amortised.
public struct Frontier: Sendable, Equatable {
  public private(set) var size: Int
  private var roots: [Hash]

  public init() {
    size = 0
    roots = []
  }

  /// Restores the frontier of a stored tree by reading at most `log2(size)` nodes.
  ///
  /// - Precondition: `size >= 0`.
  public init(size: Int, node: (NodePosition) throws -> Hash) rethrows {
    self.size = size
    roots = try Subtrees.covering(0..<size).map(node)
  }

  /// Adds a leaf and returns every interior node that this completes, lowest first.
  public mutating func append(_ leaf: Hash) -> [(position: NodePosition, hash: Hash)] {
    var completed: [(position: NodePosition, hash: Hash)] = []
    var hash = leaf
    var level = 0
    while size >> level & 1 == 1 {
      hash = Hash.node(roots.removeLast(), hash)
      level += 1
      completed.append((NodePosition(level: level, index: size >> level), hash))
    }
    roots.append(hash)
    size += 1
    return completed
  }

  /// MTH of all leaves (RFC 6962, 2.1): the complete subtrees joined from the right.
  public var root: Hash {
    guard var hash = roots.last else { return .emptyRoot }
    for left in roots.dropLast().reversed() { hash = Hash.node(left, hash) }
    return hash
  }
}

/// Splits a range of leaves into complete subtrees.
enum Subtrees {
  /// The complete subtrees of `range`, left to right. `range` must be one that RFC 6962's splits
  /// produce: its lower bound is a multiple of the largest power of two that fits into it.
  static func covering(_ range: Range<Int>) -> [NodePosition] {
    var positions: [NodePosition] = []
    var start = range.lowerBound
    while start < range.upperBound {
      let level = Int.bitWidth - 1 - (range.upperBound - start).leadingZeroBitCount
      positions.append(NodePosition(level: level, index: start >> level))
      start += 1 << level
    }
    return positions
  }
}
