import GRDB
import Gates
import Ledger
import Testing

@testable import SQLiteStore

/// A flipped bit in a row's header makes a value NULL, whatever its column promises. That is an
/// error, not the end of the process.
@Suite struct DamagedRowTests {
  private func withNull(
    in column: String, of table: String, _ body: (Scratch) throws -> Void
  ) async throws {
    try await VerifierTests.withLedger { scratch in
      try scratch.tamper { db in
        try db.execute(sql: "PRAGMA writable_schema = ON")
        try db.execute(
          sql: "UPDATE sqlite_schema SET sql = replace(sql, 'NOT NULL', '') WHERE name = ?",
          arguments: [table])
      }
      try scratch.tamper { try $0.execute(sql: "UPDATE \(table) SET \(column) = NULL") }
      try body(scratch)
    }
  }

  @Test func aMigration() async throws {
    try await withNull(in: "sha256", of: "migrations") { scratch in
      #expect(throws: StartupRefused.editedMigration(1)) {
        _ = try SQLiteArchive(path: scratch.path)
      }
    }
  }

  /// The command ends with 12, whichever entry the verifier has to read first.
  @Test func anEntry() async throws {
    try await withNull(in: "bytes", of: "entries") { scratch in
      #expect(throws: StoreError.failed("a row of the file is damaged")) {
        _ = try SQLiteArchive(path: scratch.path).read { reader in
          try reader.entries(from: 0, limit: 0, kind: nil)
        }
      }
      #expect(throws: StoreError.failed("a row of the file is damaged")) {
        try VerifierTests.verify(scratch)
      }
    }
  }

  @Test(arguments: ["codec", "size", "bytes"]) func aBody(_ column: String) async throws {
    try await withNull(in: column, of: "evidence") { scratch in
      #expect(throws: StoreError.failed("a row of the file is damaged")) {
        _ = try SQLiteArchive(path: scratch.path).read { try $0.bodies(after: 0, limit: 10) }
      }
      let problems = try VerifierTests.verify(scratch).problems
      #expect(!problems.isEmpty)
    }
  }

  /// Words where a number belongs: without STRICT any column may hold any type.
  @Test(arguments: [
    ("history", "entry"), ("places", "entry"), ("tokens", "entry"), ("coverage", "covered_to"),
    ("installations", "entry"), ("capabilities", "entry"), ("evidence", "received"),
  ])
  func aProjection(_ table: String, _ column: String) async throws {
    try await VerifierTests.withLedger { scratch in
      _ = try SQLiteArchive(path: scratch.path).read { try Self.rows(of: table, $0) }
      try scratch.tamper { db in
        try db.execute(sql: "PRAGMA writable_schema = ON")
        try db.execute(
          sql: "UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '') WHERE name = ?",
          arguments: [table])
        try db.execute(
          sql: "UPDATE sqlite_schema SET sql = replace(sql, ', WITHOUT', 'WITHOUT') WHERE name = ?",
          arguments: [table])
      }
      try scratch.tamper {
        try $0.execute(sql: "UPDATE OR REPLACE \(table) SET \(column) = 'many'")
      }
      #expect(throws: StoreError.failed("a row of the file is damaged")) {
        _ = try SQLiteArchive(path: scratch.path).read { try Self.rows(of: table, $0) }
      }
    }
  }

  /// No difference to it could be told. The verifier, which compares rows as they are, says where.
  @Test(arguments: [
    ("history", "at"), ("history", "finished_at"), ("tokens", "revoked_at"),
    ("coverage", "covered_to"), ("landings", "at"), ("evidence", "received"),
  ])
  func aTime(_ table: String, _ column: String) async throws {
    try await VerifierTests.withLedger { scratch in
      for time in [Int64.min, 1 << 62] {
        try scratch.tamper { try $0.execute(sql: "UPDATE \(table) SET \(column) = \(time)") }
        #expect(throws: StoreError.failed("a row of the file is damaged")) {
          _ = try SQLiteArchive(path: scratch.path).read { try Self.rows(of: table, $0) }
        }
      }
      let problems = try VerifierTests.verify(scratch).problems
      #expect(problems.contains { $0.table == table }, "\(problems)")
    }
  }

  /// It covers nothing, and the others can be ended.
  @Test(arguments: ["made_at", "expires_at", "ended_at"])
  func theTimeOfAnOverride(_ column: String) async throws {
    try await VerifierTests.withLedger { scratch in
      let overrides = { () throws -> Int in
        try SQLiteArchive(path: scratch.path).read { try $0.overrides(.newest(limit: 10)).count }
      }
      let whole = try overrides()
      try #require(whole > 0)
      try scratch.tamper {
        try $0.execute(
          sql: """
            UPDATE overrides SET \(column) = \(Int64.min)
            WHERE entry = (SELECT max(entry) FROM overrides WHERE \(column) IS NOT NULL)
            """)
      }
      #expect(try overrides() == whole - 1)
      #expect(try VerifierTests.verify(scratch).problems.contains { $0.table == "overrides" })
    }
  }

  /// There is no tree of fewer than no entries. The verifier names what is before the first.
  @Test func aLogBeforeItsFirstEntry() async throws {
    try await VerifierTests.withLedger { scratch in
      try scratch.tamper { try $0.execute(sql: "UPDATE entries SET idx = idx - 1000000") }
      #expect(throws: StoreError.damagedRow) {
        try SQLiteLedger(path: scratch.path, reactor: Gatehouse(), now: { moment })
      }
      let problems = try VerifierTests.verify(scratch).problems
      #expect(problems.contains { $0.reason == "there are entries before the first" })
    }
  }

  @Test func aHeadOfFewerThanNoEntries() async throws {
    try await VerifierTests.withLedger { scratch in
      try scratch.tamper {
        try $0.execute(sql: "INSERT INTO checkpoints VALUES (-7, zeroblob(32), 'x', 0, 0)")
      }
      #expect(throws: StoreError.damagedRow) {
        _ = try SQLiteArchive(path: scratch.path).read { reader in
          try reader.checkpoint().map { try reader.root(of: $0.size) }
        }
      }
      #expect(try VerifierTests.verify(scratch).problems.contains { $0.table == "checkpoints" })
    }
  }

  /// A repetition is compared with what is kept of the first time.
  @Test func aRepetition() async throws {
    try await withScratch { scratch in
      let submission = try Self.build("1")
      let whole = try Self.open(scratch)
      #expect(try await whole.append([submission]).map(\.result) == [.appended])
      #expect(try await whole.append([submission]).map(\.result) == [.duplicate])
      try await whole.close()
      try scratch.tamper { db in
        try db.execute(sql: "PRAGMA writable_schema = ON")
        let promise = "replace(sql, 'NOT NULL', '')"
        try db.execute(
          sql: "UPDATE sqlite_schema SET sql = \(promise) WHERE name = 'identities'")
      }
      try scratch.tamper { try $0.execute(sql: "UPDATE identities SET content = NULL") }
      let damaged = try Self.open(scratch)
      await #expect(throws: StoreError.failed("a row of the file is damaged")) {
        try await damaged.append([submission])
      }
      try await damaged.close()
    }
  }

  /// Its receipt has the leaf of the first time.
  @Test func theLeafOfARepetition() async throws {
    try await withScratch { scratch in
      let submissions = try ["1", "2"].map(Self.build)
      let whole = try Self.open(scratch)
      _ = try await whole.append(submissions)
      try await whole.close()
      try scratch.tamper {
        try $0.execute(sql: "UPDATE entries SET leaf = zeroblob(31) WHERE idx = 0")
      }
      let damaged = try Self.open(scratch)
      await #expect(throws: StoreError.failed("a hash in the file is damaged")) {
        try await damaged.append([submissions[0]])
      }
      try await damaged.close()
    }
  }

  /// The next number would be none that JSON can hold, or none at all.
  @Test(arguments: [-1, 1 << 53, Int64.max]) func theEndOfAStream(_ number: Int64) async throws {
    try await withScratch { scratch in
      let whole = try Self.open(scratch)
      _ = try await whole.append([try Self.build("1")])
      try await whole.close()
      try scratch.tamper { try $0.execute(sql: "UPDATE streams SET seq = \(number)") }
      let damaged = try Self.open(scratch)
      await #expect(throws: StoreError.damagedRow) {
        try await damaged.append([try Self.build("2")])
      }
      try await damaged.close()
    }
  }

  /// The row is named all the same.
  @Test func whichEntryMadeARow() async throws {
    try await VerifierTests.withLedger { scratch in
      try scratch.tamper { db in
        try db.execute(sql: "PRAGMA writable_schema = ON")
        try db.execute(
          sql: "UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '') WHERE name = 'places'")
        try db.execute(
          sql: "UPDATE sqlite_schema SET sql = replace(sql, ', WITHOUT', 'WITHOUT') "
            + "WHERE name = 'places'")
      }
      try scratch.tamper { try $0.execute(sql: "UPDATE places SET entry = 'many'") }
      let problems = try VerifierTests.verify(scratch).problems
      #expect(problems.contains { $0.table == "places" && $0.row != nil && $0.entry == nil })
    }
  }

  @Test func theHashOfABody() async throws {
    try await VerifierTests.withLedger { scratch in
      try scratch.tamper {
        try $0.execute(sql: "UPDATE evidence SET sha256 = zeroblob(33) WHERE rowid = 3")
      }
      #expect(throws: StoreError.failed("a hash in the file is damaged")) {
        _ = try SQLiteArchive(path: scratch.path).read {
          try $0.bodyHashes(prefix: "", limit: 100)
        }
      }
    }
  }

  private static func build(_ id: String) throws -> Submission {
    Submission(
      entry: try Entry(
        kind: .buildRecorded, at: nil, received: moment, source: .token("ci", key: id),
        data: ["id": .string(id), "repository_id": 1, "service": "api"]))
  }

  private static func open(_ scratch: Scratch) throws -> SQLiteLedger {
    try SQLiteLedger(path: scratch.path, reactor: Gatehouse(), now: { moment })
  }

  private static func rows(of table: String, _ reader: any LedgerReader) throws -> Int {
    switch table {
    case "history": try reader.history(HistoryQuery()).rows.count
    case "places": try reader.places().count
    case "tokens": try reader.tokens().count
    case "coverage": try reader.coverage().count
    case "installations": try reader.installations().count
    case "landings": try reader.landings(since: -1).count
    case "evidence": try Int(reader.bodyTotals(receivedBefore: nil).count)
    default: try reader.capabilities().count
    }
  }
}
