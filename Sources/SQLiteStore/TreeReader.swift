import Foundation
import GRDB
import Ledger
import Merkle

/// The tree, read a piece at a time: few statements, whatever is asked for.
extension SQLiteReader {
  public func nodes(at positions: [NodePosition]) throws -> [Hash] {
    var hashes = [Hash?](repeating: nil, count: positions.count)
    try inner(positions, into: &hashes)
    for (place, position) in positions.enumerated() where position.level == 0 {
      hashes[place] = try node(at: position)
    }
    return try zip(positions, hashes).map { position, hash in
      guard let hash else {
        throw StoreError.failed("tree node \(position.level)/\(position.index) is missing")
      }
      return hash
    }
  }

  /// One statement for all of them: a proof in a large tree needs two dozen.
  private func inner(_ positions: [NodePosition], into hashes: inout [Hash?]) throws {
    guard positions.contains(where: { $0.level > 0 }) else { return }
    // A level is less than 64. Those of leaves are in no row of this table.
    var codes = "["
    for position in positions {
      if codes.utf8.count > 1 { codes += "," }
      codes += String(position.index << 6 | position.level)
    }
    codes += "]"
    let statement = try db.cachedStatement(
      sql: """
        SELECT p.key, t.hash FROM json_each(?) AS p
        CROSS JOIN tree_nodes AS t ON t.level = p.value & 63 AND t.idx = p.value >> 6
        """)
    let rows = try GRDB.Row.fetchCursor(statement, arguments: [codes])
    while let row = try rows.next() {
      let place: Int = row[0]
      hashes[place] = try row.withUnsafeData(atIndex: 1, TreeReader.hash)
    }
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
    guard let data, data.count == Hash.byteCount else {
      throw StoreError.failed("a hash of the tree has another length")
    }
    return data.withUnsafeBytes { Hash(raw: $0) }
  }

  static func all<Element>(
    _ rows: RowCursor, _ read: (GRDB.Row) throws -> Element
  ) throws -> [Element] {
    var all: [Element] = []
    while let row = try rows.next() { all.append(try read(row)) }
    return all
  }
}
