import GRDB
import Ledger
import Merkle

/// Witnesses whose keys somebody gave from outside: each has to have cosigned a head of this log,
/// one that the log keeps or one that was kept elsewhere. Whether those heads are the log's own,
/// `HeadCheck` says.
enum WitnessCheck {
  static func problems(
    _ db: Database, _ options: VerifyOptions
  ) throws -> [VerifyReport.Problem] {
    try TrustedKeys(options.trusted).witnesses.compactMap { witness in
      if options.against.contains(where: { isCosigned($0, by: witness) }) { return nil }
      return try problem(of: witness, db)
    }
  }

  /// The newest line first: it is the one that counts.
  private static func problem(
    of witness: NoteVerifier, _ db: Database
  ) throws -> VerifyReport.Problem? {
    let rows = try GRDB.Row.fetchCursor(
      db,
      sql: """
        SELECT c.note, l.line FROM cosignatures l JOIN checkpoints c USING (size)
        WHERE l.name = ? AND l.key_id = ? ORDER BY l.size DESC
        """, arguments: [witness.name, Int64(witness.id)])
    while let row = try rows.next() {
      if isCosigned(row.text(at: 0), row.text(at: 1), by: witness) { return nil }
    }
    return VerifyReport.Problem(
      "the witness \(witness.name), whose key was given, cosigned no head of this log",
      table: "cosignatures")
  }

  private static func isCosigned(
    _ note: String, _ line: String, by witness: NoteVerifier
  ) -> Bool {
    do {
      let text = try SignedNote(note).text
      return isCosigned(
        SignedNote(text: text, signatures: [try NoteSignature(line: line)]), by: witness)
    } catch { return false }
  }

  private static func isCosigned(_ note: SignedNote, by witness: NoteVerifier) -> Bool {
    do { return try !note.signatures(by: [witness]).isEmpty } catch { return false }
  }
}
