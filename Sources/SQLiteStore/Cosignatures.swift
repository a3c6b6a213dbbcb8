import GRDB
import Ledger
import Merkle

extension SQLiteLedger: WitnessedStore {
  public func keepCheckpoint() async throws -> StoredCheckpoint? {
    try await writer.run { db in
      guard let newest = try SQLiteReader(db).checkpoint() else { return nil }
      try db.cachedStatement(sql: "UPDATE checkpoints SET kept = 1 WHERE size = ? AND kept = 0")
        .execute(arguments: [newest.size])
      return newest
    }
  }

  public func cosign(_ size: Int64, _ lines: [NoteSignature], at now: Instant) async throws {
    try await writer.run { db in
      try db.cachedStatement(sql: "UPDATE checkpoints SET kept = 1 WHERE size = ?")
        .execute(arguments: [size])
      guard db.changesCount == 1 else {
        throw StoreError.failed("there is no checkpoint of size \(size)")
      }
      for line in lines { try Cosignatures.write(line, size, now, to: db) }
    }
  }
}

private enum Cosignatures {
  /// As the witness signed it: when the line came, nothing vouches for. 1970 for a line without, and
  /// for a damaged one, which the witness's next line replaces.
  static func time(_ line: String) -> Instant {
    let seconds: UInt64?
    do { seconds = try NoteSignature(line: line).time } catch { seconds = nil }
    return Instant(seconds: Int64(min(seconds ?? 0, 253_402_300_799)))
  }

  static func write(
    _ signature: NoteSignature, _ size: Int64, _ now: Instant, to db: Database
  ) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO cosignatures (size, name, key_id, line, at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (size, name, key_id) DO UPDATE SET line = excluded.line, at = excluded.at
        """
    ).execute(arguments: [
      size, signature.name, Int64(signature.id), signature.line, now.microseconds,
    ])
  }
}

extension SQLiteReader {
  public func cosignatures(of size: Int64) throws -> [StoredCosignature] {
    try cosignatures("WHERE size = ? ORDER BY name, key_id", [size])
  }

  public func lastCosignature(by witness: NoteVerifier) throws -> StoredCosignature? {
    try cosignatures(
      "WHERE name = ? AND key_id = ? ORDER BY size DESC LIMIT 1",
      [witness.name, Int64(witness.id)]
    ).first
  }

  public func lastCosigned(by witnesses: [NoteVerifier], atLeast quorum: Int) throws -> Int64? {
    guard !witnesses.isEmpty, quorum > 0 else { return nil }
    let keys = witnesses.map { _ in "(name = ? AND key_id = ?)" }.joined(separator: " OR ")
    let values = witnesses.flatMap { [$0.name.databaseValue, Int64($0.id).databaseValue] }
    return try Int64.fetchOne(
      db,
      sql: """
        SELECT size FROM cosignatures WHERE \(keys)
        GROUP BY size HAVING count(*) >= ? ORDER BY size DESC LIMIT 1
        """, arguments: StatementArguments(values + [quorum.databaseValue]))
  }

  private func cosignatures(
    _ which: String, _ arguments: StatementArguments
  ) throws -> [StoredCosignature] {
    let statement = try db.cachedStatement(
      sql: "SELECT size, name, key_id, line FROM cosignatures \(which)")
    return try GRDB.Row.fetchAll(statement, arguments: arguments).map { row in
      let (key, line): (Int64, String) = (try row(2), try row(3))
      return StoredCosignature(
        size: try row(0), name: try row(1),
        keyID: UInt32(truncatingIfNeeded: key), line: line, at: Cosignatures.time(line))
    }
  }
}
