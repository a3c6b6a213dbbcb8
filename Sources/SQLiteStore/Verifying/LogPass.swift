import Foundation
import GRDB
import GRDBSQLite
import Ledger
import Merkle

/// Hashes every entry again, builds the tree anew (RFC 6962) and compares what is stored of both,
/// and what was signed at any size on the way.
struct LogPass {
  private var frontier = Frontier()
  private var levels: [StoredLevel] = []
  private var heads: HeadCheck

  private init(heads: HeadCheck) { self.heads = heads }

  static func run(
    _ db: Database, heads: HeadCheck, into report: inout VerifyReport
  ) throws {
    var pass = LogPass(heads: heads)
    try pass.heads.reach(pass.frontier, into: &report)
    try pass.readEntries(db, &report)
    try pass.checkNodeCount(db, &report)
    try pass.heads.finish(at: pass.frontier.size, into: &report)
    report.entries = Int64(pass.frontier.size)
    report.root = pass.frontier.root
    report.origin = pass.heads.origin
    (report.believed, report.trustsItself) = (pass.heads.believed, pass.heads.trustsItself)
    report.checkpoints = pass.heads.checkpoints
    report.earlierCheckpoints = pass.heads.earlierCheckpoints
    report.heads = pass.heads.reached
  }

  private mutating func readEntries(
    _ db: Database, _ report: inout VerifyReport
  ) throws {
    let sql = "SELECT idx, bytes, leaf FROM entries ORDER BY idx"
    let statement = try db.cachedStatement(sql: sql).sqliteStatement
    defer { sqlite3_reset(statement) }
    let row = Columns(statement: statement)
    while try statement.steps(sql), !report.isFull {
      let index = row.int(0)
      guard index == frontier.size else {
        // Behind a gap every hash differs: that would say nothing more.
        let isBefore = index < 0
        return report.note(
          isBefore ? "there are entries before the first" : "entry \(frontier.size) is missing",
          entry: isBefore ? index : Int64(frontier.size), table: isBefore ? "entries" : nil)
      }
      let leaf = Hash.leaf(row.bytes(1))
      if !leaf.equals(row.bytes(2)) {
        report.note("the leaf hash is not that of the bytes", entry: index)
      }
      try append(leaf, db, &report)
      try heads.reach(frontier, into: &report)
    }
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
  private static let sql = "SELECT idx, hash FROM tree_nodes WHERE level = ? ORDER BY idx"
  /// Of its own, since all levels are read at once.
  private let statement: Statement
  private var isAtRow: Bool

  init(_ level: Int, _ db: Database) throws {
    statement = try db.makeStatement(sql: StoredLevel.sql)
    var position: CInt = 0
    try statement.sqliteStatement.bind(.int(Int64(level)), &position, StoredLevel.sql)
    isAtRow = try statement.sqliteStatement.steps(StoredLevel.sql)
  }

  mutating func has(_ hash: Hash, at index: Int) throws -> Bool {
    let row = Columns(statement: statement.sqliteStatement)
    while isAtRow {
      let stored = row.int(0)
      if stored > index { return false }
      let isEqual = hash.equals(row.bytes(1))
      isAtRow = try statement.sqliteStatement.steps(StoredLevel.sql)
      if stored == index { return isEqual }
    }
    return false
  }
}

extension Hash {
  fileprivate func equals(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count == Hash.byteCount && Hash(raw: bytes) == self
  }
}
