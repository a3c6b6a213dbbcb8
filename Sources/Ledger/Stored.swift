import Merkle

/// An entry and its place in the tree.
public struct Stored: Hashable, Sendable {
  /// 0-based, dense.
  public let index: Int64
  public let entry: Entry
  public let leaf: Hash

  public init(index: Int64, entry: Entry) {
    self.index = index
    self.entry = entry
    leaf = entry.leaf
  }

  /// Decides between two entries that the source's own order does not tell apart. It depends on
  /// the entry alone, never on when it arrived.
  public var tieBreak: String { String(leaf.hex.prefix(16)) }
}
