import Crypto
import Ledger

/// RFC 6962, 2.1, word for word and without a thought for speed: it shares no code with the tree
/// that it checks.
enum NaiveTree {
  static func leaf(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: [0] + bytes)) }

  static func node(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
    Array(SHA256.hash(data: [1] + left + right))
  }

  static func root(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
    guard leaves.count > 1 else { return leaves.first ?? Array(SHA256.hash(data: [UInt8]())) }
    let middle = leaves.startIndex + split(leaves.count)
    return node(root(leaves[..<middle]), root(leaves[middle...]))
  }

  /// The largest power of two smaller than `count`.
  static func split(_ count: Int) -> Int {
    var power = 1
    while power * 2 < count { power *= 2 }
    return power
  }
}

extension LedgerStore {
  /// Every stored hash of the tree, and the root that they make, against the naive tree of the
  /// entries' bytes.
  func requireTree() async throws {
    let leaves = try await entries.map { NaiveTree.leaf($0.entry.bytes) }
    try await read { reader in
      var level = 0
      while 1 << level <= leaves.count {
        for index in 0..<(leaves.count >> level) {
          let covered = leaves[(index << level)..<((index + 1) << level)]
          try require(
            try reader.node(at: .init(level: level, index: index)).bytes,
            is: NaiveTree.root(covered), "tree node \(level)/\(index) of \(leaves.count)")
        }
        level += 1
      }
      try require(
        try LedgerTree(reader).root(0..<leaves.count), is: NaiveTree.root(leaves[...]),
        "root of \(leaves.count)")
    }
  }
}

/// The root as the stored hashes give it.
private struct LedgerTree {
  let reader: any LedgerReader

  init(_ reader: any LedgerReader) { self.reader = reader }

  func root(_ range: Range<Int>) throws -> [UInt8] {
    guard !range.isEmpty else { return NaiveTree.root([]) }
    if range.count.nonzeroBitCount == 1 {
      let level = range.count.trailingZeroBitCount
      return try reader.node(at: .init(level: level, index: range.lowerBound >> level)).bytes
    }
    let middle = range.lowerBound + NaiveTree.split(range.count)
    return NaiveTree.node(
      try root(range.lowerBound..<middle), try root(middle..<range.upperBound))
  }
}
