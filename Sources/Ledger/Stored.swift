import Merkle

/// An entry and its place in the tree.
public struct Stored: Hashable, Sendable {
  /// 0-based, dense.
  public let index: Int64
  public let entry: Entry

  /// Decides between two entries that the source's own order does not tell apart: first by what
  /// they say, so that it does not matter which was received first, then by the leaf, so that no
  /// two entries are equal: by the one without numbers, which follow from the order of arrival.
  public let tieBreak: String

  public init(index: Int64, entry: Entry) {
    self.index = index
    self.entry = entry
    let statement = Hash.sha256(entry.bytes[entry.statement])
    tieBreak = statement.hex(bytes: 8) + entry.plainLeaf.hex(bytes: 8)
  }

  public var leaf: Hash { entry.leaf }
}
