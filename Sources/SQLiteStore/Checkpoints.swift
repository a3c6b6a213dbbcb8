import Foundation
import GRDB
import Ledger
import Merkle

/// Signs the head of the log: once for each group of entries, in the transaction that appends them,
/// so that nothing is ever shown that was not kept before.
struct CheckpointWriter: Sendable {
  private static let minute: Int64 = 60_000_000

  /// More than one while a key is being replaced; none for a log that is not signed.
  let signers: [NoteSigner]
  /// Whether a log that has entries and no key gets one: that vouches for all of them.
  private let mayBegin: Bool
  private var last: (size: Int, signedAt: Instant)?

  init(_ signers: [NoteSigner], mayBegin: Bool = false) {
    (self.signers, self.mayBegin) = (signers, mayBegin)
  }

  /// Looks at a log that is about to be written to: is it this key's, and does it lead to what was
  /// signed? Nobody else's entries are ever signed: each group is, together with its entries, so
  /// that a log with a key has none that are not.
  ///
  /// - Throws: `StartupRefused`.
  mutating func open(_ db: Database, now: Instant) throws -> Frontier {
    let reader = SQLiteReader(db)
    let key = try reader.logKeys().last?.verifier
    try checkKey(key)
    try CheckpointWriter.checkHead(reader, signedBy: key)
    if key == nil { try checkBeginning(reader) }
    var appender = Appender(db, frontier: try reader.frontier())
    if let signer = signers.first, key == nil {
      try appender.write(LogKey.entry(signer.verifier, replacing: nil, received: now))
    }
    last = try reader.checkpoint().map { (Int($0.size), $0.signedAt) }
    try write(appender.frontier, now, to: db)
    return appender.frontier
  }

  private func checkKey(_ key: NoteVerifier?) throws {
    guard let key else { return }
    guard let given = signers.first?.verifier else {
      throw StartupRefused.signingKeyMissing(vkey: key.vkey)
    }
    guard signers.contains(where: { $0.verifier == key }) else {
      throw StartupRefused.otherSigningKey(log: key.vkey, given: given.vkey)
    }
  }

  private func checkBeginning(_ reader: SQLiteReader) throws {
    let size = try reader.size()
    guard let signer = signers.first, size > 0, !mayBegin else { return }
    throw StartupRefused.neverSigned(entries: size, vkey: signer.verifier.vkey)
  }

  private static func checkHead(
    _ reader: SQLiteReader, signedBy key: NoteVerifier?
  ) throws {
    let size = try reader.size()
    guard let head = try reader.checkpoint() else {
      if key != nil { throw StartupRefused.unsigned(entries: size, of: size) }
      return
    }
    guard head.size >= 0, size >= head.size else {
      throw StartupRefused.rewritten(size: head.size, reason: "there are \(size)")
    }
    let root = try Frontier(size: Int(head.size)) { try reader.node(at: $0) }.root
    guard root == head.root else {
      throw StartupRefused.rewritten(size: head.size, reason: "they have another root")
    }
    guard let key, isSigned(head, by: key) else {
      throw StartupRefused.rewritten(size: head.size, reason: "its key did not sign them")
    }
    guard size == head.size else {
      throw StartupRefused.unsigned(entries: size - head.size, of: size)
    }
  }

  private static func isSigned(_ head: StoredCheckpoint, by key: NoteVerifier) -> Bool {
    do {
      let checkpoint = try Checkpoint(SignedNote(head.note), signedBy: [key])
      return checkpoint.origin == key.name && checkpoint.size == head.size
        && checkpoint.root == head.root
    } catch { return false }
  }

  /// Keeps one for each minute: what stands in it already is replaced, unless somebody outside has
  /// it.
  mutating func write(_ frontier: Frontier, _ now: Instant, to db: Database) throws {
    guard let signer = signers.first, frontier.size > last?.size ?? 0 else { return }
    let checkpoint = Checkpoint(
      origin: signer.verifier.name, size: frontier.size, root: frontier.root)
    let note = try checkpoint.signed(by: signers).description
    if let last, CheckpointWriter.minute(last.signedAt) == CheckpointWriter.minute(now) {
      try db.cachedStatement(sql: "DELETE FROM checkpoints WHERE size = ? AND kept = 0")
        .execute(arguments: [last.size])
    }
    try db.cachedStatement(
      sql: "INSERT INTO checkpoints (size, root, note, signed_at, kept) VALUES (?, ?, ?, ?, ?)"
    ).execute(arguments: [
      // Where one key vouches for the next is what whoever knows the old one needs.
      checkpoint.size, Data(checkpoint.root.bytes), note, now.microseconds, signers.count > 1,
    ])
    last = (checkpoint.size, now)
  }

  private static func minute(_ instant: Instant) -> Int64 { instant.microseconds / minute }
}

extension SQLiteReader {
  public func checkpoint() throws -> StoredCheckpoint? {
    try checkpoints("ORDER BY size DESC LIMIT 1", []).first
  }

  public func checkpoints(from size: Int64, limit: Int) throws -> [StoredCheckpoint] {
    try checkpoints(
      "WHERE size >= ? ORDER BY size LIMIT ?", [size, limit == 0 ? -1 : limit])
  }

  private func checkpoints(
    _ which: String, _ arguments: StatementArguments
  ) throws -> [StoredCheckpoint] {
    let statement = try db.cachedStatement(
      sql: "SELECT size, root, note, signed_at FROM checkpoints \(which)")
    return try GRDB.Row.fetchAll(statement, arguments: arguments).map { row in
      // Whatever time it is: only its minute is asked for, no answer says it, and nothing else
      // tells what it was. No log is refused for it.
      StoredCheckpoint(
        size: try row(0), root: try row.hash(at: 1), note: try row(2),
        signedAt: Instant(microseconds: try row(3)))
    }
  }
}
