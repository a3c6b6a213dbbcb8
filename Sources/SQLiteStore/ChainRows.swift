import Foundation
import GRDB
import Ledger

extension SQLiteReader {
  // MARK: links

  public func links(_ nodes: [Node], downstream: Bool) throws -> [Link] {
    let column = downstream ? "source" : "target"
    let statement = try db.cachedStatement(
      sql: """
        SELECT source, target, entry FROM links WHERE \(column) = ? ORDER BY source, target
        LIMIT 1000
        """)
    return try nodes.flatMap { node in
      try GRDB.Row.fetchAll(statement, arguments: [node.text]).compactMap(Link.init)
    }
  }

  public func nodes(_ stage: Node.Stage, prefix: String, limit: Int) throws -> [Node] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT source FROM links WHERE source >= ?1 AND source < ?2
        UNION SELECT target FROM links WHERE target >= ?1 AND target < ?2
        UNION SELECT kind || ':' || subject FROM history
          WHERE kind = ?3 AND subject >= ?4 AND subject < ?5
        ORDER BY 1 LIMIT ?6
        """)
    let text = Node(stage, prefix).text
    let arguments: StatementArguments = [
      text, text + "\u{10FFFF}", stage.rawValue, prefix, prefix + "\u{10FFFF}", limit,
    ]
    return try String.fetchAll(statement, arguments: arguments).compactMap(Node.init(text:))
  }

  // MARK: what runs

  private static let instance = """
    SELECT id, origin, rollout, revision, digest, status, started_at, stopped_at, seen_at, note,
      entry FROM instances
    """

  public func instance(_ id: String) throws -> InstanceRow? {
    let statement = try db.cachedStatement(sql: "\(SQLiteReader.instance) WHERE id = ?")
    return try GRDB.Row.fetchOne(statement, arguments: [id]).map(InstanceRow.init)
  }

  public func running(_ origin: Origin) throws -> [InstanceRow] {
    let statement = try db.cachedStatement(
      sql: """
        \(SQLiteReader.instance) WHERE origin = ?1 AND status = 'RUNNING' AND stopped_at IS NULL
          AND coalesce(seen_at, 0) >= coalesce(
            (SELECT snapshot_at FROM places WHERE origin = ?1 AND environment = ''), 0)
        ORDER BY started_at, id
        """)
    return try GRDB.Row.fetchAll(statement, arguments: [origin.text]).map(InstanceRow.init)
  }

  public func places() throws -> [PlaceRow] {
    let statement = try db.cachedStatement(
      sql: "SELECT origin, environment, entry FROM places ORDER BY origin, environment")
    return try GRDB.Row.fetchAll(statement).compactMap { row in
      let environment: String = try row(1)
      return try Origin(text: row(0)).map {
        try PlaceRow(
          origin: $0, environment: environment.isEmpty ? nil : environment, entry: row(2))
      }
    }
  }

  // MARK: names

  /// Looked for in the bytes: of thousands of entries about repositories few are read so; what a
  /// damaged file made NULL is read, which throws.
  public func repositoryDeletions() throws -> [Stored] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT idx, bytes FROM entries WHERE kind = ? AND (bytes IS NULL OR instr(bytes, ?))
        ORDER BY idx
        """)
    let member = Data(#""action":"deleted""#.utf8)
    return try GRDB.Row.fetchAll(statement, arguments: [Kind.repository.name, member])
      .map(SQLiteReader.stored).filter { $0.entry.data["action"]?.string == "deleted" }
  }

  public func repositoryNames() throws -> [Int64: String] {
    let statement = try db.cachedStatement(
      sql: "SELECT repository_id, full_name FROM repositories WHERE full_name NOT NULL")
    let rows = try GRDB.Row.fetchAll(statement).map { try ($0(0) as Int64, $0(1) as String) }
    return Dictionary(rows) { $1 }
  }

  public func naming(of repository: Int64) throws -> Int64? {
    try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT entry FROM repositories WHERE repository_id = ?"),
      arguments: [repository])
  }

  public func catalog() throws -> Catalog {
    let newest = try db.first(
      "SELECT entry, hash FROM catalogs ORDER BY catalog_order DESC LIMIT 1"
    ) { row in row.optionalInt(0).map { ($0, row.text(1)) } }
    guard let (entry, hash) = newest else { return Catalog() }
    return try catalogs.catalog(of: entry, hash: hash) { index in
      try self.entry(at: index)?.entry.data["catalog"].map(Catalog.init(json:)) ?? Catalog()
    }
  }

  public func login(_ person: Int64) throws -> String? {
    try String.fetchOne(
      db.cachedStatement(sql: "SELECT login FROM people WHERE id = ?"), arguments: [person])
  }

  public func merges(
    _ repository: Int64, after from: Instant, until: Instant
  ) throws -> [PullRow] {
    try pulls(
      """
      repository_id = ?1 AND number IN (
        SELECT number FROM pulls INDEXED BY pulls_merged
        WHERE repository_id = ?1 AND merged_at > ?2 AND merged_at <= ?3)
      """,
      [.int(repository), .int(from.microseconds), .int(until.microseconds)]
    ).sorted { ($0.merge?.at ?? from, $0.number) < ($1.merge?.at ?? from, $1.number) }
  }
}

extension Link {
  fileprivate init?(_ row: GRDB.Row) throws {
    guard let source = try Node(text: row(0)), let target = try Node(text: row(1)) else {
      return nil
    }
    try self.init(source: source, target: target, entry: row(2))
  }
}

extension InstanceRow {
  fileprivate init(_ row: GRDB.Row) throws {
    func instant(_ column: Int) throws -> Instant? {
      try (row(column) as Int64?).map(Instant.init(stored:))
    }
    try self.init(
      id: row(0), origin: (row(1) as String?).flatMap(Origin.init(text:)), rollout: row(2),
      revision: row(3), digest: row(4), status: row(5), startedAt: instant(6),
      stoppedAt: instant(7), seenAt: instant(8), note: row(9), entry: row(10))
  }
}
