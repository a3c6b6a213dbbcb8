import Foundation
import GRDB
import Ledger
import Merkle

/// Raw bodies and names: what an entry keeps, and what an entry takes away.
extension Appender {
  /// A body that came again is kept for the newer entry.
  func keep(
    _ evidence: Evidence, _ compressed: Zstandard.Compressed?, for entry: Entry
  ) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO evidence (sha256, codec, size, bytes, entry, received, signature)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (sha256) DO UPDATE SET entry = excluded.entry, received = excluded.received,
          signature = coalesce(signature, excluded.signature)
        """
    ).execute(arguments: [
      Data(evidence.reference.hash.bytes), compressed?.codec ?? 0, evidence.reference.size,
      Data(compressed?.bytes ?? evidence.bytes), Int64(frontier.size),
      entry.received.microseconds, evidence.signature.map { Data($0) },
    ])
  }

  /// A token's bearer names whom nobody named; GitHub, and a job's claims, may rename. Who was
  /// forgotten gets no name again.
  func name(_ person: Person, as source: Source) throws {
    var replaces = true
    if case .token = source { replaces = false }
    let update =
      "UPDATE SET login = excluded.login, sum = excluded.sum WHERE login <> excluded.login"
    try db.cachedStatement(
      sql: """
        INSERT INTO people (id, login, sum) SELECT ?1, ?2, ?3
        WHERE NOT EXISTS (SELECT 1 FROM forgotten_people WHERE person = ?1)
        ON CONFLICT (id) DO \(replaces ? update : "NOTHING")
        """
    ).execute(arguments: [person.id, person.login, Data(NameCheck.sum(person).bytes)])
  }

  /// Deletes what the entry says was deleted.
  func carryOut(_ entry: Entry) throws {
    guard let removal = Removal(entry) else { return }
    for hash in removal.hashes {
      try db.cachedStatement(sql: "DELETE FROM evidence WHERE sha256 = ?")
        .execute(arguments: [Data(hash.bytes)])
    }
    if let person = removal.person {
      try db.execute(sql: "DELETE FROM people WHERE id = ?", arguments: [person])
    }
  }

  /// A body may have been told of again after it was found to be old.
  func staleRemoval(among prepared: [PreparedSubmission]) throws -> StaleRemoval? {
    for removal in prepared.compactMap({ Removal($0.submission.entry) }) {
      guard let before = removal.before else { continue }
      let statement = try db.cachedStatement(
        sql: "SELECT received FROM evidence WHERE sha256 = ?")
      for hash in removal.hashes {
        let received = try Int64.fetchOne(statement, arguments: [Data(hash.bytes)])
        if received.map({ $0 < before.microseconds }) != true { return StaleRemoval() }
      }
    }
    return nil
  }
}

extension SQLiteReader {
  static func body(_ hash: Hash, codec: Int, size: Int, bytes: Data) throws -> [UInt8] {
    do { return try Zstandard.decompress(Array(bytes), codec: codec, size: size) } catch {
      throw BodyDamage.unreadable(hash, error.description)
    }
  }

  private static func readable(
    _ hash: Hash, codec: Int, size: Int, bytes: Data
  ) -> [UInt8]? {
    do { return try body(hash, codec: codec, size: size, bytes: bytes) } catch { return nil }
  }

  public func bodies(receivedBefore instant: Instant, limit: Int) throws -> [BodyRow] {
    let statement = try db.cachedStatement(
      sql: "SELECT sha256, size FROM evidence WHERE received < ? ORDER BY received LIMIT ?")
    return try GRDB.Row.fetchAll(statement, arguments: [instant.microseconds, limit]).map { row in
      BodyRow(hash: try row.hash(at: 0), size: try row(1))
    }
  }

  public func bodies(after cursor: Int64, limit: Int) throws -> BodyPage {
    let statement = try db.cachedStatement(
      sql: """
        SELECT rowid, sha256, codec, size, bytes, signature IS NOT NULL FROM evidence WHERE rowid > ?
        ORDER BY rowid LIMIT ?
        """)
    let rows = try GRDB.Row.fetchAll(statement, arguments: [cursor, limit])
    let bodies = try rows.map { row in
      let (hash, size): (Hash, Int) = (try row.hash(at: 1), try row(3))
      return BodyPage.Body(
        row: BodyRow(hash: hash, size: size),
        bytes: try SQLiteReader.readable(
          hash, codec: row(2), size: size, bytes: row(4)),
        isSigned: try row(5))
    }
    let last: Int64? = try rows.last?(0)
    return BodyPage(bodies: bodies, next: rows.count == limit ? last : nil)
  }

  public func bodyHashes(prefix: String, limit: Int) throws -> [Hash] {
    let low = prefix + String(repeating: "0", count: max(0, 64 - prefix.utf8.count))
    let high = prefix + String(repeating: "f", count: max(0, 64 - prefix.utf8.count))
    guard let first = Hash(hex: low), let last = Hash(hex: high) else { return [] }
    let there = try GRDB.Row.fetchAll(
      db, sql: "SELECT sha256 FROM evidence WHERE sha256 BETWEEN ? AND ? LIMIT ?",
      arguments: [Data(first.bytes), Data(last.bytes), limit])
    let gone = try String.fetchAll(
      db, sql: "SELECT sha256 FROM removed_bodies WHERE sha256 BETWEEN ? AND ? LIMIT ?",
      arguments: [low, high, limit])
    let all = try Set(there.map { try $0.hash(at: 0) } + gone.compactMap { Hash(hex: $0) })
    return Array(all.sorted { $0.hex < $1.hex }.prefix(limit))
  }

  public func removal(of hash: Hash) throws -> RemovalRow? {
    let statement = try db.cachedStatement(
      sql: "SELECT reason, entry FROM removed_bodies WHERE sha256 = ?")
    return try GRDB.Row.fetchOne(statement, arguments: [hash.hex]).map {
      try RemovalRow(reason: $0(0), entry: $0(1))
    }
  }

  public func bodyTotals(receivedBefore instant: Instant?) throws -> BodyTotals {
    var totals = BodyTotals()
    let all = try GRDB.Row.fetchOne(
      db,
      sql: """
        SELECT count(*), coalesce(sum(size), 0), coalesce(sum(length(bytes)), 0), min(received)
        FROM evidence
        """)
    if let all {
      (totals.count, totals.size, totals.stored) = try (all(0), all(1), all(2))
      let oldest: Int64? = try all(3)
      totals.oldest = try oldest.map(Instant.init(stored:))
    }
    let due = try GRDB.Row.fetchOne(
      db, sql: "SELECT count(*), coalesce(sum(size), 0) FROM evidence WHERE received < ?",
      arguments: [instant?.microseconds])
    if let due { (totals.dueCount, totals.dueSize) = try (due(0), due(1)) }
    let removed = try GRDB.Row.fetchOne(
      db,
      sql: """
        SELECT count(*) FILTER (WHERE reason = 'retention'),
          count(*) FILTER (WHERE reason = 'forgotten')
        FROM removed_bodies
        """)
    if let removed { (totals.pruned, totals.erased) = try (removed(0), removed(1)) }
    return totals
  }

  public func people(named login: String) throws -> [Person] {
    try GRDB.Row.fetchAll(
      db, sql: "SELECT id, login FROM people WHERE login = ? COLLATE NOCASE ORDER BY id",
      arguments: [login]
    ).map { try Person(id: $0(0), login: $0(1)) }
  }

  public func forgotten(_ person: Int64) throws -> Int64? {
    let statement = try db.cachedStatement(
      sql: "SELECT entry FROM forgotten_people WHERE person = ?")
    return try Int64.fetchOne(statement, arguments: [person])
  }
}
