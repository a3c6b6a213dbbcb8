import Ledger
import Merkle

/// Signed heads of the log that were kept where the log is not. A database that was put back to a
/// backup has everything that it signed, and lacks what came since: only they show it.
struct HeadCopies {
  let notes: [String]
  let signers: [NoteSigner]

  init(_ notes: [String], _ signers: [NoteSigner]) {
    self.notes = notes
    self.signers = signers
  }

  /// - Throws: `StartupRefused`.
  func check(_ reader: SQLiteReader) throws {
    for note in notes { try check(note, reader) }
  }

  private func check(_ note: String, _ reader: SQLiteReader) throws {
    let keys = try reader.logKeys().map(\.verifier) + signers.map(\.verifier)
    let copy: Checkpoint
    do throws(NoteError) { copy = try Checkpoint(SignedNote(note), signedBy: keys) } catch {
      throw StartupRefused.otherCopy(reason: error.description)
    }
    let size = try reader.size()
    guard size >= Int64(copy.size) else {
      throw StartupRefused.rolledBack(copy: Int64(copy.size), log: size)
    }
    let root = try Frontier(size: copy.size) { try reader.node(at: $0) }.root
    guard root == copy.root else { throw StartupRefused.forked(copy: Int64(copy.size)) }
  }
}
