import Foundation
import GRDB
import Ledger
import Merkle
import Synchronization

/// Folds every entry into a database of its own, and lets every verdict be concluded again from what
/// stood there before it.
struct Replay {
  /// Entries of one transaction; also what is read ahead.
  private static let batch = 2_000

  let source: DatabaseQueue
  let target: DatabaseQueue
  let reactor: any Reactor
  let signatures: EvidenceCheck.Signatures?

  /// A database that nobody needs after a crash.
  static func open(_ path: String) throws -> DatabaseQueue {
    var scratch = Configuration()
    scratch.prepareDatabase { db in
      try db.execute(
        sql: """
          PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; PRAGMA locking_mode = EXCLUSIVE;
          PRAGMA cache_size = -65536
          """)
    }
    let queue = try DatabaseQueue(path: path, configuration: scratch)
    try queue.write { try Migrator().migrate($0) }
    return queue
  }

  func run(into report: inout VerifyReport, progress: (Int64) -> Void) throws {
    let source = source
    let reading = Mutex(Reading(evidence: EvidenceCheck(signatures: signatures)))
    let batches = ReadAhead {
      try reading.withLock { reading in try source.read { try reading.batch($0, Replay.batch) } }
    }
    defer { batches.stop() }
    var pending = PendingChanges()
    while !report.isFull, let batch = try batches.next() {
      try target.write { db in
        for entry in batch { try replay(entry, &pending, db, &report) }
        try pending.write(to: db)
      }
      if let last = batch.last { progress(last.index) }
    }
    batches.stop()
    try checkNothingIsOwed(&report)
    let evidence = reading.withLock { $0.evidence }
    for problem in try source.read({ try evidence.finish(in: $0) }) { report.note(problem) }
    report.bodies = evidence.bodies
    (report.prunedBodies, report.erasedBodies) = (evidence.pruned, evidence.erased)
    (report.signatures, report.unsignedBodies) = (evidence.signed, evidence.unsigned)
  }

  /// Where the thread that reads ahead is.
  private struct Reading: Sendable {
    var next: Int64 = 0
    var evidence: EvidenceCheck
    var streams = StreamCheck()

    mutating func batch(_ db: Database, _ limit: Int) throws -> [ReplayedEntry]? {
      let statement = try db.cachedStatement(
        sql: "SELECT idx, kind, bytes, leaf FROM entries WHERE idx >= ? ORDER BY idx LIMIT ?")
      let rows = try GRDB.Row.fetchCursor(statement, arguments: [next, limit])
      var batch: [ReplayedEntry] = []
      while let row = try rows.next() {
        batch.append(try ReplayedEntry(row) { try evidence.check($0, in: db) + streams.check($0) })
      }
      next = batch.last.map { $0.index + 1 } ?? next
      return batch.isEmpty ? nil : batch
    }
  }

  private func replay(
    _ entry: ReplayedEntry, _ pending: inout PendingChanges, _ db: Database,
    _ report: inout VerifyReport
  ) throws {
    guard let stored = entry.stored else {
      return report.note("the entry cannot be read: \(entry.failure)", entry: entry.index)
    }
    if stored.entry.kind.name != entry.kind {
      report.note("the kind column says \(entry.kind)", entry: entry.index)
    }
    if let occasion = reactor.occasion(of: stored.entry) {
      try pending.write(to: db)
      try conclude(stored, from: occasion, db, &report)
    } else if Kind.conclusions.contains(stored.entry.kind) {
      report.note("no gate concludes such a thing", entry: stored.index)
    }
    for problem in entry.problems { report.note(problem) }
    try db.cachedStatement(sql: "INSERT INTO entries (idx, kind, bytes, leaf) VALUES (?, ?, ?, ?)")
      .execute(arguments: [
        stored.index, entry.kind, Data(stored.entry.bytes), Data(entry.leaf),
      ])
    pending.add(entry.changes)
  }

  /// The log up to here has to lead to exactly these bytes.
  private func conclude(
    _ stored: Stored, from occasion: Subject, _ db: Database, _ report: inout VerifyReport
  ) throws {
    report.conclusions += 1
    let concluded = try reactor.reactions(
      to: [occasion], reading: SQLiteReader(db), now: stored.entry.received)
    if !concluded.contains(where: { $0.bytes == stored.entry.unnumbered.bytes }) {
      report.note("the evidence before it does not lead to this conclusion", entry: stored.index)
    }
  }

  /// A verdict that ought to be there and is not would be as bad as a wrong one.
  private func checkNothingIsOwed(_ report: inout VerifyReport) throws {
    let owed = try target.read { db in
      try reactor.reactions(
        to: [.everything, .log], reading: SQLiteReader(db), now: Instant(seconds: 0))
    }
    for entry in owed {
      let about =
        entry.data["pull"]?.int.map { "pull request \($0)" }
        ?? "a \(entry.data["gate"]?.string ?? "gate")"
      report.note("the log lacks a conclusion about \(about)", table: "verdicts")
    }
  }
}

/// An entry as it was read, with what it changes: all that needs no table.
struct ReplayedEntry: Sendable {
  let index: Int64
  let kind: String
  let leaf: [UInt8]
  /// `nil` when the bytes are no entry.
  let stored: Stored?
  let changes: [Change]
  let failure: String
  /// What is wrong with its raw body.
  let problems: [VerifyReport.Problem]

  fileprivate init(
    _ row: GRDB.Row, checking evidence: (Stored) throws -> [VerifyReport.Problem]
  ) throws {
    let (bytes, leaf): (Data, Data) = (row[2], row[3])
    index = row[0]
    kind = row[1]
    self.leaf = Array(leaf)
    do {
      let stored = Stored(index: index, entry: try Entry(decoding: Array(bytes)))
      (self.stored, changes, failure) = (stored, Projections.changes(of: stored), "")
    } catch {
      (stored, changes, failure) = (nil, [], "\(error)")
    }
    problems = try stored.map(evidence) ?? []
  }
}
