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

  /// A database that nobody needs after a crash. Its entries are those of `log`, as far as `reached`
  /// says: what is concluded again must not see what came later.
  static func open(_ path: String, log: String) throws -> DatabaseQueue {
    var scratch = Configuration()
    scratch.prepareDatabase { db in
      try db.execute(
        sql: """
          PRAGMA main.synchronous = OFF; PRAGMA main.journal_mode = OFF;
          PRAGMA main.locking_mode = EXCLUSIVE; PRAGMA main.cache_size = -65536
          """)
    }
    let queue = try DatabaseQueue(path: path, configuration: scratch)
    try queue.write { try Migrator().migrate($0) }
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "ATTACH ? AS log", arguments: [log])
      try db.execute(
        sql: """
          CREATE TEMP TABLE reached (size INTEGER NOT NULL);
          INSERT INTO reached VALUES (0);
          CREATE TEMP VIEW entries AS SELECT idx, kind, bytes, leaf FROM log.entries
          WHERE idx < (SELECT size FROM reached)
          """)
    }
    return queue
  }

  func run(into report: inout VerifyReport, progress: (Int64) throws -> Void) throws {
    let source = source
    let reading = Mutex(
      Reading(reactor: reactor, evidence: EvidenceCheck(signatures: signatures)))
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
      if let last = batch.last { try progress(last.index) }
    }
    batches.stop()
    try target.write { try reach(report.entries, $0) }
    try checkNothingIsOwed(&report)
    let evidence = reading.withLock { $0.evidence }
    for problem in try source.read({ try evidence.finish(in: $0) }) { report.note(problem) }
    report.bodies = evidence.bodies
    (report.prunedBodies, report.erasedBodies) = (evidence.pruned, evidence.erased)
    (report.signatures, report.unsignedBodies) = (evidence.signed, evidence.unsigned)
  }

  /// Where the thread that reads ahead is.
  private struct Reading: Sendable {
    let reactor: any Reactor
    var next: Int64 = 0
    var evidence: EvidenceCheck
    var streams = StreamCheck()

    mutating func batch(_ db: Database, _ limit: Int) throws -> [ReplayedEntry]? {
      let statement = try db.cachedStatement(
        sql: "SELECT idx, kind, bytes FROM entries WHERE idx >= ? ORDER BY idx LIMIT ?")
      let rows = try GRDB.Row.fetchCursor(statement, arguments: [next, limit])
      var batch: [ReplayedEntry] = []
      batch.reserveCapacity(limit)
      while let row = try rows.next() { batch.append(try replayed(row, db)) }
      next = batch.last.map { $0.index + 1 } ?? next
      return batch.isEmpty ? nil : batch
    }

    private mutating func replayed(_ row: GRDB.Row, _ db: Database) throws -> ReplayedEntry {
      let (index, kind): (Int64, String) = (row[0], row[1])
      let stored: Stored
      do {
        let bytes = try row.withUnsafeData(atIndex: 2) { Array($0 ?? Data()) }
        stored = Stored(index: index, entry: try Entry(decoding: bytes))
      } catch {
        return ReplayedEntry(
          index: index, changes: [], conclusion: nil,
          problems: [.init("the entry cannot be read: \(error)", entry: index)])
      }
      var problems = try evidence.check(stored, in: db) + streams.check(stored)
      if stored.entry.kind.name != kind {
        problems.append(.init("the kind column says \(kind)", entry: index))
      }
      let occasion = reactor.occasion(of: stored.entry)
      if occasion == nil, Kind.conclusions.contains(stored.entry.kind) {
        problems.append(.init("no gate concludes such a thing", entry: index))
      }
      return ReplayedEntry(
        index: index, changes: Projections.changes(of: stored),
        conclusion: occasion.map { .init(entry: stored.entry, occasion: $0) }, problems: problems)
    }
  }

  private func replay(
    _ entry: ReplayedEntry, _ pending: inout PendingChanges, _ db: Database,
    _ report: inout VerifyReport
  ) throws {
    for problem in entry.problems { report.note(problem) }
    if let conclusion = entry.conclusion {
      try pending.write(to: db)
      try reach(entry.index, db)
      try conclude(conclusion, at: entry.index, db, &report)
    }
    pending.add(entry.changes)
  }

  private func reach(_ size: Int64, _ db: Database) throws {
    try db.cachedStatement(sql: "UPDATE temp.reached SET size = ?").execute(arguments: [size])
  }

  /// The log up to here has to lead to exactly these bytes.
  private func conclude(
    _ conclusion: ReplayedEntry.Conclusion, at index: Int64, _ db: Database,
    _ report: inout VerifyReport
  ) throws {
    report.conclusions += 1
    let entry = conclusion.entry
    let concluded = try reactor.reactions(
      to: [conclusion.occasion], reading: SQLiteReader(db), now: entry.received)
    let bytes = entry.unnumbered.bytes
    if !concluded.contains(where: { $0.bytes == bytes }) {
      report.note("the evidence before it does not lead to this conclusion", entry: index)
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

/// What is left of an entry that was read: all that needs the tables before it.
struct ReplayedEntry: Sendable {
  /// What a gate said, and what it had to look at.
  struct Conclusion: Sendable {
    let entry: Entry
    let occasion: Subject
  }

  let index: Int64
  let changes: [Change]
  let conclusion: Conclusion?
  /// What is wrong with the entry itself, its numbers and its raw body.
  let problems: [VerifyReport.Problem]
}
