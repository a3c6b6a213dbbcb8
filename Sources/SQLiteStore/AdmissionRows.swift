import GRDB
import Ledger

extension SQLiteReader {
  public func admissionVerdict(_ key: AdmissionKey) throws -> Int64? {
    let statement = try db.cachedStatement(
      sql: """
        SELECT max(entry) FROM admission_verdicts
        WHERE namespace = ? AND subject = ? AND cluster = ?
        """)
    return try Int64.fetchOne(
      statement, arguments: [key.namespace, key.subject, key.cluster ?? ""])
  }

  public func deployVerdicts(
    of digest: String, in environments: Set<String>
  ) throws -> [ImageVerdictRow] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT service, subject, variant, state, summary, entry FROM deploy_verdicts v
        WHERE digest = ?1 AND environment = ?2 AND NOT EXISTS (
          SELECT 1 FROM deploy_verdicts w
          WHERE w.service = v.service AND w.environment = v.environment
            AND w.subject = v.subject AND w.variant = v.variant AND w.entry > v.entry)
        """)
    // An environment that was renamed stays one: what was said of its old name is replaced, too.
    var newest: [[String]: ImageVerdictRow] = [:]
    for environment in environments {
      for row in try GRDB.Row.fetchAll(statement, arguments: [digest, environment]) {
        let question: [String] = try [row(0), row(1), row(2)]
        let answer = try SQLiteReader.imageVerdict(row)
        if let other = newest[question], other.entry > answer.entry { continue }
        newest[question] = answer
      }
    }
    return newest.values.sorted { $0.entry > $1.entry }
  }

  private static func imageVerdict(_ row: GRDB.Row) throws -> ImageVerdictRow {
    let state: String = try row(3)
    return try ImageVerdictRow(
      service: row(0), isAllowed: state == "allow", summary: row(4) ?? "", entry: row(5))
  }

  public func images(tagged tag: String, limit: Int) throws -> [TaggedImageRow] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT origin, digest, outcome_entry FROM history
        WHERE kind = 'image' AND note = ? AND outcome IS NOT 'deleted'
          AND origin NOT NULL AND digest NOT NULL
        ORDER BY outcome_entry DESC LIMIT ?
        """)
    return try GRDB.Row.fetchAll(statement, arguments: [tag, limit]).compactMap { row in
      try Origin(text: row(0)).map { try TaggedImageRow(origin: $0, digest: row(1), entry: row(2)) }
    }
  }
}
