import Foundation
import GRDB
import Glibc
import Ledger
import Merkle

/// Believes nothing that is stored but the entries' bytes: it hashes them again, builds the tree and
/// all tables anew, concludes every verdict again, and compares; and what was signed is compared
/// with what is there.
public struct Verifier {
  private let source: DatabaseQueue
  /// The same file once more, to look at the log while it is replayed.
  private let log: DatabaseQueue
  private let replay: DatabaseQueue
  /// The replayed tables once more, to compare them while the gates look at them.
  private let rebuilt: DatabaseQueue
  private let reactor: any Reactor
  private let options: VerifyOptions
  private let progress: (VerifyProgress) throws -> Void

  /// Works on a copy, so that a server that is at work is not held up. The copy has no name once it
  /// is made, so that it is gone with this process, however that ends.
  ///
  /// - Parameters:
  ///   - directory: where there is room for the copy.
  ///   - progress: ends it by throwing; then nothing is left either.
  /// - Throws: `StartupRefused` when the file cannot be read as a ledger, `VerifyTrouble` when there
  ///   is no room to look at it.
  public static func verify(
    path: String, reactor: any Reactor, options: VerifyOptions = VerifyOptions(),
    in directory: URL = FileManager.default.temporaryDirectory,
    progress: @escaping (VerifyProgress) throws -> Void = { _ in }
  ) throws -> VerifyReport {
    do {
      return try verified(path, reactor, options, directory, progress)
    } catch let error as DatabaseError where VerifyTrouble.codes.contains(error.resultCode) {
      throw VerifyTrouble(error.message ?? error.description)
    }
  }

  private static func verified(
    _ path: String, _ reactor: any Reactor, _ options: VerifyOptions, _ directory: URL,
    _ progress: @escaping (VerifyProgress) throws -> Void
  ) throws -> VerifyReport {
    var report = VerifyReport()
    if let pages = options.pages {
      for problem in try PageDigest(path: path).problems(comparedWith: pages) {
        report.note(problem)
      }
    }
    let archive = try SQLiteArchive(path: path)
    let scratch = directory.appending(path: "ledger-verify-\(UUID().uuidString)")
    do {
      try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    } catch { throw VerifyTrouble("\(directory.path) cannot be written to") }
    let verifier = Result { try Verifier(archive, scratch, reactor, options, progress) }
    Verifier.remove(scratch)
    try verifier.get().run(into: &report)
    return report
  }

  private init(
    _ archive: SQLiteArchive, _ directory: URL, _ reactor: any Reactor, _ options: VerifyOptions,
    _ progress: @escaping (VerifyProgress) throws -> Void
  ) throws {
    self.reactor = reactor
    self.options = options
    self.progress = progress
    let copy = directory.appending(path: "copy.sqlite").path
    source = try DatabaseQueue(path: copy, configuration: Verifier.passing)
    try Verifier.fill(source, from: archive, progress)
    // Transactions of the replay are of all that is attached: only so do they hold up no reader.
    try source.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
    log = try DatabaseQueue(path: copy, configuration: Verifier.roomy)
    let scratch = directory.appending(path: "replay.sqlite").path
    replay = try Replay.open(scratch, log: copy)
    rebuilt = try DatabaseQueue(path: scratch)
    // What is open stays open: from here on nothing is looked for by name.
    for queue in [source, log, replay, rebuilt] {
      _ = try queue.read { try Int.fetchOne($0, sql: "SELECT idx FROM entries LIMIT 1") }
    }
  }

  /// Of a file that nobody needs after a crash.
  private static var passing: Configuration {
    var configuration = Configuration()
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = OFF") }
    return configuration
  }

  /// In one read: else each commit between two steps would begin it again.
  private static func fill(
    _ target: DatabaseQueue, from archive: SQLiteArchive,
    _ progress: @escaping (VerifyProgress) throws -> Void
  ) throws {
    try archive.queue.read { original in
      _ = try Int.fetchOne(original, sql: "SELECT count(*) FROM sqlite_schema")
      try target.writeWithoutTransaction { copy in
        try original.backup(to: copy, pagesPerStep: 4_096) { backup in
          try progress(
            .init(
              stage: .copying, done: Int64(backup.completedPageCount),
              total: Int64(backup.totalPageCount)))
        }
      }
    }
  }

