import GRDB
import Ledger

extension SQLiteReader {
  public func known(deliveries: [String]) throws -> Set<String> {
    let statement = try db.cachedStatement(sql: "SELECT 1 FROM deliveries WHERE guid = ? LIMIT 1")
    return Set(
      try deliveries.filter { try Int.fetchOne(statement, arguments: [$0]) != nil })
  }

  public func deliveringHooks() throws -> Set<Int64> {
    // 0 stands for a delivery that named none.
    try Int64.fetchSet(
      db.cachedStatement(sql: "SELECT DISTINCT hook_id FROM deliveries WHERE hook_id <> 0"))
  }

  public func coverage() throws -> [CoverageRow] {
    let gaps = try GRDB.Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT hook, repository_id, from_at, to_at FROM coverage_gaps WHERE to_at IS NOT NULL
          ORDER BY from_at
          """))
    let rows = try GRDB.Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT hook, repository_id, covered_to FROM coverage WHERE covered_to IS NOT NULL
          ORDER BY hook, repository_id
          """))
    return try rows.map { row in
      let (hook, repository): (String, Int64) = try (row(0), row(1))
      return try CoverageRow(
        hook: hook, repository: repository, coveredTo: Instant(stored: row(2)),
        gaps: gaps.filter { try ($0(0) as String) == hook && ($0(1) as Int64) == repository }.map {
          try CoverageRow.Gap(
            from: Instant(stored: $0(2)), to: Instant(stored: $0(3)))
        })
    }
  }

  public func lostDeliveries() throws -> [LostDelivery] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT guid, event, at, hook, state FROM lost_deliveries l
        WHERE state IS NOT NULL AND hook IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.guid = l.guid)
        ORDER BY at, guid
        """)
    return try GRDB.Row.fetchAll(statement).map { row in
      let at: Int64? = try row(2)
      return try LostDelivery(
        guid: row(0), event: row(1), at: at.map(Instant.init(stored:)), hook: row(3),
        state: LostDelivery.State(rawValue: row(4)) ?? .asked)
    }
  }

  public func recoveredDeliveries() throws -> Int {
    let statement = try db.cachedStatement(
      sql: """
        SELECT count(*) FROM lost_deliveries l WHERE state IS NOT NULL AND hook IS NOT NULL
          AND EXISTS (SELECT 1 FROM deliveries d WHERE d.guid = l.guid)
        """)
    return try Int.fetchOne(statement) ?? 0
  }
}
