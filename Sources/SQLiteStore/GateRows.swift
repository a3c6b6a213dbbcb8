import GRDB
import Ledger

extension SQLiteReader {
  public func repository(named name: String) throws -> RepositoryRow? {
    try repository(
      "SELECT repository_id, full_name FROM repositories WHERE full_name = ? COLLATE NOCASE "
        + "ORDER BY name_order DESC LIMIT 1", [name])
  }

  public func repository(_ id: Int64) throws -> RepositoryRow? {
    try repository(
      "SELECT repository_id, full_name FROM repositories WHERE repository_id = ?", [id])
  }

  private func repository(
    _ sql: String, _ arguments: StatementArguments
  ) throws -> RepositoryRow? {
    try GRDB.Row.fetchOne(db.cachedStatement(sql: sql), arguments: arguments).map {
      RepositoryRow(id: $0[0], name: $0[1])
    }
  }

  // MARK: pull requests

  public func pull(_ repository: Int64, _ number: Int64) throws -> PullRow? {
    try pulls("repository_id = ?1 AND number = ?2", [repository, number]).first
  }

  /// SQLite, left to itself, walks a repository by its primary key here and in the statements below
  /// that name their index.
  public func pulls(_ repository: Int64, head sha: String) throws -> [PullRow] {
    try pulls(
      """
      repository_id = ?1 AND number IN (
        SELECT number FROM pulls INDEXED BY pulls_by_head
        WHERE repository_id = ?1 AND head_sha = ?2
        UNION SELECT number FROM pulls INDEXED BY pulls_by_merged_head
        WHERE repository_id = ?1 AND merged_head = ?2)
      """, [repository, sha])
  }

  public func openPulls() throws -> [PullRow] {
    try pulls(
      """
      (repository_id, number) IN (
        SELECT repository_id, number FROM pulls INDEXED BY pulls_open WHERE state = 'open')
      """, [])
  }

