import Foundation
import GRDB
import Merkle
import Testing

@testable import SQLiteStore

/// A ledger is never put beside somebody else's tables.
@Suite struct ForeignDatabaseTests {
  private static let users = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)"

  private func make(_ path: String, _ sql: String, isLogged: Bool = false) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { db in
      if isLogged { try db.execute(sql: "PRAGMA journal_mode = WAL") }
      try db.execute(sql: sql)
    }
    try queue.close()
  }

  private func open(_ path: String, _ journal: Journal.Choice = .automatic) throws -> SQLiteLedger {
    var settings = SQLiteLedger.Settings()
    settings.journal = journal
    return try SQLiteLedger(
      path: path, reactor: Silence(), settings: settings, now: { moment })
  }

  @Test(arguments: [Journal.Choice.wal, .delete])
  func aDatabaseOfSomethingElseStaysAsItIs(_ journal: Journal.Choice) async throws {
    try await withScratch { scratch in
      try make(scratch.path, Self.users)
      let before = try Data(contentsOf: URL(filePath: scratch.path))
      #expect(throws: StartupRefused.foreign(table: "users")) { try open(scratch.path, journal) }
      #expect(throws: StartupRefused.foreign(table: "users")) {
        try SQLiteArchive(path: scratch.path)
      }
      #expect(try Data(contentsOf: URL(filePath: scratch.path)) == before)
      #expect(!FileManager.default.fileExists(atPath: scratch.path + "-wal"))
    }
  }

  /// Others call their table by this name, too, and others have a write-ahead log.
  @Test(arguments: [
    "CREATE TABLE migrations (id INTEGER PRIMARY KEY, migration TEXT, batch INTEGER)",
    "CREATE TABLE migrations (number INTEGER)", users,
  ])
  func whatIsInAWriteAheadLogIsSeen(_ sql: String) async throws {
    try await withScratch { scratch in
      try make(scratch.path, sql, isLogged: true)
      #expect(throws: StartupRefused.self) { try open(scratch.path) }
      let queue = try DatabaseQueue(path: scratch.path)
      let tables = try await queue.read {
        try String.fetchAll($0, sql: "SELECT name FROM sqlite_schema WHERE name <> 'x'")
      }
      #expect(tables.count == 1)
      try queue.close()
    }
  }

  @Test func anEmptyFileIsNobodysYet() async throws {
    try await withScratch { scratch in
      try Data().write(to: URL(filePath: scratch.path))
      try await open(scratch.path).close()
      try await open(scratch.path).close()
      let other = scratch.path + ".other"
      try make(other, "CREATE TABLE gone (x); DROP TABLE gone")
      try await open(other).close()
    }
  }

  @Test func aLogThatBeginsIsTold() async throws {
    try await withScratch { scratch in
      let signer = try NoteSigner(name: "a.example/log", seed: Array(0..<32))
      for hasBegun in [true, false] {
        let ledger = try SQLiteLedger(
          path: scratch.path, reactor: Silence(), signers: [signer], now: { moment })
        #expect(ledger.hasBegun == hasBegun)
        try await ledger.close()
      }
      let unsigned = try open(scratch.path + ".unsigned")
      #expect(!unsigned.hasBegun)
      try await unsigned.close()
    }
  }
}
