import GRDB
import Ledger

extension SQLiteReader {
  // MARK: evidence

  public func pushes(_ repository: Int64, sha: String) throws -> [PushRow] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT ref, at, entry FROM pushes WHERE repository_id = ?1 AND sha = ?2 AND at NOT NULL
        ORDER BY ref
        """)
    return try GRDB.Row.fetchAll(statement, arguments: [repository, sha]).map {
      try PushRow(ref: $0(0), at: Instant(stored: $0(1)), entry: $0(2))
    }
  }

  public func pulls(_ repository: Int64, mergedAs sha: String) throws -> [PullRow] {
    try pulls("repository_id = ?1 AND merge_sha = ?2", [.int(repository), .text(sha)])
  }

  private static let imageSource = """
    SELECT digest, repository_id, commit_sha, told_by, image, entry FROM image_sources
    """

  public func imageSources(of digest: String) throws -> [ImageSourceRow] {
    try imageSources("\(SQLiteReader.imageSource) WHERE digest = ? ORDER BY 2, 3, 4", [digest])
  }

  public func imageSources(_ repository: Int64, commit: String) throws -> [ImageSourceRow] {
    try imageSources(
      "\(SQLiteReader.imageSource) WHERE repository_id = ? AND commit_sha = ? ORDER BY 1, 4",
      [repository, commit])
  }

  private func imageSources(
    _ sql: String, _ arguments: StatementArguments
  ) throws -> [ImageSourceRow] {
    try GRDB.Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments).map {
      try ImageSourceRow(
        digest: $0(0), repository: $0(1), commit: $0(2), toldBy: $0(3), image: $0(4), entry: $0(5))
    }
  }

  public func attestations(of digest: String) throws -> [AttestationRow] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT repository_id, commit_sha, predicate_type, told_by, verification, entry, newest
        FROM attestations WHERE digest = ? ORDER BY 1, 2, 3, 4, 5
        """)
    return try GRDB.Row.fetchAll(statement, arguments: [digest]).map {
      try AttestationRow(
        repository: $0(0), commit: $0(1), predicateType: $0(2), toldBy: $0(3),
        verification: $0(4), entry: $0(5), newest: $0(6))
    }
  }

  public func scans(of digest: String) throws -> [ScanRow] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT tool, repository_id, scanned_at, critical, high, medium, low, entry, told_by
        FROM scans WHERE digest = ? AND scanned_at NOT NULL
        ORDER BY tool, repository_id, told_by
        """)
    return try GRDB.Row.fetchAll(statement, arguments: [digest]).map { row in
      try ScanRow(
        tool: row(0), repository: row(1), scannedAt: Instant(stored: row(2)),
        counts: (3...6).map { try row($0) as Int64? }, entry: row(7), toldBy: row(8))
    }
  }

  public func reviews(_ repository: Int64, pull: Int64) throws -> [ReviewRow] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT author, state, commit_sha, submitted_at, association, author_type, entry
        FROM reviews WHERE repository_id = ? AND pull = ? AND state NOT NULL ORDER BY review_id
        """)
    return try GRDB.Row.fetchAll(statement, arguments: [repository, pull]).map { row in
      try ReviewRow(
        author: row(0), state: row(1), commit: row(2),
        submittedAt: (row(3) as Int64?).map(Instant.init(stored:)),
        standing: ReviewerStanding(association: row(4), type: row(5)), entry: row(6))
    }
  }

  public func snapshot(_ origin: Origin) throws -> SnapshotRow? {
    let statement = try db.cachedStatement(
      sql: """
        SELECT snapshot_at, desired, ready, snapshot_entry FROM places
        WHERE origin = ? AND environment = '' AND snapshot_at NOT NULL
        """)
    return try GRDB.Row.fetchOne(statement, arguments: [origin.text]).map {
      try SnapshotRow(
        at: Instant(stored: $0(0)), desired: $0(1), ready: $0(2), entry: $0(3))
    }
  }

  // MARK: what was concluded

  private static let deployVerdict = """
    SELECT service, environment, subject, variant, digest, commit_sha, state, is_temporary, policy,
      ask, decided_at, entry FROM deploy_verdicts
    """

  public func deployVerdict(_ key: DeployKey) throws -> DeployVerdictRow? {
    let statement = try db.cachedStatement(
      sql: """
        \(SQLiteReader.deployVerdict) WHERE service = ? AND environment = ? AND subject = ?
          AND variant = ? ORDER BY entry DESC LIMIT 1
        """)
    return try GRDB.Row.fetchOne(
      statement, arguments: [key.service, key.environment, key.subject, key.variant]
    ).map(DeployVerdictRow.init)
  }

  public func deployVerdict(at entry: Int64) throws -> DeployVerdictRow? {
    let statement = try db.cachedStatement(
      sql: "\(SQLiteReader.deployVerdict) WHERE entry = ?")
    return try GRDB.Row.fetchOne(statement, arguments: [entry]).map(DeployVerdictRow.init)
  }

  public func deployVerdicts(
    _ service: String, _ environment: String, until: Instant, limit: Int
  ) throws -> [DeployVerdictRow] {
    let statement = try db.cachedStatement(
      sql: """
        \(SQLiteReader.deployVerdict) WHERE service = ? AND environment = ? AND decided_at <= ?
        ORDER BY entry DESC LIMIT ?
        """)
    return try GRDB.Row.fetchAll(
      statement, arguments: [service, environment, until.microseconds, limit]
    ).map(DeployVerdictRow.init)
  }

  public func noteCount(_ key: DeployKey) throws -> Int {
    let statement = try db.cachedStatement(
      sql: """
        SELECT count(*) FROM deploy_verdicts WHERE service = ? AND environment = ?
          AND subject = ? AND variant = ? AND is_temporary = 1
        """)
    return try Int.fetchOne(
      statement, arguments: [key.service, key.environment, key.subject, key.variant]) ?? 0
  }

  public func deployBypass(_ node: Ledger.Node) throws -> Int64? {
    let statement = try db.cachedStatement(sql: "SELECT entry FROM deploy_bypasses WHERE node = ?")
    return try Int64.fetchOne(statement, arguments: [node.text])
  }

  // MARK: answers to GitHub

  private static let isOpen = "(answered_request IS NOT request OR answered_state IS NULL)"

  public func dueRuleAnswers(limit: Int) throws -> [DueRuleAnswer] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT a.repository_id, full_name, run_id, environment, sha, wanted_state, wanted_text,
               wanted_entry, request
        FROM rule_answers a JOIN repositories r USING (repository_id)
        WHERE \(SQLiteReader.isOpen) AND wanted_text <> '' AND request NOT NULL
          AND (answered_request IS NOT request OR answered_state IS NOT wanted_state
            OR answered_text IS NOT wanted_text)
        ORDER BY wanted_entry LIMIT ?
        """)
    return try GRDB.Row.fetchAll(statement, arguments: [limit]).map { row in
      try DueRuleAnswer(
        repository: RepositoryRow(id: row(0), name: row(1)), run: row(2), environment: row(3),
        sha: row(4), state: row(5), comment: row(6), verdict: row(7), request: row(8))
    }
  }

  public func openRuleRequests(_ repository: Int64?) throws -> [OpenRuleRequest] {
    try db.rows(
      """
      SELECT repository_id, request, coalesce(wanted_ask, request), asked_at FROM rule_answers
      WHERE \(SQLiteReader.isOpen) AND request NOT NULL
        AND (?1 IS NULL OR repository_id = ?1) ORDER BY request
      """, [Scalar(repository)]
    ) { row in
      try OpenRuleRequest(
        repository: row.int(0), request: row.int(1), ask: row.int(2),
        askedAt: Instant(stored: row.int(3)))
    }
  }
}

extension DeployVerdictRow {
  fileprivate init(_ row: GRDB.Row) throws {
    try self.init(
      key: DeployKey(service: row(0), environment: row(1), subject: row(2), variant: row(3)),
      digest: row(4), commit: row(5), state: row(6), isTemporary: row(7), policy: row(8),
      ask: row(9) ?? -1, decidedAt: Instant(stored: row(10) ?? 0), entry: row(11))
  }
}
