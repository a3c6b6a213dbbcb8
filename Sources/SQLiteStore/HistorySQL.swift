import Foundation
import GRDB
import Ledger

extension SQLiteReader {
  public func history(_ query: HistoryQuery) throws -> HistoryRows {
    let filter = HistoryFilter(query)
    let total =
      try Int.fetchOne(
        db, sql: "SELECT count(*) FROM history h \(filter.join) WHERE \(filter.condition)",
        arguments: filter.arguments) ?? 0
    let page = HistoryFilter(query, after: try query.cursor.map(position))
    let limit = query.limit == 0 ? Int.max - 1 : min(query.limit, Int.max - 1)
    let rows = try GRDB.Row.fetchAll(
      db, sql: HistorySQL.page(page), arguments: page.arguments + [limit + 1]
    ).map(HistoryRow.init)
    return HistoryRows(
      rows: Array(rows.prefix(limit)), total: total, hasMore: rows.count > limit,
      deliveriesTo: try newestDelivery())
  }

  /// Where the row stood that this entry made. The entry itself tells: the row may cite a later one
  /// by now, because a build that ran has ended.
  private func position(of cursor: Int64) throws -> HistoryPosition {
    let changes = try entry(at: cursor).map(Projections.changes) ?? []
    guard let change = changes.first(where: { $0.table == Tables.history && $0.sets("at") }) else {
      return .end
    }
    return .after(at: change.value(of: "at"), key: change.key)
  }

  /// Received, not sent: how far this answer is complete.
  private func newestDelivery() throws -> Instant? {
    let sql = """
      SELECT bytes FROM entries WHERE kind GLOB 'github.*' AND kind <> 'github.status_posted.v1'
      ORDER BY idx DESC LIMIT 1
      """
    guard let bytes = try Data.fetchOne(db, sql: sql) else { return nil }
    return try Entry(decoding: Array(bytes)).received
  }
}

/// A place in the order of the pages. Time and key of a row stay what they are when it changes; the
/// entry that it cites does not.
private enum HistoryPosition {
  case after(at: Scalar, key: [Scalar])
  /// Behind the last row: the cursor names none.
  case end
}

extension Change {
  fileprivate func sets(_ column: String) -> Bool { register.columns.contains(column) }

  fileprivate func value(of column: String) -> Scalar {
    register.columns.firstIndex(of: column).map { values[$0] } ?? .null
  }
}

/// Rows of one instant are ordered by what they are, not by when they arrived.
private enum HistorySQL {
  /// What was asked for before this deployment in the same place. If that was something else, and
  /// this commit had run there before, this deployment is a rollback.
  private static let outcome = """
    CASE WHEN h.kind = 'deploy' AND h.outcome = 'success'
      AND h.commit_sha <> (
        SELECT commit_sha FROM history p WHERE p.kind = 'deploy'
          AND p.repository_id = h.repository_id AND p.environment = h.environment AND p.at < h.at
        ORDER BY p.at DESC LIMIT 1)
      AND EXISTS (
        SELECT 1 FROM history q WHERE q.kind = 'deploy' AND q.repository_id = h.repository_id
          AND q.environment = h.environment AND q.commit_sha = h.commit_sha
          AND q.outcome = 'success' AND q.at < h.at)
    THEN 'rolled-back' ELSE h.outcome END
    """

  private static let pull = """
    coalesce(h.pull,
      (SELECT number FROM pulls p
       WHERE p.repository_id = h.repository_id AND p.merge_sha = h.commit_sha LIMIT 1),
      (SELECT number FROM pulls p
       WHERE p.repository_id = h.repository_id AND p.head_sha = h.commit_sha LIMIT 1))
    """

  /// The image that was made from the deployed commit, unless the deployment named one itself.
  private static let digest = """
    coalesce(h.digest, CASE WHEN h.kind = 'deploy' THEN
      (SELECT i.digest FROM history i WHERE i.repository_id = h.repository_id
         AND i.commit_sha = h.commit_sha AND i.kind = 'image' ORDER BY i.at DESC LIMIT 1) END)
    """

  static func page(_ filter: HistoryFilter) -> String {
    """
    SELECT h.entry, h.kind, h.at, \(outcome), h.finished_at, h.note, h.service, h.environment,
      h.repository_id, coalesce(r.full_name, ''), h.commit_sha, \(pull), \(digest), h.revision,
      h.actor, people.login
    FROM history h LEFT JOIN repositories r ON r.repository_id = h.repository_id
    LEFT JOIN people ON people.id = h.actor
    WHERE \(filter.condition)
    ORDER BY h.at DESC, h.kind DESC, h.repository_id DESC, h.subject DESC LIMIT ?
    """
  }
}

/// The WHERE clause of a query. Values are bound, never written into the text.
private struct HistoryFilter {
  private(set) var conditions = ["h.at IS NOT NULL"]
  private(set) var arguments: StatementArguments = []
  let join: String

  var condition: String { conditions.joined(separator: " AND ") }

  init(_ query: HistoryQuery, after position: HistoryPosition? = nil) {
    let needsName = !query.repositories.isEmpty
    join = needsName ? "LEFT JOIN repositories r ON r.repository_id = h.repository_id" : ""
    any("h.service", query.services)
    any("h.environment", query.environments)
    any("r.full_name", query.repositories)
    any("h.kind", query.kinds)
    starts("h.commit_sha", query.commit)
    starts("h.digest", query.digest)
    add("h.at >= ?", query.since?.microseconds)
    add("h.at < ?", query.until?.microseconds)
    switch position {
    case nil: break
    case .end: conditions.append("false")
    case .after(let at, let key):
      conditions.append("(h.at, h.kind, h.repository_id, h.subject) < (?, ?, ?, ?)")
      arguments += StatementArguments(([at] + key).map(\.databaseValue))
    }
  }

  private mutating func any(_ column: String, _ values: [String]) {
    guard !values.isEmpty else { return }
    conditions.append("\(column) IN (\(values.map { _ in "?" }.joined(separator: ", ")))")
    arguments += StatementArguments(values)
  }

  private mutating func starts(_ column: String, _ prefix: String?) {
    guard let prefix else { return }
    conditions.append("\(column) >= ? AND \(column) < ?")
    arguments += [prefix, prefix + "\u{10FFFF}"]
  }

  private mutating func add(_ condition: String, _ value: Int64?) {
    guard let value else { return }
    conditions.append(condition)
    arguments += [value]
  }
}

extension HistoryRow {
  fileprivate init(_ row: GRDB.Row) {
    let finished: Int64? = row[4]
    self.init(
      entry: row[0], kind: row[1], at: Instant(microseconds: row[2]), outcome: row[3],
      finishedAt: finished.map(Instant.init(microseconds:)), note: row[5], service: row[6],
      environment: row[7], repository: RepositoryRow(id: row[8], name: row[9]), commit: row[10],
      pull: row[11], digest: row[12], revision: row[13], actorID: row[14], actor: row[15])
  }
}
