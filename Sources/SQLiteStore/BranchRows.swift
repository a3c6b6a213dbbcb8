import GRDB
import Ledger

extension SQLiteReader {
  public func policy(before entry: Int64) throws -> Stored? {
    try db.first(
      "SELECT idx FROM entries WHERE kind = ? AND idx < ? ORDER BY idx DESC LIMIT 1",
      [.text(Kind.policy.name), .int(entry)]
    ) { $0.int(0) }.flatMap { try policies.entry(at: $0, read: self.entry(at:)) }
  }

  // MARK: landings

  public func pulls(_ repository: Int64, landedAs sha: String) throws -> [PullRow] {
    let merged = try pullNumbers(
      """
      SELECT number FROM pulls INDEXED BY pulls_by_merge
      WHERE repository_id = ?1 AND merge_sha = ?2
      """, repository, sha)
    let found = try pullNumbers(
      """
      SELECT number FROM pulls INDEXED BY pulls_by_found
      WHERE found_sha = ?2 AND repository_id = ?1
      """, repository, sha)
    let numbers = merged.union(found).union(try pullNumbers(repository, mergedHead: sha))
    return try numbers.sorted().compactMap { try pull(repository, $0) }.filter { $0.merge != nil }
  }

  private static func selectLandings(_ index: String, _ condition: String) -> String {
    """
    SELECT repository_id, branch, sha, before, actor, at, forced, created, entry
    FROM landings INDEXED BY \(index) WHERE entry IS NOT NULL AND \(condition)
    ORDER BY repository_id, branch, sha
    """
  }

  private static let landingsOfCommit = selectLandings(
    "landings_by_sha", "repository_id = ? AND sha = ?")
  private static let landingsSince = selectLandings("landings_by_entry", "entry > ?")

  public func landings(_ repository: Int64, sha: String) throws -> [LandingRow] {
    try db.rows(
      SQLiteReader.landingsOfCommit, [.int(repository), .text(sha)], row: LandingRow.init)
  }

  public func landings(since entry: Int64) throws -> [LandingRow] {
    try db.rows(SQLiteReader.landingsSince, [.int(entry)], row: LandingRow.init)
  }

  public func landingAudit(
    _ repository: Int64, branch: String, sha: String
  ) throws -> LandingAuditRow? {
    try db.first(
      """
      SELECT result, reason, summary, landing_entry, entry FROM landing_audits
      WHERE repository_id = ? AND branch = ? AND sha = ? AND result IS NOT NULL
        AND summary IS NOT NULL AND landing_entry IS NOT NULL AND entry IS NOT NULL
      """, [.int(repository), .text(branch), .text(sha)]
    ) { row in
      LandingAuditRow(
        result: row.text(0), reason: row.optionalText(1), summary: row.text(2),
        landing: row.int(3), entry: row.int(4))
    }
  }

  public func landingRead(_ repository: Int64, sha: String) throws -> Stored? {
    let statement = try db.cachedStatement(
      sql: "SELECT entry FROM landing_reads WHERE repository_id = ? AND sha = ?")
    return try Int64.fetchOne(statement, arguments: [repository, sha])
      .flatMap { try entry(at: $0) }
  }

