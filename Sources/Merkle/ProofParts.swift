/// A proof as what has to be read for it: each of its hashes is the root over a range of leaves. What
/// all of them need can be asked for at once.
extension Proof {
  /// The hashes of complete subtrees, in the order of their positions; throws when one is missing.
  public typealias NodeLists = ([NodePosition]) throws -> [Hash]

  /// `PATH(index, D[size])`, leaf to root.
  /// - Precondition: `0 <= index < size`.
  public static func inclusion(
    of index: Int, in size: Int, allNodes: NodeLists
  ) throws -> [Hash] {
    precondition(index >= 0 && index < size, "the entry must be in the tree")
    return try roots(of: path(index, size), allNodes)
  }

  /// `PROOF(old, D[new])`. Empty when the sizes are equal or `old` is 0: nothing to prove.
  /// - Precondition: `0 <= old <= new`.
  public static func consistency(
    from old: Int, to new: Int, allNodes: NodeLists
  ) throws -> [Hash] {
    precondition(old >= 0 && old <= new, "a tree only grows")
    guard old > 0, old < new else { return [] }
    return try roots(of: subproof(old, 0..<new, isComplete: true), allNodes)
  }

  /// MTH of a range of leaves, from its complete subtrees.
  public static func root(of range: Range<Int>, allNodes: NodeLists) throws -> Hash {
    try roots(of: [range], allNodes)[0]
  }

  private static func roots(of ranges: [Range<Int>], _ allNodes: NodeLists) throws -> [Hash] {
    let parts = ranges.map(Subtrees.covering)
    var hashes = try allNodes(parts.flatMap(\.self))[...]
    return parts.map { part in
      defer { hashes = hashes.dropFirst(part.count) }
      return joined(hashes.prefix(part.count))
    }
  }

  /// Complete subtrees, left to right, joined from the right.
  private static func joined(_ subtrees: ArraySlice<Hash>) -> Hash {
    guard var hash = subtrees.last else { return .emptyRoot }
    for left in subtrees.dropLast().reversed() { hash = Hash.node(left, hash) }
    return hash
  }

  private static func path(_ index: Int, _ size: Int) -> [Range<Int>] {
    var (range, siblings) = (0..<size, [Range<Int>]())
    while range.count > 1 {
      let middle = range.lowerBound + split(range.count)
      let (left, right) = (range.lowerBound..<middle, middle..<range.upperBound)
      siblings.append(index < middle ? right : left)
      range = index < middle ? left : right
    }
    return siblings.reversed()
  }

  /// `SUBPROOF(old, D[range], isComplete)`; `old` counts leaves from 0.
  private static func subproof(
    _ old: Int, _ range: Range<Int>, isComplete: Bool
  ) -> [Range<Int>] {
    if old == range.upperBound { return isComplete ? [] : [range] }
    let middle = range.lowerBound + split(range.count)
    if old <= middle {
      return subproof(old, range.lowerBound..<middle, isComplete: isComplete)
        + [middle..<range.upperBound]
    }
    return subproof(old, middle..<range.upperBound, isComplete: false)
      + [range.lowerBound..<middle]
  }
}
