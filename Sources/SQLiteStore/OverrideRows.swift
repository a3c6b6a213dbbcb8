import GRDB
import Ledger

extension SQLiteReader {
  public func overrides(_ query: OverrideQuery) throws -> [OverrideRow] {
    let (condition, arguments) = SQLiteReader.condition(query)
    var limit = -1
    if case .newest(let most) = query { limit = most }
    let statement = try db.cachedStatement(
      sql: """
        SELECT entry, decision, gate, repository_id, pull, head_sha, base_ref, service, environment,
               digest, reason, made_by, made_at, expires_at, why, ended_at, ended_entry
        FROM overrides WHERE made_order IS NOT NULL AND \(condition)
        ORDER BY entry DESC LIMIT \(limit)
        """)
    return try GRDB.Row.fetchAll(statement, arguments: arguments).compactMap(OverrideRow.init)
  }

  private static func condition(_ query: OverrideQuery) -> (String, StatementArguments) {
    switch query {
    case .merge(let repository, let pull, let head):
      (
        "gate = 'merge' AND repository_id = ? AND pull = ? AND head_sha = ?",
        [repository, pull, head]
      )
    case .deploy(let service, let environment, let digest):
      (
        "gate = 'deploy' AND service = ? AND environment = ? AND digest = ?",
        [service, environment, digest]
      )
    case .entry(let entry): ("entry = ?", [entry])
    case .lasting: ("why IS NULL", [])
    case .newest: ("true", [])
    }
  }

  public func newest(_ kind: Kind) throws -> Stored? {
    let statement = try db.cachedStatement(
      sql: "SELECT idx FROM entries WHERE kind = ? ORDER BY idx DESC LIMIT 1")
    return try Int64.fetchOne(statement, arguments: [kind.name]).flatMap { try entry(at: $0) }
  }
}

extension OverrideRow {
  /// `nil` for a row that lacks something: it covers nothing.
  fileprivate init?(_ row: GRDB.Row) {
    guard let decision: Int64 = row[1], let target = Target(row), let reason: String = row[10],
      let by: String = row[11], let made: Int64 = row[12], let expires: Int64 = row[13]
    else { return nil }
    var end: End?
    if let why: String = row[14], let at: Int64 = row[15], let entry: Int64 = row[16] {
      end = End(why: why, at: Instant(microseconds: at), entry: entry)
    }
    self.init(
      entry: row[0], decision: decision, target: target, reason: reason, by: by,
      madeAt: Instant(microseconds: made), expiresAt: Instant(microseconds: expires), end: end)
  }
}

extension OverrideRow.Target {
  fileprivate init?(_ row: GRDB.Row) {
    if let repository: Int64 = row[3], let pull: Int64 = row[4], let head: String = row[5],
      let base: String = row[6], row[2] == "merge"
    {
      self = .merge(repository: repository, pull: pull, head: head, base: base)
    } else if let service: String = row[7], let environment: String = row[8],
      let digest: String = row[9], row[2] == "deploy"
    {
      self = .deploy(service: service, environment: environment, digest: digest)
    } else {
      return nil
    }
  }
}
