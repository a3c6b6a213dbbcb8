import Foundation
import GRDB
import GRDBSQLite
import Ledger

/// What the thread that reads ahead has found out about the entries so far: all that does not need
/// the tables before them.
struct ReplayReading: Sendable {
  private static let sql =
    "SELECT idx, kind, bytes FROM entries WHERE idx >= ? ORDER BY idx LIMIT ?"

  private let reactor: any Reactor
  private(set) var evidence: EvidenceCheck
  private var streams = StreamCheck()
  private var next: Int64 = 0
  /// Entries from the first on without a gap.
  private(set) var size: Int64 = 0

  init(reactor: any Reactor, signatures: EvidenceCheck.Signatures?) {
    self.reactor = reactor
    evidence = EvidenceCheck(signatures: signatures)
  }

  /// The next entries, at most `limit`; `nil` behind the last one.
  mutating func batch(_ db: Database, _ limit: Int64) throws -> ReplayBatch? {
    let statement = try db.cachedStatement(sql: ReplayReading.sql).sqliteStatement
    defer { sqlite3_reset(statement) }
    var position: CInt = 0
    try statement.bind(.int(next), &position, ReplayReading.sql)
    try statement.bind(.int(limit), &position, ReplayReading.sql)
    var (batch, step) = (ReplayBatch(last: next), ReplayStepMaker())
    while try statement.steps(ReplayReading.sql) {
      batch.last = try read(Columns(statement: statement), db, &step, &batch.steps)
    }
    batch.steps.append(step.end())
    defer { next = batch.last + 1 }
    return step.isEmpty ? nil : batch
  }

  private mutating func read(
    _ row: Columns, _ db: Database, _ step: inout ReplayStepMaker, _ steps: inout [ReplayStep]
  ) throws -> Int64 {
    let index = row.int(0)
    if index == size { size += 1 }
    step.isEmpty = false
    let stored: Stored
    do {
      stored = Stored(index: index, entry: try Entry(decoding: Array(row.bytes(2))))
    } catch {
      step.note([.init("the entry cannot be read: \(error)", entry: index)])
      return index
    }
    step.note(try evidence.check(stored, in: db) + streams.check(stored))
    if stored.entry.kind.name != row.text(1) {
      step.note([.init("the kind column says \(row.text(1))", entry: index)])
    }
    if let occasion = occasion(of: stored, &step) {
      steps.append(
        step.end(.init(index: index, entry: stored.entry, occasion: occasion)))
    }
    step.add(Projections.changes(of: stored))
    return index
  }

  private func occasion(of stored: Stored, _ step: inout ReplayStepMaker) -> Subject? {
    let occasion = reactor.occasion(of: stored.entry)
    if occasion == nil, Kind.conclusions.contains(stored.entry.kind) {
      step.note([.init("no gate concludes such a thing", entry: stored.index)])
    }
    return occasion
  }
}

/// Entries that were read at once.
struct ReplayBatch: Sendable {
  var steps: [ReplayStep] = []
  /// The place of the last one.
  var last: Int64
}

/// What is left of some entries that were read: all that needs the tables before them.
struct ReplayStep: Sendable {
  /// What a gate said, and what it had to look at.
  struct Conclusion: Sendable {
    let index: Int64
    let entry: Entry
    let occasion: Subject
  }

  /// What is wrong with the entries themselves, their numbers and their raw bodies.
  let problems: [VerifyReport.Problem]
  /// What to write, row by row.
  let rows: [[Change]]
  /// What was concluded from all that.
  let conclusion: Conclusion?
}

/// Gathers entries up to the next conclusion, before which they have to be written.
struct ReplayStepMaker {
  var isEmpty = true
  private var pending = PendingChanges()
  private var problems: [VerifyReport.Problem] = []

  mutating func note(_ more: [VerifyReport.Problem]) { problems += more }

  mutating func add(_ changes: [Change]) { pending.add(changes) }

  mutating func end(_ conclusion: ReplayStep.Conclusion? = nil) -> ReplayStep {
    defer { problems = [] }
    return ReplayStep(problems: problems, rows: pending.take(), conclusion: conclusion)
  }
}