  func pulls(_ condition: String, _ arguments: StatementArguments) throws -> [PullRow] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT repository_id, number, head_sha, base_ref, state, head_entry,
               merged_at, merged_by, merged_head, merged_base, merge_entry, merge_firsthand,
               coalesce(merge_sha, found_sha), author
        FROM pulls WHERE head_sha IS NOT NULL AND base_ref IS NOT NULL AND head_entry IS NOT NULL
          AND (\(condition)) ORDER BY repository_id, number
        """)
    return try GRDB.Row.fetchAll(statement, arguments: arguments).map(PullRow.init)
  }

  // MARK: evidence

  public func checks(_ repository: Int64, head sha: String) throws -> [CheckRow] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT source, run_id, head_sha, name, app_id, app_slug, creator_id, suite_id, status,
               conclusion, started_at, completed_at, entry, read_entry, read_since, told_order,
               (SELECT event FROM workflow_runs w INDEXED BY workflow_runs_by_suite \(SQLiteReader.ofSuite)),
               (SELECT path FROM workflow_runs w INDEXED BY workflow_runs_by_suite \(SQLiteReader.ofSuite))
        FROM checks c INDEXED BY checks_by_head WHERE repository_id = ?1 AND head_sha = ?2
          AND name IS NOT NULL AND status IS NOT NULL AND entry IS NOT NULL
        """)
    return try GRDB.Row.fetchAll(statement, arguments: [repository, sha]).compactMap(CheckRow.init)
  }

  /// A suite has one run; of several the one that counts least.
  private static let ofSuite = """
    WHERE w.repository_id = c.repository_id AND w.suite_id = c.suite_id AND event IS NOT NULL
    ORDER BY event = 'pull_request_target' DESC, event, path LIMIT 1
    """

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
    let statement = try db.cachedStatement(
      sql: """
        SELECT state, summary, confirming, policy, entry FROM verdicts
        WHERE repository_id = ?1 AND pull = ?2 AND head_sha = ?3 AND state IS NOT NULL
          AND summary IS NOT NULL AND confirming IS NOT NULL AND policy IS NOT NULL
          AND entry IS NOT NULL
        """)
    return try GRDB.Row.fetchOne(statement, arguments: [repository, pull, sha]).map {
      VerdictRow(state: $0[0], summary: $0[1], confirming: $0[2], policy: $0[3], entry: $0[4])
    }
  }

  public func audit(_ repository: Int64, _ pull: Int64) throws -> AuditRow? {
    let statement = try db.cachedStatement(
      sql: """
        SELECT result, reason, policy, entry, sha FROM audits
        WHERE repository_id = ?1 AND pull = ?2 AND result IS NOT NULL
          AND reason IS NOT NULL AND policy IS NOT NULL AND entry IS NOT NULL
        """)
    return try GRDB.Row.fetchOne(statement, arguments: [repository, pull]).map {
      var row = AuditRow(result: $0[0], summary: $0[1], policy: $0[2], entry: $0[3])
      row.sha = $0[4]
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
      StatusText(state: $0[0], description: $0[1])
    }
  }

  public func currentPolicy() throws -> String? {
    try String.fetchOne(
      db.cachedStatement(sql: "SELECT hash FROM policies ORDER BY policy_order DESC LIMIT 1"))
  }

  public func policy(hash: String) throws -> Stored? {
    let statement = try db.cachedStatement(sql: "SELECT entry FROM policies WHERE hash = ?")
    return try Int64.fetchOne(statement, arguments: [hash]).flatMap { try entry(at: $0) }
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
      DueStatus(
        repository: RepositoryRow(id: row[0], name: row[1]), sha: row[2], context: row[3],
        pull: row[4], text: StatusText(state: row[5], description: row[6]), verdict: row[7],
        wantedAt: Instant(microseconds: row[8]))
    }
  }

  public func oldestDueStatus() throws -> Instant? {
    let sql = "SELECT min(wanted_at) FROM outbox WHERE (\(SQLiteReader.due))"
    return try Int64.fetchOne(db.cachedStatement(sql: sql)).map(Instant.init(microseconds:))
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
      var due = DueRead(
        repository: RepositoryRow(id: row[0], name: row[1]), sha: row[2], policy: row[3])
      due.base = row[4]
      due.isAudit = row[5]
      return due
    }
  }
}

extension PullRow {
  fileprivate init(_ row: GRDB.Row) {
    let (mergedAt, mergedHead): (Int64?, String?) = (row[6], row[8])
    let (mergedBase, mergeEntry): (String?, Int64?) = (row[9], row[10])
    var merge: Merge?
    if let mergedAt, let mergedHead, let mergedBase, let mergeEntry {
      merge = Merge(
        at: Instant(microseconds: mergedAt), by: row[7], headSHA: mergedHead, baseRef: mergedBase,
        entry: mergeEntry, isFirsthand: row[11] == 1)
      merge?.sha = row[12]
    }
    self.init(
      repository: row[0], number: row[1], headSHA: row[2], baseRef: row[3],
      isOpen: (row[4] as String?) == "open", headEntry: row[5],
      merge: merge)
    author = row[13]
  }
}

extension CheckRow {
  fileprivate init?(_ row: GRDB.Row) {
    guard let source = Observation.Source(rawValue: row[0]) else { return nil }
    let (started, completed): (Int64?, Int64?) = (row[10], row[11])
    let observation = Observation(
      source: source, runID: row[1], headSHA: row[2], name: row[3], appID: row[4],
      appSlug: row[5], creatorID: row[6], suiteID: row[7], status: row[8], conclusion: row[9],
      startedAt: started.map(Instant.init(microseconds:)),
      completedAt: completed.map(Instant.init(microseconds:)))
    let told: String? = row[15]
    self.init(
      observation: observation, trigger: row[16], entry: row[12],
      toldEntry: told.flatMap { Int64($0) }, readEntry: row[13], readSince: row[14])
    workflow = row[17]
  }
}
