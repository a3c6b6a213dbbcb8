import Foundation
import GRDB
import Testing

@testable import SQLiteStore

/// Copies in folders that one may only read.
@Suite struct FileAtRestTests {
  private func fill(_ path: String) async throws {
    let ledger = try SQLiteLedger(path: path, reactor: Silence(), now: { moment })
    for number in 0..<3 { _ = try await ledger.append([note(number)]) }
    try await ledger.close()
  }

  @Test(arguments: ["a", "a b", "100%", "what?", "#1", "ä", "x=1&immutable=0"])
  func itIsReadAsAFileThatNobodyChanges(_ name: String) async throws {
    try await withScratch { scratch in
      let path = scratch.directory.appending(path: name).path
      try await fill(path)
      let (file, files) = (FileAtRest(path), FileManager.default)
      #expect(try file.isWhole)
      let before = try files.contentsOfDirectory(atPath: scratch.directory.path).sorted()
      let archive = SQLiteArchive(queue: try SQLiteArchive.queue(file.unchanging))
      #expect(try archive.read { try $0.size() } == 3)
      #expect(try files.contentsOfDirectory(atPath: scratch.directory.path).sorted() == before)
    }
  }

  @Test(arguments: ["-wal", "-journal"])
  func withALogBesideItIsNotWhole(_ suffix: String) async throws {
    try await withScratch { scratch in
      try await fill(scratch.path)
      let log = URL(filePath: scratch.path + suffix)
      try Data().write(to: log)
      #expect(try FileAtRest(scratch.path).isWhole)
      try Data([1]).write(to: log)
      #expect(try !FileAtRest(scratch.path).isWhole)
    }
  }

  @Test(.enabled(if: geteuid() != 0, "SKIPPED: root may write to a read-only folder"))
  func aReadOnlyFolder() async throws {
    try await withScratch { scratch in
      try await fill(scratch.path)
      let (files, folder) = (FileManager.default, scratch.directory.path)
      for suffix in ["-wal", "-shm"] where files.fileExists(atPath: scratch.path + suffix) {
        try files.removeItem(atPath: scratch.path + suffix)
      }
      try files.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder)
      let found = Result { try SQLiteArchive(path: scratch.path).read { try $0.size() } }
      try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
      #expect(try found.get() == 3)
      try Data([1]).write(to: URL(filePath: scratch.path + "-wal"))
      try files.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder)
      let refused = Result { try SQLiteArchive(path: scratch.path) }
      try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
      #expect(throws: StartupRefused.readOnlyFolder(path: scratch.path)) { try refused.get() }
    }
  }

  @Test func aFolderIsSaid() async throws {
    try await withScratch { scratch in
      let path = scratch.directory.path
      let expected = StartupRefused.folder(path: path)
      #expect(throws: expected) { try SQLiteArchive(path: path) }
      #expect(throws: expected) { try Verifier.verify(path: path, reactor: Silence()) }
      #expect(!expected.isIntegrity && expected.hint != nil)
    }
  }
}
