import Foundation
import GRDB
import Ledger
import Merkle

/// Everything that was signed of this log, held against the roots that its entries have.
///
/// Keys that somebody knows from elsewhere are believed at once; when nobody names any, the log's
/// first one. Every other key of the log is believed from the first checkpoint on that covers its
/// entry and that a believed key signed: that is how a replaced key is followed. Whoever may write
/// to the file can put a key of his own behind those that are there, and sign with it.
///
/// Keys that the log had before those are known through them: their entries are below heads that a
/// believed key signed. What they signed has to fit, and vouches for nothing.
struct HeadCheck {
  private let keys: [LogKey]
  /// It has a key, or somebody knows one that it should have.
  private let mustBeSigned: Bool
  /// None was given from outside: the first one is the log's own word.
  let trustsItself: Bool
  private(set) var believed: [NoteVerifier]
  private let earlier: [NoteVerifier]
  private var stored: CheckpointRows
  /// Checkpoints that were kept elsewhere, the smallest first.
  private var kept: ArraySlice<(name: String, head: Checkpoint)>
  private var newest = 0
  private(set) var checkpoints = 0
  private(set) var earlierCheckpoints = 0
  private(set) var reached = 0

  var origin: String? { keys.last?.verifier.name }

  init(_ db: Database, _ options: VerifyOptions, into report: inout VerifyReport) throws {
    keys = try SQLiteReader(db).logKeys()
    mustBeSigned = !keys.isEmpty || !options.trusted.isEmpty
    // A witness saw the log: it does not speak for it (WitnessCheck).
    let trusted = TrustedKeys(options.trusted).logs
    let own = keys.map(\.verifier)
    let begin = options.trusted.isEmpty ? Array(own.prefix(1)) : trusted
    let first = own.firstIndex(where: begin.contains)
    (trustsItself, believed) = (options.trusted.isEmpty, begin)
    earlier = first.map { Array(own[..<$0]) } ?? []
    stored = try CheckpointRows(db)
    kept = []
    var heads: [(name: String, head: Checkpoint)] = []
    for (number, note) in options.against.enumerated() {
      let name =
        options.names.indices.contains(number)
        ? options.names[number] : "the checkpoint that was kept"
      do { heads.append((name, try opened(note))) } catch let error as NoteError {
        let reason =
          error == .unsigned ? "its key is none of this log's; give --vkey" : error.description
        report.note("\(name) cannot be used: \(reason)")
      }
    }
    kept = heads.sorted { $0.head.size < $1.head.size }[...]
  }

  /// It may be signed by any key of the log, also one that was replaced since: where nothing else
  /// is wrong, each of them is believed in the end.
  private func opened(_ note: SignedNote) throws -> Checkpoint {
    let checkpoint = try Checkpoint(note, signedBy: believed + keys.map(\.verifier))
    if let origin, checkpoint.origin != origin {
      throw NoteError.malformed("it is one of \(checkpoint.origin)")
    }
    return checkpoint
  }

  /// Looks at what was signed when the log had this size.
  mutating func reach(_ frontier: Frontier, into report: inout VerifyReport) throws {
    while let row = stored.next, row.size <= frontier.size {
      try check(row, frontier, &report)
      try stored.advance()
    }
    while let (name, head) = kept.first, head.size == frontier.size {
      kept.removeFirst()
      if head.root == frontier.root {
        reached += 1
      } else {
        report.note("the first \(head.size) entries are not those of \(name)")
      }
    }
  }

  private mutating func check(
    _ row: CheckpointRow, _ frontier: Frontier, _ report: inout VerifyReport
  ) throws {
    let name = String(row.size)
    do {
      let note = try SignedNote(row.note)
      let (checkpoint, isBelieved) = try signed(note)
      guard checkpoint.size == row.size, Data(checkpoint.root.bytes) == row.root else {
        throw NoteError.malformed("the checkpoint's text says another size or root than its row")
      }
      guard checkpoint.root == frontier.root, checkpoint.size == frontier.size else {
        throw NoteError.malformed("the entries do not have the root that was signed")
      }
      guard checkpoint.origin == origin else {
        throw NoteError.malformed("the checkpoint is one of \(checkpoint.origin)")
      }
      try checkKeyInForce(note, row.size, isBelieved)
      guard isBelieved else {
        earlierCheckpoints += 1
        return
      }
      believed += keys.filter { $0.entry < row.size && !believed.contains($0.verifier) }
        .map(\.verifier)
      checkpoints += 1
      newest = frontier.size
    } catch let error as NoteError {
      report.note("\(error)", table: "checkpoints", row: name)
    }
  }

  /// A key that was replaced signs nothing more: it may have been replaced because it was stolen.
  private func checkKeyInForce(_ note: SignedNote, _ size: Int64, _ isBelieved: Bool) throws {
    guard let key = keys.last(where: { $0.entry < size }) else { return }
    // Each line by a believed key was checked just now, which takes longest of all.
    let isThere = note.signatures.contains {
      $0.name == key.verifier.name && $0.id == key.verifier.id
    }
    guard !isBelieved || !isThere || !believed.contains(key.verifier) else { return }
    do { _ = try note.signatures(by: [key.verifier]) } catch {
      guard error == .unsigned else { throw error }
      throw NoteError.malformed("the key that signs since entry \(key.entry) did not sign it")
    }
  }

  private func signed(_ note: SignedNote) throws -> (Checkpoint, isBelieved: Bool) {
    do { return (try Checkpoint(note, signedBy: believed), true) } catch NoteError.unsigned {
      return (try Checkpoint(note, signedBy: earlier), false)
    }
  }

  mutating func finish(at size: Int, into report: inout VerifyReport) throws {
    let isCut = stored.next != nil
    while let row = stored.next, !report.isFull {
      report.note(
        "\(row.size) entries were signed, the log has \(size)", table: "checkpoints",
        row: String(row.size))
      try stored.advance()
    }
    for (name, head) in kept {
      report.note("the log has \(size) entries, \(name) has \(head.size)")
    }
    guard mustBeSigned, !isCut else { return }
    if newest < size {
      report.note("the last \(size - newest) entries are not signed", table: "checkpoints")
    } else if checkpoints == 0 {
      report.note("nothing of this log is signed", table: "checkpoints")
    }
  }
}

private struct CheckpointRow {
  let size: Int64
  let root: Data
  let note: String
}

/// Read once, the smallest first, however many there are.
private struct CheckpointRows {
  private let rows: RowCursor
  private(set) var next: CheckpointRow?

  init(_ db: Database) throws {
    rows = try GRDB.Row.fetchCursor(
      db, sql: "SELECT size, root, note FROM checkpoints ORDER BY size")
    try advance()
  }

  mutating func advance() throws {
    next = try rows.next().map { row in
      CheckpointRow(size: row.number(at: 0), root: row.bytes(at: 1), note: row.text(at: 2))
    }
  }
}
