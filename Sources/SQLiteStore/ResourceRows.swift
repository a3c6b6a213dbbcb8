import GRDB
import Ledger

extension SQLiteReader {
  public func snapshots(_ environments: Set<String>) throws -> [ResourceListRow] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT environment, stack, taken_at, form, resource_count, entry FROM snapshots
        WHERE environment IN (SELECT value FROM json_each(?)) AND entry NOT NULL
        ORDER BY taken_at, entry
        """)
    return try GRDB.Row.fetchAll(statement, arguments: [list(environments)]).map { row in
      try ResourceListRow(
        environment: row(0), stack: row(1), takenAt: Instant(stored: row(2)), form: row(3),
        count: row(4), entry: row(5))
    }
  }

  public func resources(_ environments: Set<String>) throws -> [ResourceRow] {
    try resources(where: "IN", environments)
  }

  public func resourcesElsewhere(than environments: Set<String>) throws -> [ResourceRow] {
    try resources(where: "NOT IN", environments)
  }

  private func resources(
    where comparison: String, _ environments: Set<String>
  ) throws -> [ResourceRow] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT environment, stack, address, type, name, id, arn, tags, action, first_at,
               first_entry, last_at, last_entry
        FROM resources WHERE environment \(comparison) (SELECT value FROM json_each(?))
          AND told_order NOT NULL AND first_order NOT NULL
        ORDER BY environment, stack, address
        """)
    return try GRDB.Row.fetchAll(statement, arguments: [list(environments)]).map(ResourceRow.init)
  }

  public func singleResources(_ environments: Set<String>) throws -> [SingleResourceRow] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT type, id, name, environment, made_at, made_entry, gone_at, gone_entry
        FROM single_resources
        WHERE environment IS NULL OR environment IN (SELECT value FROM json_each(?))
        ORDER BY type, id
        """)
    return try GRDB.Row.fetchAll(statement, arguments: [list(environments)])
      .map(SingleResourceRow.init)
  }

  public func otherEnvironments(
    than environments: Set<String>, holding arns: [String]
  ) throws -> [String: String] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT arn, environment FROM resources
        WHERE arn IN (SELECT value FROM json_each(?1))
          AND environment NOT IN (SELECT value FROM json_each(?2))
        ORDER BY arn, environment
        """)
    let rows = try GRDB.Row.fetchAll(
      statement, arguments: [list(Set(arns)), list(environments)])
    return try Dictionary(rows.map { try ($0(0), $0(1)) }) { first, _ in first }
  }

  private func list(_ texts: Set<String>) -> String {
    JSON.array(texts.sorted().map(JSON.string)).canonicalString
  }
}

extension ResourceRow {
  fileprivate init(_ row: GRDB.Row) throws {
    try self.init(
      environment: row(0), stack: row(1), address: row(2), type: row(3) ?? "",
      first: Sight(at: Instant(stored: row(9)), entry: row(10)),
      last: Sight(at: Instant(stored: row(11)), entry: row(12)))
    (name, id, arn, tags, action) = try (row(4), row(5), row(6), row(7), row(8))
  }
}

extension SingleResourceRow {
  fileprivate init(_ row: GRDB.Row) throws {
    try self.init(type: row(0), id: row(1))
    (name, environment) = try (row(2), row(3))
    made = try SingleResourceRow.sight(row(4), row(5))
    gone = try SingleResourceRow.sight(row(6), row(7))
  }

  private static func sight(_ at: Int64?, _ entry: Int64?) throws -> ResourceRow.Sight? {
    guard let at, let entry else { return nil }
    return ResourceRow.Sight(at: try Instant(stored: at), entry: entry)
  }
}
