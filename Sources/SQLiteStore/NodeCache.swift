import Merkle
import Synchronization

/// Nodes of the upper levels that were read: every proof goes through some of them. A node that is
/// stored never changes; a transaction that may yet fail must not be read through it.
final class NodeCache: Sendable {
  /// Below it there are many, and each is met seldom.
  private static let lowestLevel = 8
  /// 10 MB, all that a log of 12 million entries has.
  private static let most = 100_000

  private let nodes = Mutex<[NodePosition: Hash]>([:])

  func node(at position: NodePosition, read: (NodePosition) throws -> Hash) rethrows -> Hash {
    guard position.level >= NodeCache.lowestLevel else { return try read(position) }
    if let known = nodes.withLock({ $0[position] }) { return known }
    let hash = try read(position)
    nodes.withLock { nodes in
      if nodes.count >= NodeCache.most { nodes.removeAll(keepingCapacity: true) }
      nodes[position] = hash
    }
    return hash
  }
}
