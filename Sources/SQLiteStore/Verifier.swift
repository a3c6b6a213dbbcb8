import Foundation
import GRDB
import Ledger
import Merkle

/// What `ledger verify` found.
public struct VerifyReport: Sendable {
  public struct Problem: Sendable, Hashable {
    /// The entry that is wrong, or that a wrong row cites.
    public let entry: Int64?
    public let table: String?
    /// The key of the wrong row.
    public let row: String?
    public let reason: String
  }

  public var entries: Int64 = 0
  public var root = Hash.emptyRoot
  public var conclusions = 0
  public var bodies = 0
  /// Bodies that entries name and that are not there: pruned.
  public var missingBodies = 0
  public var tables = 0
  public var rows = 0
  /// In the order of the checks; at most `Verifier.maximumProblems`.
  public var problems: [Problem] = []
}

/// Believes nothing that is stored but the entries' bytes: it hashes them again, builds the tree and
/// all tables anew, concludes every verdict again, and compares.
public struct Verifier {
  public static let maximumProblems = 100
  private static let batch = 2_000

  private let source: DatabaseQueue
  private let replay: DatabaseQueue
  private let directory: URL
  private let reactor: any Reactor
  private var report = VerifyReport()
  private var frontier = Frontier()

  /// Works on a copy, so that a server that is at work is not held up.
  ///
  /// - Throws: `StartupRefused` when the file cannot be read as a ledger.
  public static func verify(
    path: String, reactor: any Reactor, progress: (Int64, Int64) -> Void = { _, _ in }
  ) throws -> VerifyReport {
    let archive = try SQLiteArchive(path: path)
    let directory = FileManager.default.temporaryDirectory
      .appending(path: "ledger-verify-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { Verifier.remove(directory) }
    var verifier = try Verifier(archive, directory, reactor)
    return try verifier.run(progress)
  }

  private init(_ archive: SQLiteArchive, _ directory: URL, _ reactor: any Reactor) throws {
    self.directory = directory
    self.reactor = reactor
    source = try DatabaseQueue(path: directory.appending(path: "copy.sqlite").path)
    try archive.queue.backup(to: source)
    var scratch = Configuration()
    scratch.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = OFF") }
    replay = try DatabaseQueue(
      path: directory.appending(path: "replay.sqlite").path, configuration: scratch)
    try replay.write { try Migrator().migrate($0) }
  }

  private mutating func run(_ progress: (Int64, Int64) -> Void) throws -> VerifyReport {
    let total = try source.read { try SQLiteReader($0).size() }
    try checkFile()
    while report.entries < total, !isFull {
      let done = report.entries
      try replayBatch(from: done)
      guard report.entries > done else { break }
      progress(report.entries, total)
    }
    report.root = frontier.root
    try checkNodeCount()
    try checkNothingIsOwed()
    for table in Tables.all where !isFull { try compare(table) }
    return report
  }

  private var isFull: Bool { report.problems.count >= Verifier.maximumProblems }

  private mutating func note(
    _ reason: String, entry: Int64? = nil, table: String? = nil, row: String? = nil
  ) {
    guard !isFull else { return }
    report.problems.append(.init(entry: entry, table: table, row: row, reason: reason))
  }

  private mutating func checkFile() throws {
    let below = try source.read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM entries WHERE idx < 0")
    }
    if below != 0 { note("there are entries before the first", table: "entries") }
    let answer = try source.read { try String.fetchOne($0, sql: "PRAGMA integrity_check(1)") }
    if answer != "ok" { note("the file is damaged: \(answer ?? "no answer")") }
  }

  // MARK: entries

  private mutating func replayBatch(from start: Int64) throws {
    let rows = try source.read { db in
      try GRDB.Row.fetchAll(
        db, sql: "SELECT idx, kind, bytes, leaf FROM entries WHERE idx >= ? ORDER BY idx LIMIT ?",
        arguments: [start, Verifier.batch])
    }
    let (source, replay) = (source, replay)
    try source.read { original in
      try replay.write { db in
        for row in rows { try check(row, original, db) }
      }
    }
  }

  private mutating func check(_ row: GRDB.Row, _ original: Database, _ db: Database) throws {
    let (index, kind, bytes, leaf): (Int64, String, Data, Data) = (row[0], row[1], row[2], row[3])
    if index != report.entries {
      note("entry \(report.entries) is missing", entry: report.entries)
    }
    report.entries = index == .max ? .max : index + 1
    let entry: Entry
    do { entry = try Entry(decoding: Array(bytes)) } catch {
      note("the entry cannot be read: \(error)", entry: index)
      return
    }
    let stored = Stored(index: index, entry: entry)
    if entry.kind.name != kind { note("the kind column says \(kind)", entry: index) }
    if stored.leaf.bytes != Array(leaf) {
      note("the leaf hash is not that of the bytes", entry: index)
    }
    try checkNodes(stored, original)
    try checkConclusion(stored, db)
    try checkEvidence(stored, original)
    try write(stored, to: db)
  }

  private mutating func checkNodes(_ stored: Stored, _ original: Database) throws {
    for node in frontier.append(stored.leaf) {
      let statement = try original.cachedStatement(
        sql: "SELECT hash FROM tree_nodes WHERE level = ? AND idx = ?")
      let hash = try Data.fetchOne(
        statement, arguments: [node.position.level, node.position.index])
      if hash.map({ Array($0) }) != node.hash.bytes {
        note(
          "the stored hash of the tree is wrong", entry: stored.index, table: "tree_nodes",
          row: "\(node.position.level)/\(node.position.index)")
      }
    }
  }

