import GRDB
import Ledger

extension SQLiteReader {
  public func repository(named name: String) throws -> RepositoryRow? {
    try repository(
      "SELECT repository_id, full_name FROM repositories WHERE full_name = ? COLLATE NOCASE "
        + "ORDER BY name_order DESC LIMIT 1", [name])
  }

  public func repositories(named name: String) throws -> [RepositoryRow] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT repository_id, full_name FROM repositories WHERE full_name = ? COLLATE NOCASE
        ORDER BY repository_id
        """)
    return try GRDB.Row.fetchAll(statement, arguments: [name]).map {
      try RepositoryRow(id: $0(0), name: $0(1))
    }
  }

  public func repository(_ id: Int64) throws -> RepositoryRow? {
    try repository(
      "SELECT repository_id, full_name FROM repositories WHERE repository_id = ?", [id])
  }

  private func repository(
    _ sql: String, _ arguments: StatementArguments
  ) throws -> RepositoryRow? {
    try GRDB.Row.fetchOne(db.cachedStatement(sql: sql), arguments: arguments).map {
      try RepositoryRow(id: $0(0), name: $0(1))
    }
  }

  // MARK: pull requests

  static func selectPulls(_ condition: String) -> String {
    """
    SELECT repository_id, number, head_sha, base_ref, state, head_entry,
           merged_at, merged_by, merged_head, merged_base, merge_entry, merge_firsthand,
           coalesce(merge_sha, found_sha), author
    FROM pulls WHERE head_sha IS NOT NULL AND base_ref IS NOT NULL AND head_entry IS NOT NULL
      AND (\(condition)) ORDER BY repository_id, number
    """
  }

  private static let pullByNumber = selectPulls("repository_id = ?1 AND number = ?2")

  public func pull(_ repository: Int64, _ number: Int64) throws -> PullRow? {
    try db.first(
      SQLiteReader.pullByNumber, [.int(repository), .int(number)], row: PullRow.init)
  }

  public func pulls(_ repository: Int64, head sha: String) throws -> [PullRow] {
    let open = try pullNumbers(
      """
      SELECT number FROM pulls INDEXED BY pulls_by_head
      WHERE repository_id = ?1 AND head_sha = ?2
      """, repository, sha)
    let numbers = open.union(try pullNumbers(repository, mergedHead: sha))
    return try numbers.sorted().compactMap { try pull(repository, $0) }
  }

  func pullNumbers(_ repository: Int64, mergedHead sha: String) throws -> Set<Int64> {
    try pullNumbers(
      """
      SELECT number FROM pulls INDEXED BY pulls_by_merged_head
      WHERE repository_id = ?1 AND merged_head = ?2
      """, repository, sha)
  }

  /// One index at a time: for a union SQLite makes a table, which takes longer than all the rest.
  /// Left to itself, it walks a repository by its primary key here and in the statements below that
  /// name their index.
  func pullNumbers(_ sql: String, _ repository: Int64, _ sha: String) throws -> Set<Int64> {
    Set(try db.rows(sql, [.int(repository), .text(sha)]) { $0.int(0) })
  }

  public func openPulls() throws -> [PullRow] {
    try pulls(
      """
      (repository_id, number) IN (
        SELECT repository_id, number FROM pulls INDEXED BY pulls_open WHERE state = 'open')
      """, [])
  }

  func pulls(_ condition: String, _ arguments: [Scalar]) throws -> [PullRow] {
    try db.rows(SQLiteReader.selectPulls(condition), arguments, row: PullRow.init)
  }

  // MARK: evidence

  public func checks(_ repository: Int64, head sha: String) throws -> [CheckRow] {
    var rows = try db.rows(
      """
      SELECT source, run_id, head_sha, name, app_id, app_slug, creator_id, suite_id, status,
             conclusion, started_at, completed_at, entry, read_entry, read_since, told_order
      FROM checks INDEXED BY checks_by_head WHERE repository_id = ?1 AND head_sha = ?2
        AND name IS NOT NULL AND status IS NOT NULL AND entry IS NOT NULL
      """, [.int(repository), .text(sha)], row: CheckRow.init)
    for suite in Set(rows.compactMap(\.observation.suiteID)) {
      guard let run = try workflow(repository, suite: suite) else { continue }
      for index in rows.indices where rows[index].observation.suiteID == suite {
        (rows[index].trigger, rows[index].workflow) = run
      }
    }
    return rows
  }

  /// A suite has one run; of several the one that counts least.
  private func workflow(_ repository: Int64, suite: Int64) throws -> (String?, String?)? {
    try db.first(
      """
      SELECT event, path FROM workflow_runs INDEXED BY workflow_runs_by_suite
      WHERE repository_id = ?1 AND suite_id = ?2 AND event IS NOT NULL
      ORDER BY event = 'pull_request_target' DESC, event, path LIMIT 1
      """, [.int(repository), .int(suite)]
    ) { ($0.optionalText(0), $0.optionalText(1)) }
  }

  public func heads(_ repository: Int64, suite: Int64) throws -> [String] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT DISTINCT head_sha FROM checks INDEXED BY checks_by_suite
        WHERE repository_id = ?1 AND suite_id = ?2 ORDER BY head_sha
        """)
    return try String.fetchAll(statement, arguments: [repository, suite])
  }

  // MARK: what was concluded

  public func verdict(
    _ repository: Int64, _ pull: Int64, head sha: String
  ) throws -> VerdictRow? {
    try db.first(
      """
      SELECT state, summary, confirming, policy, entry FROM verdicts
      WHERE repository_id = ?1 AND pull = ?2 AND head_sha = ?3 AND state IS NOT NULL
        AND summary IS NOT NULL AND confirming IS NOT NULL AND policy IS NOT NULL
        AND entry IS NOT NULL
      """, [.int(repository), .int(pull), .text(sha)]
    ) { row in
      VerdictRow(
        state: row.text(0), summary: row.text(1), confirming: row.int(2) != 0,
        policy: row.text(3), entry: row.int(4))
    }
  }

  public func audit(_ repository: Int64, _ pull: Int64) throws -> AuditRow? {
    try db.first(
      """
      SELECT result, reason, policy, entry, sha FROM audits
      WHERE repository_id = ?1 AND pull = ?2 AND result IS NOT NULL
        AND reason IS NOT NULL AND policy IS NOT NULL AND entry IS NOT NULL
      """, [.int(repository), .int(pull)]
    ) { columns in
      var row = AuditRow(
        result: columns.text(0), summary: columns.text(1), policy: columns.text(2),
        entry: columns.int(3))
      row.sha = columns.optionalText(4)
      return row
    }
  }

  public func wantedStatus(
    _ repository: Int64, _ sha: String, _ context: String
  ) throws -> StatusText? {
    let statement = try db.cachedStatement(
      sql: """
        SELECT wanted_state, wanted_text FROM outbox
        WHERE repository_id = ?1 AND sha = ?2 AND context = ?3 AND wanted_state IS NOT NULL
        """)
    return try GRDB.Row.fetchOne(statement, arguments: [repository, sha, context]).map {
      try StatusText(state: $0(0), description: $0(1))
    }
  }

  public func currentPolicy() throws -> String? {
    try db.first("SELECT hash FROM policies ORDER BY policy_order DESC LIMIT 1") { $0.text(0) }
  }

  public func policy(hash: String) throws -> Stored? {
    try db.first("SELECT entry FROM policies WHERE hash = ?", [.text(hash)]) { $0.optionalInt(0) }
      .flatMap { try policies.entry(at: $0, read: entry(at:)) }
  }

  // MARK: effects

  private static let due = "wanted_state IS NOT posted_state OR wanted_text IS NOT posted_text"

  public func dueStatuses(limit: Int) throws -> [DueStatus] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT o.repository_id, full_name, sha, context, pull, wanted_state, wanted_text,
               wanted_entry, wanted_at
        FROM outbox o JOIN repositories r USING (repository_id)
        WHERE (\(SQLiteReader.due)) AND wanted_state IS NOT NULL
        ORDER BY wanted_entry LIMIT ?
        """)
    return try GRDB.Row.fetchAll(statement, arguments: [limit]).map { row in
      try DueStatus(
        repository: RepositoryRow(id: row(0), name: row(1)), sha: row(2), context: row(3),
        pull: row(4), text: StatusText(state: row(5), description: row(6)), verdict: row(7),
        wantedAt: Instant(stored: row(8)))
    }
  }

  public func oldestDueStatus() throws -> Instant? {
    let sql = "SELECT min(wanted_at) FROM outbox WHERE (\(SQLiteReader.due))"
    return try Int64.fetchOne(db.cachedStatement(sql: sql)).map(Instant.init(stored:))
  }

  /// Of open pull requests, of open merge groups, and of merges that are not decided.
  public func dueReads(limit: Int) throws -> [DueRead] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT repository_id, full_name, sha, policy, base, is_audit FROM (
          SELECT v.repository_id, v.head_sha AS sha, v.policy, p.base_ref AS base, 0 AS is_audit,
                 min(v.entry) AS wanted
          FROM verdicts v INDEXED BY verdicts_confirming
          CROSS JOIN pulls p ON p.repository_id = v.repository_id AND p.number = v.pull
          WHERE v.confirming = 1 AND p.state = 'open' AND p.head_sha = v.head_sha
          GROUP BY v.repository_id, v.head_sha, v.policy, p.base_ref
          UNION ALL
          SELECT v.repository_id, v.head_sha, v.policy, NULL, 0, v.entry
          FROM verdicts v INDEXED BY verdicts_confirming
          CROSS JOIN merge_groups g USING (repository_id, head_sha)
          WHERE v.confirming = 1 AND v.pull = 0 AND g.end_reason IS NULL
          UNION ALL
          SELECT repository_id, sha, policy, NULL, 1, min(entry)
          FROM audits INDEXED BY audits_undetermined
          WHERE result = 'undetermined' AND sha IS NOT NULL GROUP BY repository_id, sha, policy
        ) JOIN repositories USING (repository_id) ORDER BY wanted, is_audit LIMIT ?
        """)
    return try GRDB.Row.fetchAll(statement, arguments: [limit]).map { row in
      var due = try DueRead(
        repository: RepositoryRow(id: row(0), name: row(1)), sha: row(2), policy: row(3))
      due.base = try row(4)
      due.isAudit = try row(5)
      return due
    }
  }
}