  /// The check of the file looks for the entries of each index: 32 MB hold most of what it meets.
  private static var roomy: Configuration {
    var configuration = Configuration()
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA cache_size = -32768") }
    return configuration
  }

  private func run(into report: inout VerifyReport) throws {
    let total = try source.read { try SQLiteReader($0).size() }
    try progress(.init(stage: .hashing, done: 0, total: total))
    let (log, options, before) = (log, options, report)
    let definitions = try replay.read(SchemaRow.all)
    let logged = SideTask { try Verifier.checkLog(log, options, definitions, before) }
    let later = Result { try self.replayed(total) }
    // Nobody waits for the rest of it: what it says would not be heard.
    if case .failure = later { log.interrupt() }
    let first = logged.wait()
    let replayed = try later.get()
    report = try first.get()
    report.add(replayed)
  }

  /// Everything that does not need the tables.
  private static func checkLog(
    _ log: DatabaseQueue, _ options: VerifyOptions, _ definitions: Set<SchemaRow>,
    _ before: VerifyReport
  ) throws -> VerifyReport {
    var report = before
    try log.read { db in
      try checkFile(db, definitions, &report)
      let heads = try HeadCheck(db, options, into: &report)
      try LogPass.run(db, heads: heads, into: &report)
      let limit = VerifyReport.maximumProblems
      let problems =
        try CosignatureCheck.problems(db, limit: limit) + WitnessCheck.problems(db, options)
        + NameCheck.problems(db)
      for problem in problems { report.note(problem) }
    }
    return report
  }

  private func replayed(_ total: Int64) throws -> VerifyReport {
    var report = VerifyReport()
    let pass = Replay(
      source: source, target: replay, reactor: reactor, signatures: options.signatures)
    try pass.run(into: &report) { try progress(.init(stage: .replaying, done: $0, total: total)) }
    let owed = SideTask { try pass.owed() }
    let compared = Result { try compareTables(into: &report) }
    // The statement that is running is not waited for: what it says would not be heard.
    if case .failure = compared { replay.interrupt() }
    let problems = owed.wait()
    try compared.get()
    for problem in try problems.get() { report.note(problem) }
    return report
  }

  private func compareTables(into report: inout VerifyReport) throws {
    for (number, table) in Tables.all.enumerated() where !report.isFull {
      try progress(
        .init(stage: .comparing, done: Int64(number), total: Int64(Tables.all.count)))
      try TableComparison(table).run(source, rebuilt, into: &report)
    }
  }

  private static func checkFile(
    _ db: Database, _ definitions: Set<SchemaRow>, _ report: inout VerifyReport
  ) throws {
    let answer = try String.fetchOne(db, sql: "PRAGMA integrity_check(1)")
    if answer != "ok" { report.note("the file is damaged: \(answer ?? "no answer")") }
    let found = try SchemaRow.all(db)
    for row in found.symmetricDifference(definitions).sorted(by: { $0.name < $1.name }) {
      report.note("the definition of \(row.name) is not that of this version", table: row.table)
    }
  }

  private static func remove(_ directory: URL) {
    do { try FileManager.default.removeItem(at: directory) } catch {
      let line = Array("cannot remove \(directory.path): \(error)\n".utf8)
      // `FileHandle` would end the process where standard error is closed.
      _ = Glibc.write(STDERR_FILENO, line, line.count)
    }
  }
}

/// A table or an index as SQLite keeps its definition: a changed one changes answers. A text that
/// became a blob of the same bytes is a change, too.
private struct SchemaRow: Hashable {
  let columns: [DatabaseValue]

  var name: String { String.fromDatabaseValue(columns[1]) ?? "a table" }
  var table: String { String.fromDatabaseValue(columns[2]) ?? "sqlite_schema" }

  static func all(_ db: Database) throws -> Set<SchemaRow> {
    let rows = try GRDB.Row.fetchAll(db, sql: "SELECT type, name, tbl_name, sql FROM sqlite_schema")
    return Set(rows.map { SchemaRow(columns: Array($0.databaseValues)) })
  }
}
