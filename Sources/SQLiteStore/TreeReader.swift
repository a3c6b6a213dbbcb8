import Foundation
import GRDB
import Ledger
import Merkle

/// The tree, read a piece at a time.
extension SQLiteReader {
  public func nodes(at positions: [NodePosition]) throws -> [Hash] {
    try positions.map(node)
  }

  public func node(at position: NodePosition) throws -> Hash {
    guard let nodes else { return try storedNode(at: position) }
    return try nodes.node(at: position, read: storedNode)
  }

  private func storedNode(at position: NodePosition) throws -> Hash {
    let place: [Scalar] = [.int(Int64(position.level)), .int(Int64(position.index))]
    let sql =
      position.level == 0
      ? "SELECT leaf FROM entries WHERE idx = ?2 AND ?1 = 0"
      : "SELECT hash FROM tree_nodes WHERE level = ?1 AND idx = ?2"
    guard let hash = try db.first(sql, place, row: { try TreeReader.hash($0.bytes(0)) }) else {
      throw StoreError.failed("tree node \(position.level)/\(position.index) is missing")
    }
    return hash
  }

  public func hashes(level: Int, from start: Int64, count: Int) throws -> [Hash] {
    let (statement, arguments): (Statement, StatementArguments) =
      try level == 0
      ? (
        db.cachedStatement(sql: "SELECT leaf FROM entries WHERE idx >= ? ORDER BY idx LIMIT ?"),
        [start, count]
      )
      : (
        db.cachedStatement(
          sql: """
            SELECT hash FROM tree_nodes WHERE level = ? AND idx >= ? ORDER BY idx LIMIT ?
            """), [level, start, count]
      )
    let rows = try GRDB.Row.fetchCursor(statement, arguments: arguments)
    return try TreeReader.all(rows) { try $0.withUnsafeData(atIndex: 0, TreeReader.hash) }
  }

  public func entryBytes(from start: Int64, count: Int) throws -> [[UInt8]] {
    let statement = try db.cachedStatement(
      sql: "SELECT bytes FROM entries WHERE idx >= ? ORDER BY idx LIMIT ?")
    let rows = try GRDB.Row.fetchCursor(statement, arguments: [start, count])
    return try TreeReader.all(rows) { try $0.withUnsafeData(atIndex: 0) { Array($0 ?? Data()) } }
  }
}

private enum TreeReader {
  static func hash(_ data: Data?) throws -> Hash {
    try (data ?? Data()).withUnsafeBytes(hash)
  }

  static func hash(_ bytes: UnsafeRawBufferPointer) throws -> Hash {
    guard bytes.count == Hash.byteCount else {
      throw StoreError.failed("a hash of the tree has another length")
    }
    return Hash(raw: bytes)
  }

  static func all<Element>(
    _ rows: RowCursor, _ read: (GRDB.Row) throws -> Element
  ) throws -> [Element] {
    var all: [Element] = []
    while let row = try rows.next() { all.append(try read(row)) }
    return all
  }
}
