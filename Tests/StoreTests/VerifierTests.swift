import Foundation
import GRDB
import Gates
import Ledger
import LedgerTesting
import Merkle
import Testing

@testable import SQLiteStore

/// A change of the file, and where the verifier has to point.
struct Tampering: Sendable, CustomStringConvertible {
  let description: String
  let change: @Sendable (Database) throws -> Void
  let isNamed: @Sendable (VerifyReport.Problem) -> Bool

  init(
    _ description: String, entry: Int64? = nil, table: String? = nil, row: String? = nil,
    reason: String, _ change: @escaping @Sendable (Database) throws -> Void
  ) {
    self.description = description
    self.change = change
    isNamed = { problem in
      (entry == nil || problem.entry == entry) && problem.table == table
        && (row == nil || problem.row == row) && problem.reason.contains(reason)
    }
  }
}

@Suite struct VerifierTests {
  /// A copy of one ledger for each test.
  private static let original = Task {
    let scratch = try Scratch()
    try await FullLedger.write(to: scratch)
    let bytes = try Data(contentsOf: URL(filePath: scratch.path))
    try scratch.remove()
    return bytes
  }

  static func withLedger<Answer>(_ body: (Scratch) async throws -> Answer) async throws -> Answer {
    let bytes = try await original.value
    return try await withScratch { scratch in
      try bytes.write(to: URL(filePath: scratch.path))
      return try await body(scratch)
    }
  }

  static func verify(_ scratch: Scratch) throws -> VerifyReport {
    try Verifier.verify(path: scratch.path, reactor: Gatehouse())
  }

  @Test func aGoodLedgerPasses() async throws {
    try await VerifierTests.withLedger { scratch in
      let report = try VerifierTests.verify(scratch)
      #expect(report.problems == [])
      let entries = try SQLiteArchive(path: scratch.path).read {
        try $0.entries(from: 0, limit: 0, kind: nil)
      }
      #expect(report.entries == Int64(entries.count))
      #expect(report.tables == Tables.all.count)
      let conclusions = entries.filter {
        [
          .verdict, .bypass, .verified, .undetermined, .statusOverwritten, .deployVerdict,
          .admissionDecided,
        ].contains($0.entry.kind)
      }
      #expect(report.conclusions == conclusions.count)
      #expect(report.bodies == entries.count { $0.entry.evidence != nil })
      #expect(report.missingBodies == 0)
      #expect(report.rows > 50)
      let root = try SQLiteArchive(path: scratch.path).queue.read {
        try SQLiteReader($0).frontier().root
      }
      #expect(report.root == root)
    }
  }

