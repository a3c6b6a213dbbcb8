import GRDB
import Ledger
import Synchronization

/// Folds every entry into a database of its own, and lets every verdict be concluded again from what
/// stood there before it.
struct Replay: Sendable {
  /// Entries that are read, and read ahead, at once.
  private static let batch: Int64 = 1_000

  let source: DatabaseQueue
  let target: DatabaseQueue
  let reactor: any Reactor
  let signatures: EvidenceCheck.Signatures?
  private let policies = PolicyCache()
  private let catalogs = CatalogCache()

  init(
    source: DatabaseQueue, target: DatabaseQueue, reactor: any Reactor,
    signatures: EvidenceCheck.Signatures?
  ) {
    (self.source, self.target) = (source, target)
    (self.reactor, self.signatures) = (reactor, signatures)
  }

  /// A database that nobody needs after a crash. Its entries are those of `log`, as far as `reached`
  /// says: what is concluded again must not see what came later.
  static func open(_ path: String, log: String) throws -> DatabaseQueue {
    var scratch = Configuration()
    scratch.prepareDatabase { db in
      try db.execute(
        sql: """
          PRAGMA main.synchronous = OFF; PRAGMA main.journal_mode = OFF;
          PRAGMA main.cache_size = -65536;
          PRAGMA main.secure_delete = OFF; PRAGMA temp_store = MEMORY
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
    let reading = Mutex(ReplayReading(reactor: reactor, signatures: signatures))
    let batches = ReadAhead {
      try reading.withLock { reading in try source.read { try reading.batch($0, Replay.batch) } }
    }
    defer { batches.stop() }
    // One transaction: a page is written when there is no more room for it, not once a batch.
    try target.write { db in
      var fold = Fold(db)
      while !report.isFull, let batch = try batches.next() {
        for step in batch.steps { try replay(step, &fold, db, &report) }
        try progress(batch.last)
      }
    }
    batches.stop()
    let read = reading.withLock { $0 }
    try target.write { try reach(read.size, $0) }
    try finish(read.evidence, &report)
  }

  private func finish(_ evidence: EvidenceCheck, _ report: inout VerifyReport) throws {
    for problem in try source.read({ try evidence.finish(in: $0) }) { report.note(problem) }
    report.bodies = evidence.bodies
    (report.prunedBodies, report.erasedBodies) = (evidence.pruned, evidence.erased)
    (report.signatures, report.unsignedBodies) = (evidence.signed, evidence.unsigned)
  }

  private func replay(
    _ step: ReplayStep, _ fold: inout Fold, _ db: Database, _ report: inout VerifyReport
  ) throws {
    for problem in step.problems { report.note(problem) }
    for row in step.rows { try fold.write(row) }
    guard let conclusion = step.conclusion else { return }
    try reach(conclusion.index, db)
    try conclude(conclusion, db, &report)
  }

  private func reach(_ size: Int64, _ db: Database) throws {
    try db.cachedStatement(sql: "UPDATE temp.reached SET size = ?").execute(arguments: [size])
  }

  private func reader(_ db: Database) -> SQLiteReader {
    SQLiteReader(db, policies: policies, catalogs: catalogs)
  }

  /// The log up to here has to lead to exactly these bytes.
  private func conclude(
    _ conclusion: ReplayStep.Conclusion, _ db: Database, _ report: inout VerifyReport
  ) throws {
    report.conclusions += 1
    let entry = conclusion.entry
    let concluded = try reactor.reactions(
      to: [conclusion.occasion], reading: reader(db), now: entry.received)
    let bytes = entry.unnumbered.bytes
    if !concluded.contains(where: { $0.bytes == bytes }) {
      report.note(
        "the evidence before it does not lead to this conclusion", entry: conclusion.index)
    }
  }

  /// A verdict that ought to be there and is not would be as bad as a wrong one.
  func owed() throws -> [VerifyReport.Problem] {
    let owed = try target.read { db in
      try reactor.reactions(
        to: [.everything, .log], reading: reader(db), now: Instant(seconds: 0))
    }
    return owed.map { entry -> VerifyReport.Problem in
      let about =
        entry.data["pull"]?.int.map { "pull request \($0)" }
        ?? "a \(entry.data["gate"]?.string ?? "gate")"
      return .init("the log lacks a conclusion about \(about)", table: "verdicts")
    }
  }
}
