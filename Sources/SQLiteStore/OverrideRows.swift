import GRDB
import Ledger

extension SQLiteReader {
  public func overrides(_ query: OverrideQuery) throws -> [OverrideRow] {
    let (condition, arguments) = SQLiteReader.condition(query)
    var limit = -1
    if case .newest(let most) = query { limit = most }
    return try db.rows(
      """
      SELECT entry, decision, gate, repository_id, pull, head_sha, base_ref, service, environment,
             digest, reason, made_by, made_at, expires_at, why, ended_at, ended_entry
      FROM overrides WHERE made_order IS NOT NULL AND \(condition)
      ORDER BY entry DESC LIMIT \(limit)
      """, arguments, row: OverrideRow.init)
  }

  private static func condition(_ query: OverrideQuery) -> (String, [Scalar]) {
    switch query {
    case .merge(let repository, let pull, let head):
      (
        "gate = 'merge' AND repository_id = ? AND pull = ? AND head_sha = ?",
        [.int(repository), .int(pull), .text(head)]
      )
    case .deploy(let service, let environment, let digest):
      (
        "gate = 'deploy' AND service = ? AND environment = ? AND digest = ?",
        [.text(service), .text(environment), .text(digest)]
      )
    case .entry(let entry): ("entry = ?", [.int(entry)])
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
  /// `nil` for a row that lacks something, or has a time that cannot be: it covers nothing, and keeps
  /// no other one in force.
  fileprivate init?(_ row: Columns) {
    guard let decision = row.optionalInt(1), let target = Target(row),
      let reason = row.optionalText(10), let by = row.optionalText(11),
      let made = row.optionalInt(12).flatMap(Instant.init(told:)),
      let expires = row.optionalInt(13).flatMap(Instant.init(told:))
    else { return nil }
    var end: End?
    if let why = row.optionalText(14), let at = row.optionalInt(15),
      let entry = row.optionalInt(16)
    {
      guard let at = Instant(told: at) else { return nil }
      end = End(why: why, at: at, entry: entry)
    }
    self.init(
      entry: row.int(0), decision: decision, target: target, reason: reason, by: by,
      madeAt: made, expiresAt: expires, end: end)
  }
}

extension OverrideRow.Target {
  fileprivate init?(_ row: Columns) {
    if let repository = row.optionalInt(3), let pull = row.optionalInt(4),
      let head = row.optionalText(5), let base = row.optionalText(6), row.text(2) == "merge"
    {
      self = .merge(repository: repository, pull: pull, head: head, base: base)
    } else if let service = row.optionalText(7), let environment = row.optionalText(8),
      let digest = row.optionalText(9), row.text(2) == "deploy"
    {
      self = .deploy(service: service, environment: environment, digest: digest)
    } else {
      return nil
    }
  }
}
