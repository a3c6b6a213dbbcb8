import GRDB
import Ledger
import Merkle

/// What is wrong with the kept lines of witnesses. Lines of keys that the log never named are kept
/// for others to check.
enum CosignatureCheck {
  /// - Returns: at most `limit` problems, in the order of the sizes.
  static func problems(_ db: Database, limit: Int) throws -> [VerifyReport.Problem] {
    let witnesses = try SQLiteReader(db).everyWitness()
    let rows = try GRDB.Row.fetchCursor(
      db,
      sql: """
        SELECT l.size, l.name, l.key_id, l.line, c.note, c.kept FROM cosignatures l
        LEFT JOIN checkpoints c USING (size) ORDER BY l.size, l.name, l.key_id
        """)
    var problems: [VerifyReport.Problem] = []
    while problems.count < limit, let row = try rows.next() {
      guard let reason = reason(row, witnesses) else { continue }
      let name = "\(row.number(at: 0))/\(row.text(at: 1))"
      problems.append(VerifyReport.Problem(reason, table: "cosignatures", row: name))
    }
    return problems
  }

  private static func reason(_ row: GRDB.Row, _ witnesses: [NoteVerifier]) -> String? {
    let (name, id, line) = (row.text(at: 1), row.number(at: 2), row.text(at: 3))
    guard !row.hasNull(atIndex: 4) else {
      return "the checkpoint that it cosigns is missing"
    }
    let note = row.text(at: 4)
    guard row.number(at: 5) == 1 else {
      return "the checkpoint that it cosigns is not marked as kept"
    }
    do throws(NoteError) {
      let signature = try NoteSignature(line: line)
      guard signature.name == name, Int64(signature.id) == id else {
        return "the line is that of another witness"
      }
      guard let witness = witnesses.first(where: { $0.name == name && $0.id == signature.id })
      else { return nil }
      let text = try SignedNote(note).text
      _ = try SignedNote(text: text, signatures: [signature]).signatures(by: [witness])
    } catch { return "\(error)" }
    return nil
  }
}