  /// The log up to here has to lead to exactly these bytes.
  private mutating func checkConclusion(_ stored: Stored, _ db: Database) throws {
    guard let occasion = reactor.occasion(of: stored.entry) else {
      if Kind.conclusions.contains(stored.entry.kind) {
        note("no gate concludes such a thing", entry: stored.index)
      }
      return
    }
    report.conclusions += 1
    let concluded = try reactor.reactions(
      to: [occasion], reading: SQLiteReader(db), now: stored.entry.received)
    if !concluded.contains(where: { $0.bytes == stored.entry.bytes }) {
      note("the evidence before it does not lead to this conclusion", entry: stored.index)
    }
  }

  private mutating func checkEvidence(_ stored: Stored, _ original: Database) throws {
    guard let reference = stored.entry.evidence else { return }
    do {
      guard let body = try SQLiteReader(original).evidence(reference.hash) else {
        report.missingBodies += 1
        return
      }
      report.bodies += 1
      if Hash.sha256(body) != reference.hash {
        note("the stored body is not the one that was received", entry: stored.index)
      }
    } catch is Zstandard.Failure {
      note("the stored body cannot be decompressed", entry: stored.index)
    }
  }

  private func write(_ stored: Stored, to db: Database) throws {
    try db.cachedStatement(sql: "INSERT INTO entries (idx, kind, bytes, leaf) VALUES (?, ?, ?, ?)")
      .execute(arguments: [
        stored.index, stored.entry.kind.name, Data(stored.entry.bytes), Data(stored.leaf.bytes),
      ])
    try Fold.apply(Projections.changes(of: stored), to: db)
  }

  // MARK: tables

  private mutating func checkNodeCount() throws {
    let count = try source.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM tree_nodes") }
    let expected = frontier.size - frontier.size.nonzeroBitCount
    if count != expected {
      note("there are \(count ?? 0) hashes, not \(expected)", table: "tree_nodes")
    }
  }

  /// A verdict that ought to be there and is not would be as bad as a wrong one.
  private mutating func checkNothingIsOwed() throws {
    let reactor = reactor
    let owed = try replay.read { db in
      try reactor.reactions(
        to: [.everything, .log], reading: SQLiteReader(db), now: Instant(seconds: 0))
    }
    for entry in owed {
      let about =
        entry.data["pull"]?.int.map { "pull request \($0)" }
        ?? "a \(entry.data["gate"]?.string ?? "gate")"
      note("the log lacks a conclusion about \(about)", table: "verdicts")
    }
  }

  private mutating func compare(_ table: Ledger.Table) throws {
    let sql = """
      SELECT \(table.columns.joined(separator: ", ")) FROM \(table.name)
      ORDER BY \(table.key.joined(separator: ", "))
      """
    report.tables += 1
    try source.read { original in
      try replay.read { rebuilt in
        let stored = try GRDB.Row.fetchCursor(original, sql: sql)
        let expected = try GRDB.Row.fetchCursor(rebuilt, sql: sql)
        try compare(table, stored, expected)
      }
    }
  }

  /// Walks both in the order of their keys, so that one row too many or too few is named itself.
  private mutating func compare(
    _ table: Ledger.Table, _ stored: RowCursor, _ expected: RowCursor
  ) throws {
    var (left, right) = (try stored.next()?.copy(), try expected.next()?.copy())
    while !isFull, left != nil || right != nil {
      report.rows += 1
      switch order(left, right, by: table.key) {
      case .stored:
        noteRow("a row that no entry makes", left, table)
        left = try stored.next()?.copy()
      case .expected:
        noteRow("a row is missing", right, table)
        right = try expected.next()?.copy()
      case .both:
        if left != right { noteRow(difference(left, right), left, table) }
        (left, right) = (try stored.next()?.copy(), try expected.next()?.copy())
      }
    }
  }

  private mutating func noteRow(_ reason: String, _ row: GRDB.Row?, _ table: Ledger.Table) {
    let key = table.key.map { "\(row?[$0] ?? DatabaseValue.null)" }.joined(separator: "/")
    note(reason, entry: citation(row), table: table.name, row: key)
  }

  private enum Side { case stored, expected, both }

  /// Which of two rows comes first, as SQLite sorts keys: integers by value, text by its bytes.
  private func order(_ stored: GRDB.Row?, _ expected: GRDB.Row?, by key: [String]) -> Side {
    guard let stored else { return .expected }
    guard let expected else { return .stored }
    for column in key {
      switch (Scalar(stored[column] as DatabaseValue), Scalar(expected[column] as DatabaseValue)) {
      case (.int(let left), .int(let right)) where left != right:
        return left < right ? .stored : .expected
      case (.text(let left), .text(let right)) where left != right:
        return left.utf8.lexicographicallyPrecedes(right.utf8) ? .stored : .expected
      default: continue
      }
    }
    return .both
  }

  private func difference(_ stored: GRDB.Row?, _ expected: GRDB.Row?) -> String {
    guard let stored, let expected else { return "" }
    for (name, value) in expected where stored[name] as DatabaseValue? != value {
      return "\(name) is \(stored[name] as DatabaseValue? ?? .null), the log says \(value)"
    }
    return "differs"
  }

  private func citation(_ row: GRDB.Row?) -> Int64? {
    guard let row, row.hasColumn("entry") else { return nil }
    return row["entry"]
  }

  private static func remove(_ directory: URL) {
    do { try FileManager.default.removeItem(at: directory) } catch {
      FileHandle.standardError.write(Data("cannot remove \(directory.path): \(error)\n".utf8))
    }
  }
}
