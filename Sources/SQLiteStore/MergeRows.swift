import GRDB
import Ledger

/// Merge queues, bases, and who writes under our contexts.
extension SQLiteReader {
  public func mergeGroup(_ repository: Int64, head sha: String) throws -> MergeGroupRow? {
    try groups(nil, "repository_id = ?1 AND head_sha = ?2", [.int(repository), .text(sha)]).first
  }

  public func mergeGroups(_ repository: Int64, pull: Int64) throws -> [MergeGroupRow] {
    try groups(
      "merge_groups_by_pull", "repository_id = ?1 AND pull = ?2", [.int(repository), .int(pull)])
  }

  public func mergeGroups(_ repository: Int64, on sha: String) throws -> [MergeGroupRow] {
    try groups(
      "merge_groups_by_base", "repository_id = ?1 AND base_sha = ?2",
      [.int(repository), .text(sha)])
  }

  public func openMergeGroups() throws -> [MergeGroupRow] {
    try groups("merge_groups_open", "end_reason IS NULL", [])
  }

  private func groups(
    _ index: String?, _ condition: String, _ arguments: [Scalar]
  ) throws -> [MergeGroupRow] {
    try db.rows(
      """
      SELECT repository_id, head_sha, head_ref, base_ref, base_sha, nullif(pull, 0), entry,
             end_reason
      FROM merge_groups \(index.map { "INDEXED BY \($0)" } ?? "")
      WHERE entry IS NOT NULL AND \(condition) ORDER BY entry
      """, arguments
    ) { row in
      MergeGroupRow(
        repository: row.int(0), headSHA: row.text(1), headRef: row.text(2), baseRef: row.text(3),
        baseSHA: row.text(4), pull: row.optionalInt(5), entry: row.int(6),
        endReason: row.optionalText(7))
    }
  }

  public func openPulls(_ repository: Int64, into branch: String) throws -> [PullRow] {
    try pulls(
      """
      repository_id = ?1 AND number IN (
        SELECT number FROM pulls INDEXED BY pulls_open_by_base
        WHERE repository_id = ?1 AND base_ref = ?2 AND state = 'open')
      """, [.int(repository), .text(branch)])
  }

  public func lastRead(_ repository: Int64, of sha: String) throws -> Int64? {
    try number(
      "SELECT since FROM reads WHERE repository_id = ?1 AND sha = ?2",
      [.int(repository), .text(sha)])
  }

  public func lastPush(_ repository: Int64, to branch: String) throws -> Int64? {
    try number(
      "SELECT told_entry FROM branches WHERE repository_id = ?1 AND branch = ?2",
      [.int(repository), .text(branch)])
  }

  private func number(_ sql: String, _ arguments: [Scalar]) throws -> Int64? {
    try db.first(sql, arguments) { $0.optionalInt(0) }
  }

  public func base(_ repository: Int64, of sha: String, _ branch: String) throws -> BaseRow? {
    let statement = try db.cachedStatement(
      sql: """
        SELECT base_sha, behind_by, since, entry FROM bases
        WHERE repository_id = ?1 AND head_sha = ?2 AND base_ref = ?3
        """)
    return try GRDB.Row.fetchOne(statement, arguments: [repository, sha, branch]).map {
      try BaseRow(baseSHA: $0(0), behindBy: $0(1), since: $0(2), entry: $0(3))
    }
  }

  public func postedStatus(
    _ repository: Int64, _ sha: String, _ context: String
  ) throws -> PostedRow? {
    let statement = try db.cachedStatement(
      sql: """
        SELECT posted_state, posted_text, posted_id, posted_form, posted_reporter FROM outbox
        WHERE repository_id = ?1 AND sha = ?2 AND context = ?3 AND posted_entry IS NOT NULL
        """)
    return try GRDB.Row.fetchOne(statement, arguments: [repository, sha, context]).map { row in
      let (state, text): (String?, String?) = try (row(0), row(1))
      return try PostedRow(
        text: state.map { StatusText(state: $0, description: text ?? "") }, id: row(2),
        form: row(3), reporter: row(4))
    }
  }

  public func isOwnReporter(_ form: String, _ reporter: Int64) throws -> Bool {
    try number(
      "SELECT 1 FROM reporters WHERE form = ?1 AND reporter = ?2",
      [.text(form), .int(reporter)]) != nil
  }

  public func hasAlarm(
    _ repository: Int64, _ source: Observation.Source, run: Int64
  ) throws -> Bool {
    try number(
      "SELECT 1 FROM alarms WHERE repository_id = ?1 AND source = ?2 AND run_id = ?3",
      [.int(repository), .text(source.rawValue), .int(run)]) != nil
  }
}
