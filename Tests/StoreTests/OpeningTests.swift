import Foundation
import GRDB
import Ledger
import Testing

@testable import SQLiteStore

@Suite struct OpeningTests {
  private func open(_ path: String) throws -> SQLiteLedger {
    try SQLiteLedger(path: path, reactor: Silence(), now: { moment })
  }

  private func refusal(_ open: () throws -> some Any) -> StartupRefused? {
    do {
      _ = try open()
      Issue.record("it was not refused")
      return nil
    } catch {
      return error as? StartupRefused
    }
  }

  @Test func aSecondWriterIsRefusedAndAReaderIsNot() async throws {
    try await withScratch { scratch in
      let ledger = try open(scratch.path)
      let holder = "process \(ProcessInfo.processInfo.processIdentifier)"
      #expect(
        refusal { try open(scratch.path) } == .locked(path: scratch.path, holder: holder))
      let archive = try SQLiteArchive(path: scratch.path)
      for number in 0..<20 {
        _ = try await ledger.append([note(number)])
        #expect(try archive.read { try $0.size() } == Int64(number + 1))
      }
      #expect(refusal { try open(scratch.path) }?.description.contains(holder) == true)
      try await ledger.close()
      let next = try open(scratch.path)
      #expect(try await next.read { try $0.size() } == 20)
      try await next.close()
    }
  }

  /// Names that lead to `data/ledger.sqlite`, with the links that they go through.
  private static let names: [(name: String, links: [(at: String, to: String)])] = [
    ("link", [("link", "%/data/ledger.sqlite")]), ("link", [("link", "data/ledger.sqlite")]),
    ("link", [("link", "./data/../data/ledger.sqlite")]),
    ("link", [("link", "second"), ("second", "%/third"), ("third", "data/ledger.sqlite")]),
    ("link", [("directory", "data"), ("link", "directory/ledger.sqlite")]),
    ("directory/ledger.sqlite", [("directory", "%/data")]),
    ("directory/link", [("directory", "other"), ("other/link", "../data/ledger.sqlite")]),
  ]

  /// The names of one file are one lock, also while the file is not there yet.
  @Test(arguments: names.indices) func aLinkThatLeadsNowhereYet(_ number: Int) async throws {
    try await withScratch { scratch in
      let (name, links) = Self.names[number]
      let (files, root) = (FileManager.default, scratch.directory)
      for directory in ["data", "other"] {
        try files.createDirectory(
          at: root.appending(path: directory), withIntermediateDirectories: false)
      }
      for link in links {
        try files.createSymbolicLink(
          atPath: root.appending(path: link.at).path,
          withDestinationPath: link.to.replacing("%", with: root.path))
      }
      let path = root.appending(path: name).path
      let target = root.appending(path: "data/ledger.sqlite").path
      #expect(refusal { try SQLiteArchive(path: path) } == .noDatabase(path: path))
      #expect(!files.fileExists(atPath: target), "a reader makes nothing")
      let holder = "process \(ProcessInfo.processInfo.processIdentifier)"
      let ledger = try open(path)
      for other in [path, target] {
        #expect(refusal { try open(other) } == .locked(path: other, holder: holder))
      }
      try await ledger.close()
      try await open(target).close()
    }
  }

  @Test func linksInACircleAreSaid() async throws {
    try await withScratch { scratch in
      let (one, other) = (scratch.path + ".one", scratch.path + ".other")
      for (link, target) in [(one, other), (other, one)] {
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
      }
      #expect(
        refusal { try open(one) }
          == .cannotOpen(path: one, reason: "Too many levels of symbolic links"))
    }
  }

  /// Each name would be locked by itself.
  @Test func aFileOfTwoNamesHasNoWriter() async throws {
    try await withScratch { scratch in
      try await open(scratch.path).close()
      let other = scratch.path + ".other"
      try FileManager.default.linkItem(atPath: scratch.path, toPath: other)
      for path in [scratch.path, other] {
        #expect(
          refusal { try open(path) }
            == .cannotOpen(
              path: FileLock.resolved(path),
              reason: "it has 2 names (hard links), and may have one writer"))
      }
      try FileManager.default.removeItem(atPath: other)
      try await open(scratch.path).close()
    }
  }

  @Test func nothingIsAppendedAfterClosing() async throws {
    try await withScratch { scratch in
      let ledger = try open(scratch.path)
      try await ledger.close()
      await #expect(throws: StoreError.closed) { _ = try await ledger.append([note(1)]) }
    }
  }

  /// A connection that is closed under a reader is freed memory.
  @Test func closingWaitsForWhatIsRead() async throws {
    try await withScratch { scratch in
      let ledger = try open(scratch.path)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<400 {
          group.addTask {
            do { _ = try await ledger.read { try $0.entries(from: 0, limit: 9, kind: nil) } } catch
            {
              #expect(error as? StoreError == .closed)
            }
          }
          if number == 200 { group.addTask { try await ledger.close() } }
        }
        try await group.waitForAll()
      }
      await #expect(throws: StoreError.closed) { try await ledger.read { try $0.size() } }
    }
  }

  @Test func aNewerSchemaIsRefused() async throws {
    try await withScratch { scratch in
      try await open(scratch.path).close()
      try scratch.tamper { try $0.execute(sql: "INSERT INTO migrations VALUES (99, 'x', 'x')") }
      let newest = try #require(Migrator().migrations.last?.number)
      let expected = StartupRefused.newerVersion(database: 99, binary: newest)
      #expect(refusal { try open(scratch.path) } == expected)
      #expect(refusal { try SQLiteArchive(path: scratch.path) } == expected)
    }
  }

  @Test func anEditedMigrationIsRefused() async throws {
    try await withScratch { scratch in
      try await open(scratch.path).close()
      try scratch.tamper {
        try $0.execute(
          sql: "UPDATE migrations SET sha256 = replace(sha256, 'a', 'b') WHERE number = 2")
      }
      #expect(refusal { try open(scratch.path) } == .editedMigration(2))
      #expect(refusal { try SQLiteArchive(path: scratch.path) } == .editedMigration(2))
    }
  }

  /// A bit of its number makes one migration another.
  @Test func aMigrationThatIsMissingBelowAnotherIsNoNewerSchema() async throws {
    try await withScratch { scratch in
      try await open(scratch.path).close()
      let newest = try #require(Migrator().migrations.last?.number)
      try scratch.tamper {
        try $0.execute(
          sql: "UPDATE migrations SET number = number + 64 WHERE number = \(newest)")
      }
      #expect(refusal { try SQLiteArchive(path: scratch.path) } == .editedMigration(newest))
    }
  }

  /// One more than the greatest number there is would end the process.
  @Test func anEntryAtAPlaceThatNoLogHasIsAnError() async throws {
    try await withScratch { scratch in
      let ledger = try open(scratch.path)
      for number in 0..<3 { _ = try await ledger.append([note(number)]) }
      try await ledger.close()
      try scratch.tamper {
        try $0.execute(sql: "UPDATE entries SET idx = \(Int64.max) WHERE idx = 2")
      }
      #expect(throws: StoreError.self) { try open(scratch.path) }
      #expect(throws: StoreError.self) {
        try Verifier.verify(path: scratch.path, reactor: Silence())
      }
      let archive = try SQLiteArchive(path: scratch.path)
      #expect(throws: StoreError.self) {
        try archive.read { try $0.entries(from: 0, limit: 0, kind: nil) }
      }
      #expect(try archive.read { try $0.entry(at: 1)?.index } == 1)
    }
  }

  @Test func laterMigrationsAreApplied() async throws {
    try await withScratch { scratch in
      let queue = try DatabaseQueue(path: scratch.path)
      let first = Migrator().migrations.prefix(1)
      try await queue.write { try Migrator(Array(first)).migrate($0) }
      try queue.close()
      let ledger = try open(scratch.path)
      let applied = try await ledger.pool.read { try Migrator().check($0) }
      #expect(applied == Migrator().migrations.last?.number)
      try await ledger.close()
    }
  }

  @Test func whatCannotBeOpenedIsSaid() async throws {
    try await withScratch { scratch in
      let missing = scratch.directory.appending(path: "nowhere/ledger.sqlite").path
      #expect(
        refusal { try open(missing) }
          == .cannotOpen(path: missing + ".lock", reason: "No such file or directory"))
      #expect(refusal { try SQLiteArchive(path: missing) } == .noDatabase(path: missing))
      let directory = scratch.directory.appending(path: "directory").path
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: false)
      #expect(
        refusal { try open(directory) }
          == .cannotOpen(path: directory, reason: "unable to open database file"))
      let text = scratch.directory.appending(path: "text").path
      try String(repeating: "not a database\n", count: 100)
        .write(toFile: text, atomically: true, encoding: .utf8)
      let reason = "file is not a database"
      let damaged = StartupRefused.damaged(path: text, reason: reason)
      #expect(refusal { try open(text) } == damaged && damaged.isIntegrity)
      #expect(refusal { try SQLiteArchive(path: text) } == damaged)
      // Nobody, not even root, may create a file there.
      #expect(
        refusal { try open("/proc/ledger.sqlite") }
          == .cannotOpen(path: "/proc/ledger.sqlite.lock", reason: "No such file or directory"))
    }
  }

  @Test(.enabled(if: geteuid() != 0, "SKIPPED: root may write to a read-only directory"))
  func aReadOnlyDirectoryIsRefused() async throws {
    try await withScratch { scratch in
      let files = FileManager.default
      try files.setAttributes([.posixPermissions: 0o555], ofItemAtPath: scratch.directory.path)
      let refused = refusal { try open(scratch.path) }
      try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: scratch.directory.path)
      #expect(
        refused == .cannotOpen(path: scratch.path + ".lock", reason: "Permission denied"))
    }
  }

  /// The tables of the fold and their SQL are written twice; this holds them together.
  @Test(arguments: Tables.all.map(\.name))
  func everyTableHasTheColumnsOfItsFold(_ name: String) async throws {
    let queue = try DatabaseQueue()
    try await queue.write { db in try Migrator().migrate(db) }
    let columns = try await queue.read { db in
      try GRDB.Row.fetchAll(
        db, sql: "SELECT name, pk FROM pragma_table_info(?)", arguments: [name]
      ).map { row -> (name: String, place: Int) in (row[0], row[1]) }
    }
    let table = try #require(Tables.all.first { $0.name == name })
    #expect(columns.map(\.name).sorted() == table.columns.sorted())
    let key = columns.filter { $0.place > 0 }.sorted { $0.place < $1.place }.map(\.name)
    #expect(key == table.key)
  }
}