extension PullRow {
  init(_ row: Columns) throws {
    try self.init(
      repository: row.int(0), number: row.int(1), headSHA: row.text(2), baseRef: row.text(3),
      isOpen: row.optionalText(4) == "open", headEntry: row.int(5), merge: Merge(row))
    author = row.optionalInt(13)
  }
}

extension PullRow.Merge {
  fileprivate init?(_ row: Columns) throws {
    guard let at = row.optionalInt(6), let head = row.optionalText(8),
      let base = row.optionalText(9), let entry = row.optionalInt(10)
    else { return nil }
    try self.init(
      at: Instant(stored: at), by: row.optionalInt(7), headSHA: head, baseRef: base,
      entry: entry, isFirsthand: row.int(11) == 1)
    sha = row.optionalText(12)
  }
}

extension CheckRow {
  fileprivate init?(_ row: Columns) throws {
    guard let source = Observation.Source(rawValue: row.text(0)) else { return nil }
    let observation = try Observation(
      source: source, runID: row.int(1), headSHA: row.text(2), name: row.text(3),
      appID: row.optionalInt(4), appSlug: row.optionalText(5), creatorID: row.optionalInt(6),
      suiteID: row.optionalInt(7), status: row.text(8), conclusion: row.optionalText(9),
      startedAt: row.optionalInt(10).map(Instant.init(stored:)),
      completedAt: row.optionalInt(11).map(Instant.init(stored:)))
    self.init(
      observation: observation, trigger: nil, entry: row.int(12),
      toldEntry: row.optionalText(15).flatMap { Int64($0) }, readEntry: row.optionalInt(13),
      readSince: row.optionalInt(14))
  }
}
