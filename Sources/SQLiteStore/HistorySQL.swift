import Foundation
import GRDB
import Ledger

extension SQLiteReader {
  public func history(_ query: HistoryQuery) throws -> HistoryRows {
    let naming = try naming()
    let places = try HistoryPlaces(query, naming, self)
    let filter = try HistoryFilter(query, naming, self)
    let page = filter.after(try query.cursor.map(position))
    let limit = query.limit == 0 ? Int.max - 1 : min(query.limit, Int.max - 1)
    let (sql, arguments) = places.page(page, limit: limit + 1)
    // Not kept: there are as many texts as there are ways to ask, and nothing would ever forget one.
    let rows = try GRDB.Row.fetchAll(db.makeStatement(sql: sql), arguments: arguments)
      .map { try HistoryRow($0, naming) }
    return HistoryRows(
      rows: Array(rows.prefix(limit)), total: try count(query, places, filter),
      hasMore: rows.count > limit, deliveriesTo: try newestDelivery())
  }

  private func count(
    _ query: HistoryQuery, _ places: HistoryPlaces, _ filter: HistoryFilter
  ) throws -> Int {
    guard query.isCounted else { return 0 }
    let (sql, arguments) = places.count(filter, upTo: HistoryRows.countedUpTo)
    return try Int.fetchOne(db.makeStatement(sql: sql), arguments: arguments) ?? 0
  }

  public func lines(about nodes: [Node]) throws -> [HistoryRow] {
    let naming = try naming()
    let statement = try db.cachedStatement(sql: HistorySQL.line)
    return try nodes.compactMap { node in
      try GRDB.Row.fetchOne(statement, arguments: [node.lineKind, node.subject])
        .map { try HistoryRow($0, naming) }
    }
  }

  public func lines(citing entry: Int64) throws -> [HistoryRow] {
    let naming = try naming()
    let statement = try db.cachedStatement(sql: HistorySQL.citing)
    return try GRDB.Row.fetchAll(statement, arguments: [entry]).map { try HistoryRow($0, naming) }
  }

  public func search(_ text: String, limit: Int) throws -> [HistoryRow] {
    let naming = try naming()
    let escaped = ["\\", "%", "_"].reduce(text) { $0.replacing($1, with: "\\" + $1) }
    let statement = try db.cachedStatement(sql: HistorySQL.search)
    return try GRDB.Row.fetchAll(statement, arguments: ["%\(escaped)%", limit])
      .map { try HistoryRow($0, naming) }
  }

  public func unstarted(limit: Int) throws -> [HistoryRow] {
    let naming = try naming()
    let statement = try db.cachedStatement(sql: HistorySQL.unstarted)
    return try GRDB.Row.fetchAll(statement, arguments: [limit]).map { try HistoryRow($0, naming) }
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
    guard let bytes = try Data.fetchOne(db.cachedStatement(sql: sql)) else { return nil }
    return try Entry(decoding: Array(bytes)).received
  }
}

/// What the catalog and the repositories' names make of an origin.
struct Naming {
  let catalog: Catalog
  let repositories: [Int64: String]

  init(_ reader: SQLiteReader) throws {
    catalog = try reader.catalog()
    repositories = try reader.repositoryNames()
  }

  func place(_ origin: Origin?, _ environment: String?) -> Place {
    catalog.place(of: origin, in: environment, repositories)
  }
}

/// A place in the order of the pages. Time and key of a row stay what they are when it changes; the
/// entry that it cites does not.
enum HistoryPosition {
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
enum HistorySQL {
  static let columns = """
    coalesce(h.entry, h.outcome_entry), h.kind, h.subject, h.at, \(outcome), h.finished_at, h.note,
    h.origin, h.environment, h.repository_id, \(commit(of: "h")), \(pull), \(digest),
    \(revision), h.actor, \(login), h.outcome, h.reported_outcome, h.reported_commit,
    h.reported_digest, h.reported_entry, h.entry, h.outcome_entry,
    CASE WHEN h.kind = 'deploy' THEN (SELECT p.revision \(previous)) END
    """

  /// Not joined: of one table SQLite sees that its key is given. Of two it looks through all indexes,
  /// also those of one kind alone, and prepares the statement again for each kind it is given.
  private static let login = "(SELECT people.login FROM people WHERE people.id = h.actor)"

  static let order = "h.at DESC, h.kind DESC, h.subject DESC"

