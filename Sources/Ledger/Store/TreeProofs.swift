import Merkle

extension LedgerReader {
  /// From the leaf to the root of the tree with `size` entries.
  ///
  /// - Precondition: `0 <= index < size`, and the tree has `size` entries.
  public func inclusionProof(of index: Int64, in size: Int64) throws -> [Hash] {
    try Proof.inclusion(of: Int(index), in: Int(size), allNodes: nodes(at:))
  }

  /// - Precondition: `0 <= old <= new`, and the tree has `new` entries.
  public func consistencyProof(from old: Int64, to new: Int64) throws -> [Hash] {
    try Proof.consistency(from: Int(old), to: Int(new), allNodes: nodes(at:))
  }

  /// Of the first `size` entries.
  ///
  /// - Throws: `StoreError` for fewer than none, which a damaged head may say.
  public func root(of size: Int64) throws -> Hash {
    guard size >= 0 else { throw StoreError.damagedRow }
    return try Proof.root(of: 0..<Int(size), allNodes: nodes(at:))
  }
}