  /// While it is at work there is no name to its copy, so that no end of it leaves one.
  @Test func nothingIsLeftHoweverItEnds() async throws {
    struct Stopped: Error {}
    try await VerifierTests.withLedger { scratch in
      let place = scratch.directory.appending(path: "copies")
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false)
      func left() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: place.path)
      }
      var stages: [VerifyProgress.Stage] = []
      let report = try Verifier.verify(
        path: scratch.path, reactor: Gatehouse(), in: place
      ) { progress in
        stages.append(progress.stage)
        let isEmpty = try left().isEmpty
        #expect(isEmpty == (progress.stage != .copying))
      }
      #expect(try left().isEmpty && report.problems == [])
      #expect(Set(stages).isSuperset(of: [.copying, .replaying, .comparing]))
      #expect(throws: Stopped.self) {
        try Verifier.verify(path: scratch.path, reactor: Gatehouse(), in: place) { _ in
          throw Stopped()
        }
      }
      #expect(try left().isEmpty)
    }
  }

  /// Its steps are many, and the server writes between each two of them.
  @Test func theCopyIsOfOneMomentWhoeverWrites() async throws {
    try await withScratch { scratch in
      let ledger = try SQLiteLedger(path: scratch.path, reactor: Silence(), now: { moment })
      // More than the pages of two steps; nothing of it is text that the log looks at.
      var random = SeededGenerator(seed: 7)
      let words = (0..<2_500_000).map { _ in random.next() }
      let body = Evidence(words.withUnsafeBytes { Array($0) })
      let kept = try Entry(
        kind: .noteRecorded, at: nil, received: moment, source: .token("ci"),
        data: ["text": "x", "subject": "x"], evidence: body.reference)
      _ = try await ledger.append([Submission(entry: kept, evidence: body)])
      let writer = try DatabaseQueue(path: scratch.path)
      var steps = 0
      let report = try Verifier.verify(path: scratch.path, reactor: Silence()) { progress in
        guard progress.stage == .copying else { return }
        steps += 1
        try #require(steps < 100, "it begins anew for ever")
        try writer.write {
          try $0.execute(sql: "INSERT OR REPLACE INTO probe VALUES (0, ?)", arguments: [steps])
        }
      }
      #expect(steps > 1 && report.problems == [])
      try writer.close()
      try await ledger.close()
    }
  }

  /// What the machine lacks says nothing about the file.
  @Test func withoutRoomNothingIsFound() async throws {
    try await VerifierTests.withLedger { scratch in
      let file = scratch.directory.appending(path: "file")
      try Data().write(to: file)
      #expect(throws: VerifyTrouble.self) {
        try Verifier.verify(path: scratch.path, reactor: Gatehouse(), in: file)
      }
    }
  }

  @Test("A15 what was rewritten is found", arguments: tamperings)
  func tamperingIsNamed(_ tampering: Tampering) async throws {
    try await VerifierTests.withLedger { scratch in
      try scratch.tamper(tampering.change)
      let report = try VerifierTests.verify(scratch)
      #expect(report.problems.contains(where: tampering.isNamed), "\(report.problems)")
    }
  }

  static let tamperings: [Tampering] = [
    Tampering("a byte of an entry", entry: 7, reason: "leaf hash is not that of the bytes") {
      try replace("\"repository_id\":8", "\"repository_id\":9", inEntry: 7, $0)
    },
    Tampering("a byte that ends an entry early", entry: 7, reason: "cannot be read") {
      try replace("\"repository_id\":8", "\"repository_id\"}8", inEntry: 7, $0)
    },
    Tampering("the kind column", entry: 7, reason: "the kind column says x") {
      try $0.execute(sql: "UPDATE entries SET kind = 'x' WHERE idx = 7")
    },
    Tampering("the leaf column", entry: 7, reason: "leaf hash is not that of the bytes") {
      try $0.execute(sql: "UPDATE entries SET leaf = zeroblob(32) WHERE idx = 7")
    },
    Tampering("an entry deleted", entry: 7, reason: "entry 7 is missing") {
      try $0.execute(sql: "DELETE FROM entries WHERE idx = 7")
    },
    Tampering(
      "two entries swapped", entry: 7, table: "tree_nodes", row: "1/3",
      reason: "the stored hash of the tree is wrong"
    ) { db in
      for (from, to) in [(6, -6), (7, 6), (-6, 7)] {
        try db.execute(sql: "UPDATE entries SET idx = ? WHERE idx = ?", arguments: [to, from])
      }
    },
    Tampering(
      "a hash of the tree", table: "tree_nodes", row: "2/1",
      reason: "the stored hash of the tree is wrong"
    ) {
      try $0.execute(sql: "UPDATE tree_nodes SET hash = zeroblob(32) WHERE level = 2 AND idx = 1")
    },
    Tampering(
      "a hash of the tree deleted", table: "tree_nodes", row: "2/1",
      reason: "the stored hash of the tree is wrong"
    ) { try $0.execute(sql: "DELETE FROM tree_nodes WHERE level = 2 AND idx = 1") },
    Tampering("a hash of the tree added", table: "tree_nodes", reason: "hashes, not") {
      try $0.execute(sql: "INSERT INTO tree_nodes VALUES (40, 0, zeroblob(32))")
    },
    Tampering("a body", reason: "not the one that was received") { db in
      try db.execute(sql: "UPDATE evidence SET codec = 0, size = 1, bytes = x'00' WHERE rowid = 3")
    },
    Tampering("a codec that is none", reason: "its codec, -9223372036854775808, is unknown") {
      try $0.execute(sql: "UPDATE evidence SET codec = \(Int64.min) WHERE rowid = 3")
    },
    Tampering("a name", table: "people", reason: "the name is not the one that was kept") {
      try $0.execute(sql: "UPDATE people SET login = login || '~' WHERE sum IS NOT NULL")
      #expect($0.changesCount > 0)
    },
    Tampering("a damaged body", reason: "cannot be decompressed") { db in
      try db.execute(
        sql: "UPDATE evidence SET bytes = substr(bytes, 2) WHERE rowid = 3 AND codec = 2")
    },
  ]

  private static func replace(
    _ old: String, _ new: String, inEntry index: Int64, _ db: Database
  ) throws {
    let stored = try SQLiteReader(db).entry(at: index)
    let text = String(decoding: stored?.entry.bytes ?? [], as: UTF8.self)
    let changed = text.replacing(old, with: new, maxReplacements: 1)
    #expect(changed != text)
    try db.execute(
      sql: "UPDATE entries SET bytes = ? WHERE idx = ?", arguments: [Data(changed.utf8), index])
  }

  // MARK: tables

  /// A row in the middle of each table, so that the rows around it must not be blamed.
  private static func middle(of table: Ledger.Table, _ db: Database) throws -> (String, String) {
    let key = table.key.joined(separator: ", ")
    let sql = """
      SELECT \(key) FROM \(table.name) ORDER BY \(key)
      LIMIT 1 OFFSET (SELECT count(*) / 2 FROM \(table.name))
      """
    let row = try #require(try GRDB.Row.fetchOne(db, sql: sql))
    let values = table.key.map { row[$0] as DatabaseValue }
    let name = values.map { $0.description.replacing("\"", with: "") }.joined(separator: "/")
    let text = try zip(table.key, values).map { column, value in
      let literal = try String.fetchOne(db, sql: "SELECT quote(?)", arguments: [value]) ?? ""
      return "\(column) = \(literal)"
    }
    return (text.joined(separator: " AND "), name)
  }

  /// What is to be named: a table, and its row.
  private struct Named: Hashable {
    let table: String?
    let row: String?
  }

  /// One change in the middle row of each table, and which rows those are.
  private static func change(
    _ tables: [Ledger.Table], in scratch: Scratch,
    _ change: (Database, Ledger.Table, _ condition: String) throws -> Void
  ) throws -> [Named] {
    var rows: [Named] = []
    try scratch.tamper { db in
      for table in tables {
        let (condition, row) = try middle(of: table, db)
        try change(db, table, condition)
        #expect(db.changesCount == 1)
        rows.append(Named(table: table.name, row: row))
      }
    }
    return rows
  }

  @Test func aRowTooFewIsNamed() async throws {
    try await VerifierTests.withLedger { scratch in
      let rows = try VerifierTests.change(Tables.all, in: scratch) { db, table, condition in
        try db.execute(sql: "DELETE FROM \(table.name) WHERE \(condition)")
      }
      let problems = try VerifierTests.verify(scratch).problems
      #expect(problems.map { Named(table: $0.table, row: $0.row) } == rows)
      #expect(problems.allSatisfy { $0.reason == "a row is missing" })
    }
  }

  @Test func aRowTooManyIsNamed() async throws {
    try await VerifierTests.withLedger { scratch in
      let rows = try VerifierTests.change(Tables.all, in: scratch) { db, table, condition in
        let columns = table.columns.map { column in
          guard column == table.key[0] else { return column }
          return
            "CASE typeof(\(column)) WHEN 'integer' THEN \(column) - 1 ELSE '!' || \(column) END"
        }
        try db.execute(
          sql: """
            INSERT INTO \(table.name) (\(table.columns.joined(separator: ", ")))
            SELECT \(columns.joined(separator: ", ")) FROM \(table.name) WHERE \(condition)
            """)
      }
      let problems = try VerifierTests.verify(scratch).problems
      #expect(problems.map(\.table) == rows.map(\.table))
      #expect(problems.allSatisfy { $0.reason == "a row that no entry makes" })
    }
  }

  private static func values(of table: Ledger.Table) -> [String] {
    table.columns.filter { !table.key.contains($0) }
  }

  /// Every column that is no key, in the middle row: one of each table, then the next of each.
  @Test(arguments: 0..<(Tables.all.map { values(of: $0).count }.max() ?? 0))
  func anyColumnChangedIsNamed(_ number: Int) async throws {
    let tables = Tables.all.filter { VerifierTests.values(of: $0).count > number }
    try await VerifierTests.withLedger { scratch in
      let rows = try VerifierTests.change(tables, in: scratch) { db, table, condition in
        let column = VerifierTests.values(of: table)[number]
        let type = try String.fetchOne(
          db, sql: "SELECT type FROM pragma_table_info(?) WHERE name = ?",
          arguments: [table.name, column])
        let value =
          type == "INTEGER" ? "coalesce(\(column), 0) + 1" : "coalesce(\(column), '') || '~'"
        try db.execute(sql: "UPDATE \(table.name) SET \(column) = \(value) WHERE \(condition)")
      }
      let problems = try VerifierTests.verify(scratch).problems
      #expect(problems.map { Named(table: $0.table, row: $0.row) } == rows)
      for (problem, table) in zip(problems, tables) {
        #expect(problem.reason.hasPrefix("\(VerifierTests.values(of: table)[number]) is "))
      }
    }
  }
}