  public func dueLandings(until instant: Instant, limit: Int) throws -> [DueLanding] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT a.repository_id, full_name, a.branch, a.sha, l.at, a.entry
        FROM landing_audits a JOIN repositories r USING (repository_id)
        JOIN landings l USING (repository_id, branch, sha)
        WHERE a.confirming = 1 AND a.concluded_at <= ? ORDER BY a.entry LIMIT ?
        """)
    return try GRDB.Row.fetchAll(statement, arguments: [instant.microseconds, limit]).map { row in
      let at: Int64? = try row(4)
      return try DueLanding(
        repository: RepositoryRow(id: row(0), name: row(1)), branch: row(2), sha: row(3),
        pushedAt: at.map(Instant.init(stored:)), entry: row(5))
    }
  }

  // MARK: protections

  public func protectionChanges(_ repository: Int64) throws -> [ProtectionChange] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT entry FROM protections WHERE repository_id = ? AND entry IS NOT NULL
        ORDER BY form, rule_id, change
        """)
    return try Int64.fetchAll(statement, arguments: [repository]).compactMap { index in
      try entry(at: index).flatMap(ProtectionChange.init)
    }
  }

  public func protectionAudits(_ repository: Int64) throws -> [ProtectionAuditRow] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT rule, change_entry, result, entry FROM protection_audits
        WHERE repository_id = ? AND result IS NOT NULL AND entry IS NOT NULL ORDER BY entry
        """)
    return try GRDB.Row.fetchAll(statement, arguments: [repository]).map {
      try ProtectionAuditRow(rule: $0(0), change: $0(1), result: $0(2), entry: $0(3))
    }
  }

  public func protectedRepositories() throws -> [Int64] {
    try Int64.fetchAll(
      db.cachedStatement(sql: "SELECT DISTINCT repository_id FROM protections ORDER BY 1"))
  }

  public func capabilities() throws -> [CapabilityRow] { try capabilities("1", []) }

  public func capability(_ repository: Int64, branch: String) throws -> CapabilityRow? {
    try capabilities("c.repository_id = ? AND c.branch = ?", [repository, branch]).first
  }

  private func capabilities(
    _ condition: String, _ arguments: StatementArguments
  ) throws -> [CapabilityRow] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT c.repository_id, full_name, c.branch, c.state, c.contexts, c.reason, c.entry
        FROM capabilities c JOIN repositories r USING (repository_id)
        WHERE \(condition) ORDER BY c.repository_id, c.branch
        """)
    return try GRDB.Row.fetchAll(statement, arguments: arguments).map { row in
      let contexts: String? = try row(4)
      return try CapabilityRow(
        repository: RepositoryRow(id: row(0), name: row(1)), branch: row(2), state: row(3),
        contexts: CapabilityRow.contexts(try contexts.map { try JSON.parse(Array($0.utf8)) }),
        reason: row(5), entry: row(6))
    }
  }

  // MARK: errands and installations

  public func dueErrands(limit: Int) throws -> [DueErrand] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT e.key, e.errand, e.repository_id, full_name, e.pull, e.entry
        FROM errands e JOIN repositories r USING (repository_id)
        WHERE e.done_entry IS NULL AND e.errand IS NOT NULL AND e.entry IS NOT NULL
        ORDER BY e.entry, e.key LIMIT ?
        """)
    return try GRDB.Row.fetchAll(statement, arguments: [limit]).map { row in
      try DueErrand(
        key: row(0), errand: row(1), repository: RepositoryRow(id: row(2), name: row(3)),
        pull: row(4), entry: row(5))
    }
  }

  public func errandNumber(_ key: String) throws -> Int64? {
    try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT number FROM errands WHERE key = ? AND number IS NOT NULL"),
      arguments: [key])
  }

  public func installations() throws -> [InstallationRow] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT installation_id, repository_id, state, account, entry FROM installations
        WHERE state IS NOT NULL AND entry IS NOT NULL ORDER BY installation_id, repository_id
        """)
    return try GRDB.Row.fetchAll(statement).map { row in
      let repository: Int64 = try row(1)
      return try InstallationRow(
        id: row(0), repository: repository == 0 ? nil : repository, state: row(2),
        account: row(3), entry: row(4))
    }
  }
}

extension LandingRow {
  fileprivate init(_ row: Columns) throws {
    try self.init(
      repository: row.int(0), branch: row.text(1), sha: row.text(2), before: row.optionalText(3),
      actor: row.optionalInt(4), at: row.optionalInt(5).map(Instant.init(stored:)),
      isForced: row.int(6) == 1, isCreated: row.int(7) == 1, entry: row.int(8))
  }
}