  static func order(isAscending: Bool) -> String {
    isAscending ? "h.at, h.kind, h.subject" : order
  }

  /// Where a task alone tells of a rollout, nothing tells the line itself.
  static let line = """
    SELECT \(columns) FROM history h WHERE h.kind = ? AND h.subject = ?
      AND coalesce(h.entry, h.outcome_entry) NOT NULL
    """

  static let citing = """
    SELECT \(columns) FROM history h WHERE h.entry = ?1 OR h.outcome_entry = ?1 ORDER BY \(order)
    """

  /// Without an index: it looks at every line until it has enough. Commit, digest and revision are
  /// those that are shown: where the line does not tell one itself, others are asked by their keys.
  static let search = """
    SELECT \(columns) FROM history h WHERE h.at IS NOT NULL AND (
      \(holds("h.subject")) OR \(holds("h.commit_sha")) OR \(holds("h.digest"))
      OR \(holds("h.revision")) OR \(holds("h.note")) OR \(holds("h.origin"))
      OR \(holds("h.environment")) OR \(holds(login))
      OR (h.commit_sha IS NULL AND \(holds(commit(of: "h"))))
      OR (h.digest IS NULL AND \(holds(digest)))
      OR (h.revision IS NULL AND \(holds(revision))))
    ORDER BY \(order) LIMIT ?2
    """

  private static func holds(_ text: String) -> String { "\(text) LIKE ?1 ESCAPE '\\'" }

  static let unstarted = """
    SELECT \(columns) FROM history h WHERE h.at IS NULL AND h.kind = 'deploy' ORDER BY h.subject LIMIT ?
    """

  /// The rows with these keys, which a cheaper statement has chosen.
  static func page(_ keys: String, isAscending: Bool) -> String {
    """
    SELECT \(columns) FROM (\(keys)) k JOIN history h ON h.kind = k.kind AND h.subject = k.subject
    ORDER BY \(order(isAscending: isAscending)) LIMIT ?
    """
  }
}

extension HistoryRow {
  fileprivate init(_ row: GRDB.Row, _ naming: Naming) throws {
    let (at, finished): (Int64?, Int64?) = try (row(3), row(5))
    let origin = try (row(7) as String?).flatMap(Origin.init(text:))
    let place = try naming.place(origin, row(8))
    let repository: Int64 = try row(9) ?? 0
    try self.init(
      entry: row(0), kind: row(1), at: Instant(stored: at ?? 0), outcome: row(4),
      finishedAt: finished.map(Instant.init(stored:)), note: row(6), service: place.service,
      environment: place.environment,
      repository: RepositoryRow(id: repository, name: naming.repositories[repository] ?? ""),
      commit: row(10), pull: row(11), digest: row(12), revision: row(13), actorID: row(14),
      actor: row(15))
    subject = try row(2)
    self.origin = origin
    entries = try Set([row(20) as Int64?, row(21), row(22)].compactMap(\.self)).sorted()
    previousRevision = try row(23)
    conflict =
      try Contradiction(
        outcome: row(16), commit: row(10), digest: row(12), reportedOutcome: row(17),
        reportedCommit: row(18), reportedDigest: row(19)
      ).sentence
  }
}

/// What a report said, against what is shown.
private struct Contradiction {
  let outcome, commit, digest: String?
  let reportedOutcome, reportedCommit, reportedDigest: String?

  /// Only ends contradict each other: of what still runs, one source knows more than another.
  private static let ends: [String: String] = [
    "success": "good", "failure": "bad", "error": "bad", "cancelled": "bad", "timed_out": "bad",
    "rolled-back": "good",
  ]

  var sentence: String? {
    let parts = [
      differing(
        "outcome", outcome.flatMap { Contradiction.ends[$0] == nil ? nil : $0 },
        reportedOutcome, by: { Contradiction.ends[$0] ?? $0 }),
      differing("commit", commit, reportedCommit, by: { $0 }),
      differing("digest", digest, reportedDigest, by: { $0 }),
    ].compactMap(\.self)
    return parts.isEmpty ? nil : "a report says " + parts.joined(separator: ", ")
  }

  private func differing(
    _ what: String, _ shown: String?, _ reported: String?, by meaning: (String) -> String
  ) -> String? {
    guard let shown, let reported, meaning(shown) != meaning(reported) else { return nil }
    return "\(what) \(reported)"
  }
}
