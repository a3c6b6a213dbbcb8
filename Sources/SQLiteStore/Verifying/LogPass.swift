import Foundation
import GRDB
import Ledger
import Merkle

/// Hashes every entry again, builds the tree anew (RFC 6962) and compares what is stored of both,
/// and what was signed at any size on the way.
struct LogPass {
  private static let step = 50_000

  private var frontier = Frontier()
  private var levels: [StoredLevel] = []
  private var heads: HeadCheck

  private init(heads: HeadCheck) { self.heads = heads }

  static func run(
    _ db: Database, heads: HeadCheck, into report: inout VerifyReport,
    progress: (Int64) throws -> Void
  ) throws {
    var pass = LogPass(heads: heads)
    try pass.heads.reach(pass.frontier, into: &report)
    try pass.readEntries(db, &report, progress)
    try pass.checkNodeCount(db, &report)
    try pass.heads.finish(at: pass.frontier.size, into: &report)
    report.entries = Int64(pass.frontier.size)
    report.root = pass.frontier.root
    report.origin = pass.heads.origin
    report.checkpoints = pass.heads.checkpoints
    report.earlierCheckpoints = pass.heads.earlierCheckpoints
    report.heads = pass.heads.reached
  }

  private mutating func readEntries(
    _ db: Database, _ report: inout VerifyReport, _ progress: (Int64) throws -> Void
  ) throws {
    let rows = try GRDB.Row.fetchCursor(
      db, sql: "SELECT idx, bytes, leaf FROM entries ORDER BY idx")
    while let row = try rows.next(), !report.isFull {
      let index: Int64 = row[0]
      guard index == frontier.size else {
        // Behind a gap every hash differs: that would say nothing more.
        let isBefore = index < 0
        return report.note(
          isBefore ? "there are entries before the first" : "entry \(frontier.size) is missing",
          entry: isBefore ? index : Int64(frontier.size), table: isBefore ? "entries" : nil)
      }
      let leaf = try LogPass.leaf(row)
      if !leaf.isStored { report.note("the leaf hash is not that of the bytes", entry: index) }
      try append(leaf.hash, db, &report)
      try heads.reach(frontier, into: &report)
      if frontier.size.isMultiple(of: LogPass.step) { try progress(index) }
    }
  }

  private static func leaf(_ row: GRDB.Row) throws -> (hash: Hash, isStored: Bool) {
    let hash = try row.withUnsafeData(atIndex: 1) { data in
      (data ?? Data()).withUnsafeBytes(Hash.leaf)
    }
    let isStored = try row.withUnsafeData(atIndex: 2) { $0.map(hash.equals) ?? false }
    return (hash, isStored)
  }

  private mutating func append(
    _ leaf: Hash, _ db: Database, _ report: inout VerifyReport
  ) throws {
    let entry = Int64(frontier.size)
    for node in frontier.append(leaf) {
      let level = node.position.level
      while levels.count < level { levels.append(try StoredLevel(levels.count + 1, db)) }
      if try !levels[level - 1].has(node.hash, at: node.position.index) {
        report.note(
          "the stored hash of the tree is wrong", entry: entry, table: "tree_nodes",
          row: "\(level)/\(node.position.index)")
      }
    }
  }

  private func checkNodeCount(_ db: Database, _ report: inout VerifyReport) throws {
    let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM tree_nodes")
    let expected = frontier.size - frontier.size.nonzeroBitCount
    if count != expected {
      report.note("there are \(count ?? 0) hashes, not \(expected)", table: "tree_nodes")
    }
  }
}

/// The stored nodes of one level, read once from left to right.
private struct StoredLevel {
  private let rows: RowCursor
  private var next: GRDB.Row?

  init(_ level: Int, _ db: Database) throws {
    rows = try GRDB.Row.fetchCursor(
      db, sql: "SELECT idx, hash FROM tree_nodes WHERE level = ? ORDER BY idx", arguments: [level])
    next = try rows.next()
  }

  mutating func has(_ hash: Hash, at index: Int) throws -> Bool {
    while let row = next {
      let stored: Int = row[0]
      if stored > index { return false }
      let isEqual = try row.withUnsafeData(atIndex: 1) { $0.map(hash.equals) ?? false }
      next = try rows.next()
      if stored == index { return isEqual }
    }
    return false
  }
}

extension Hash {
  fileprivate func equals(_ data: Data) -> Bool {
    data.count == Hash.byteCount && data.withUnsafeBytes { Hash($0) == self }
  }
}
