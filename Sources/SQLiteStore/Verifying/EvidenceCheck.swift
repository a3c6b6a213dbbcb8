import Foundation
import GRDB
import Ledger
import Merkle

/// What `ledger verify` finds about bodies, entry by entry: each is there and is what was received,
/// or a later entry says that it was deleted.
struct EvidenceCheck {
  /// Whether one of the secrets made this signature of this body.
  typealias Signatures = @Sendable (_ signature: [UInt8], _ body: [UInt8]) -> Bool

  /// `nil` when no secret was given.
  let signatures: Signatures?

  private(set) var bodies = 0
  private(set) var pruned = 0
  private(set) var erased = 0
  private(set) var signed = 0
  /// Deliveries whose signature is not kept: it was not, in earlier versions.
  private(set) var unsigned = 0
  /// The first entry that is known to be of a version that keeps signatures. A row with one says it
  /// of the newest entry that names its body: an earlier one may be older than its signature.
  private var keptSince = Int64.max
  /// Rows whose own entry was met.
  private var rows = 0

  init(signatures: Signatures?) { self.signatures = signatures }

  /// - Parameter file: the file that is verified, with all its tables.
  mutating func check(_ stored: Stored, in file: Database) throws -> [VerifyReport.Problem] {
    guard let reference = stored.entry.evidence else { return bodiless(stored) }
    let statement = try file.cachedStatement(
      sql: """
        SELECT codec, size, bytes, entry, received, signature FROM evidence WHERE sha256 = ?
        """)
    guard
      let row = try GRDB.Row.fetchOne(statement, arguments: [Data(reference.hash.bytes)])
    else { return try missing(stored.index, reference.hash, file) }
    bodies += 1
    var findings = try placement(stored, reference.hash, row, file)
    let body: [UInt8]
    do {
      body = try SQLiteReader.body(
        reference.hash, codec: Int(row.number(at: 0)), size: Int(row.number(at: 1)),
        bytes: row.bytes(at: 2))
    } catch {
      return findings + [
        VerifyReport.Problem(
          "the stored body cannot be decompressed: \(error)", entry: stored.index)
      ]
    }
    if Hash.sha256(body) != reference.hash || body.count != reference.size {
      findings.append(
        VerifyReport.Problem(
          "the stored body is not the one that was received", entry: stored.index))
    }
    return try findings + signature(stored, reference.hash, body, row, file)
  }

  /// What was deleted later than its entry may be missing.
  private mutating func missing(
    _ index: Int64, _ hash: Hash, _ file: Database
  ) throws -> [VerifyReport.Problem] {
    guard let removal = try SQLiteReader(file).removal(of: hash), removal.entry > index else {
      return [
        VerifyReport.Problem(
          "the body is missing, and no entry says that it was deleted", entry: index)
      ]
    }
    if removal.reason == Removal.Reason.forgotten.rawValue { erased += 1 } else { pruned += 1 }
    return []
  }

  /// The row is kept for its newest entry, and was not deleted since.
  private mutating func placement(
    _ stored: Stored, _ hash: Hash, _ row: GRDB.Row, _ file: Database
  ) throws -> [VerifyReport.Problem] {
    let (newest, received) = (row.number(at: 3), row.number(at: 4))
    func finding(_ reason: String) -> VerifyReport.Problem {
      VerifyReport.Problem(reason, entry: stored.index, table: "evidence", row: hash.hex)
    }
    guard newest >= stored.index else {
      return [finding("the body is kept for an older entry")]
    }
    guard newest == stored.index else { return [] }
    rows += 1
    if received != stored.entry.received.microseconds {
      return [finding("the body's age is not that of its entry")]
    }
    if let removal = try SQLiteReader(file).removal(of: hash), removal.entry > newest {
      return [finding("the body is there although entry \(removal.entry) says it was deleted")]
    }
    return []
  }

  private mutating func signature(
    _ stored: Stored, _ hash: Hash, _ body: [UInt8], _ row: GRDB.Row, _ file: Database
  ) throws -> [VerifyReport.Problem] {
    guard let signatures, case .github = stored.entry.source else { return [] }
    guard let signature = Data.fromDatabaseValue(row[5]) else {
      return try withoutSignature(stored.index, hash, file)
    }
    keptSince = min(keptSince, row.number(at: 3))
    if signatures(Array(signature), body) {
      signed += 1
      return []
    }
    return [
      VerifyReport.Problem(
        "no secret that was given made the signature of the body", entry: stored.index)
    ]
  }

  /// It was not kept yet, or it went with a body that was deleted and that came again from somebody
  /// who signs nothing.
  private mutating func withoutSignature(
    _ index: Int64, _ hash: Hash, _ file: Database
  ) throws -> [VerifyReport.Problem] {
    let removed = try SQLiteReader(file).removal(of: hash)?.entry ?? -1
    guard index > keptSince, removed < index else {
      unsigned += 1
      return []
    }
    return [
      VerifyReport.Problem(
        "the signature of the body is missing, and that of an earlier one is kept", entry: index,
        table: "evidence", row: hash.hex)
    ]
  }

  /// What GitHub delivered has a body, which it signed: in every version.
  private func bodiless(_ stored: Stored) -> [VerifyReport.Problem] {
    guard signatures != nil, case .github = stored.entry.source else { return [] }
    return [VerifyReport.Problem("a delivery of GitHub names no body", entry: stored.index)]
  }

  /// What no entry leads to: a body that none names, a name that was erased.
  func finish(in file: Database) throws -> [VerifyReport.Problem] {
    try strayBodies(file) + namesOfForgotten(file)
  }

  private func strayBodies(_ file: Database) throws -> [VerifyReport.Problem] {
    guard try Int.fetchOne(file, sql: "SELECT count(*) FROM evidence") != rows else { return [] }
    let cursor = try GRDB.Row.fetchCursor(file, sql: "SELECT sha256, entry FROM evidence")
    var findings: [VerifyReport.Problem] = []
    while let row = try cursor.next(), findings.count < VerifyReport.maximumProblems {
      let (name, entry) = (row.bytes(at: 0), Int64.fromDatabaseValue(row[1]))
      let digits = name.map { String(format: "%02x", $0) }.joined()
      guard try entry.flatMap({ try EvidenceCheck.body(of: $0, file) })?.hex != digits else {
        continue
      }
      findings.append(
        VerifyReport.Problem(
          "the body is not that of the entry that it is kept for", entry: entry,
          table: "evidence", row: digits))
    }
    return findings
  }

  /// `nil` also for an entry that cannot be read: that was found before.
  private static func body(of index: Int64, _ file: Database) throws -> Hash? {
    do { return try SQLiteReader(file).entry(at: index)?.entry.evidence?.hash } catch is EntryError
    { return nil }
  }

  private func namesOfForgotten(_ file: Database) throws -> [VerifyReport.Problem] {
    let rows = try GRDB.Row.fetchAll(
      file,
      sql: """
        SELECT people.id, forgotten_people.entry FROM people
        JOIN forgotten_people ON person = people.id ORDER BY 1 LIMIT 100
        """)
    return rows.map { row in
      let (id, entry) = (row.number(at: 0), row.number(at: 1))
      return VerifyReport.Problem(
        "the name is there although entry \(entry) says that it was erased", entry: entry,
        table: "people", row: "\(id)")
    }
  }
}
