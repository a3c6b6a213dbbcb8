import Foundation
import GRDB
import Ledger

extension SQLiteReader {
  /// For more names than that reading every entry is quicker, and SQLite takes no more than 1,000.
  private static var maximumNeedles: Int { 100 }

  public func entries(of streams: Set<String>, in range: Range<Int64>) throws -> [Stored] {
    guard !streams.isEmpty else { return [] }
    let wanted = Set(streams.map(ByteText.init(_:)))
    let names = streams.count > SQLiteReader.maximumNeedles ? [] : streams.sorted()
    // The name of a member: within a text its quotation mark would be escaped.
    let needles = names.map { Data(JSON.string($0).canonicalBytes + [0x3A]) }
    let places = needles.map { _ in "instr(bytes, ?)" }.joined(separator: " OR ")
    let filter = names.isEmpty ? "" : "AND (\(places))"
    let rows = try GRDB.Row.fetchCursor(
      db, sql: "SELECT idx, bytes FROM entries WHERE idx >= ? AND idx < ? \(filter) ORDER BY idx",
      arguments: StatementArguments([range.lowerBound, range.upperBound])
        + StatementArguments(needles))
    var found: [Stored] = []
    while let row = try rows.next() {
      let stored = try SQLiteReader.stored(row)
      if stored.entry.streams.keys.contains(where: { wanted.contains(ByteText($0)) }) {
        found.append(stored)
      }
    }
    return found
  }

  public func end(of stream: String) throws -> Int64 {
    let statement = try db.cachedStatement(sql: "SELECT seq FROM streams WHERE name = ?")
    return try Int64.fetchOne(statement, arguments: [stream]) ?? 0
  }

  public func numberedFrom() throws -> Int64 {
    let first = try firstNumbered()
    let cursor = try GRDB.Row.fetchCursor(
      db, sql: "SELECT idx, bytes FROM entries WHERE idx < ? ORDER BY idx DESC",
      arguments: [first ?? .max])
    while let row = try cursor.next() {
      let stored = try SQLiteReader.stored(row)
      if !Streams.names(of: stored.entry).isEmpty { return stored.index + 1 }
    }
    return 0
  }

  private func firstNumbered() throws -> Int64? {
    let cursor = try GRDB.Row.fetchCursor(
      db, sql: "SELECT idx, bytes FROM entries WHERE instr(bytes, ?) ORDER BY idx",
      arguments: [Data(#","streams":{""#.utf8)])
    while let row = try cursor.next() {
      let stored = try SQLiteReader.stored(row)
      if !stored.entry.streams.isEmpty { return stored.index }
    }
    return nil
  }

  /// `CitedReads` asks for the same of every export that was ever made: what is added here must not
  /// be asked for of those from before.
  public func deliveryReads(of repository: Int64) throws -> [Stored] {
    let cited = try Int64.fetchSet(
      db,
      sql: """
        SELECT entry FROM coverage WHERE repository_id = ?1
        UNION SELECT entry FROM coverage_gaps WHERE repository_id = ?1
        UNION SELECT l.entry FROM lost_deliveries l WHERE EXISTS (
          SELECT 1 FROM coverage c WHERE c.hook = l.hook AND c.repository_id = ?1)
        """, arguments: [repository])
    var hooks: Set<[JSON]> = []
    var (reads, next): ([Stored], Int64) = ([], 0)
    // The first of each hook says since when. Which hook is the App's is told from some time on.
    while case let batch = try entries(from: next, limit: 500, kind: .deliveriesRead),
      let last = batch.last
    {
      reads += batch.filter { read in
        guard (read.entry.data["repository_id"]?.int ?? 0) == repository else { return false }
        let hook = ["hook", "hook_id"].map { read.entry.data[$0] ?? .null }
        let isFirst = hooks.insert(hook).inserted
        return isFirst || cited.contains(read.index)
      }
      next = last.index + 1
    }
    return reads
  }
}
