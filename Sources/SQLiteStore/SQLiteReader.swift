import Foundation
import GRDB
import Ledger
import Merkle

/// Answers from one state of the database.
public struct SQLiteReader: LedgerReader {
  let db: Database
  let cache = ReadCache()
  let policies: PolicyCache
  let catalogs: CatalogCache
  /// For what is committed.
  let nodes: NodeCache?

  init(
    _ db: Database, policies: PolicyCache = PolicyCache(), catalogs: CatalogCache = CatalogCache(),
    nodes: NodeCache? = nil
  ) {
    self.db = db
    (self.policies, self.catalogs, self.nodes) = (policies, catalogs, nodes)
  }

  // MARK: the log

  public func size() throws -> Int64 {
    let last = try Int64.fetchOne(db.cachedStatement(sql: "SELECT max(idx) FROM entries"))
    return try last.map { try SQLiteReader.place($0) + 1 } ?? 0
  }

  /// A damaged file may hold any number, and one more is no number for the greatest.
  private static func place(_ index: Int64) throws -> Int64 {
    guard index < 1 << 53 else { throw StoreError.failed("no log has an entry \(index)") }
    return index
  }

  static func stored(_ row: GRDB.Row) throws -> Stored {
    let (index, bytes): (Int64, Data) = (try row(0), try row(1))
    return Stored(index: try place(index), entry: try Entry(decoding: Array(bytes)))
  }

  public func entry(at index: Int64) throws -> Stored? {
    try entries(from: index, limit: 1, kind: nil).first { $0.index == index }
  }

  public func entries(from start: Int64, limit: Int, kind: Kind?) throws -> [Stored] {
    let filter = kind == nil ? "" : "AND kind = ?3"
    let statement = try db.cachedStatement(
      sql: "SELECT idx, bytes FROM entries WHERE idx >= ?1 \(filter) ORDER BY idx LIMIT ?2")
    let limit = limit == 0 ? -1 : limit
    let arguments: StatementArguments =
      if let kind { [start, limit, kind.name] } else { [start, limit] }
    return try GRDB.Row.fetchAll(statement, arguments: arguments).map(SQLiteReader.stored)
  }

  public func evidence(_ hash: Hash) throws -> [UInt8]? {
    let statement = try db.cachedStatement(
      sql: "SELECT codec, size, bytes FROM evidence WHERE sha256 = ?")
    guard let row = try GRDB.Row.fetchOne(statement, arguments: [Data(hash.bytes)]) else {
      return nil
    }
    return try SQLiteReader.body(
      hash, codec: row(0), size: row(1), bytes: row(2))
  }

  /// - Throws: `StoreError.failed` for a log that has entries before the first alone.
  func frontier() throws -> Frontier {
    let size = try size()
    guard size >= 0 else { throw StoreError.damagedRow }
    return try Frontier(size: Int(size)) { try node(at: $0) }
  }

  // MARK: tokens

  public func token(hash: String) throws -> TokenRow? {
    let statement = try db.cachedStatement(
      sql: """
        SELECT name, scope, revoked_at IS NOT NULL, repositories FROM tokens
        WHERE hash = ? AND name NOT NULL
        """)
    return try GRDB.Row.fetchOne(statement, arguments: [hash]).map { row in
      try TokenRow(
        name: row(0), scope: row(1), isRevoked: row(2),
        repositories: try SQLiteReader.repositories(row(3)))
    }
  }

  /// What is no list allows nothing.
  private static func repositories(_ text: String?) throws -> [Int64]? {
    try text.map { (try JSON.parse(Array($0.utf8)).array ?? []).compactMap(\.int) }
  }

  public func tokens() throws -> [ListedToken] {
    let rows = try GRDB.Row.fetchAll(
      db,
      sql: """
        SELECT hash, name, scope, repositories, entry, revoked_at FROM tokens
        WHERE name NOT NULL ORDER BY entry, hash
        """)
    return try rows.map { row in
      let revoked: Int64? = try row(5)
      return try ListedToken(
        hash: row(0), name: row(1), scope: row(2),
        repositories: try SQLiteReader.repositories(row(3)), entry: row(4),
        madeAt: try entry(at: row(4))?.entry.received,
        revokedAt: revoked.map(Instant.init(stored:)))
    }
  }
}
