import Foundation
import GRDB
import Ledger
import LedgerTesting
import Testing

@testable import SQLiteStore

@Suite struct JournalTests {
  private func open(
    _ path: String, _ journal: SQLiteStore.Journal.Choice = .delete
  ) throws -> SQLiteLedger {
    var settings = SQLiteLedger.Settings()
    settings.journal = journal
    return try SQLiteLedger(
      path: path, reactor: Silence(), settings: settings, now: { moment })
  }

  private func refusal(_ open: () throws -> some Any) -> StartupRefused? {
    do {
      _ = try open()
      Issue.record("it was not refused")
      return nil
    } catch { return error as? StartupRefused }
  }

  private func pragma(_ name: String, _ ledger: SQLiteLedger) async throws -> String? {
    try await ledger.pool.writeWithoutTransaction { db in
      try String.fetchOne(db, sql: "PRAGMA \(name)")
    }
  }

  @Test(arguments: [
    ("ext4", FileSystem.local), ("xfs", .local), ("btrfs", .local), ("overlay", .local),
    ("tmpfs", .local), ("nfs", .network("nfs")), ("nfs4", .network("nfs4")),
    ("cifs", .network("cifs")), ("smb3", .network("smb3")), ("9p", .network("9p")),
    ("fuse.sshfs", .network("fuse.sshfs")), ("fuseblk", .network("fuseblk")),
    ("virtiofs", .network("virtiofs")), ("ceph", .network("ceph")),
  ])
  func fileSystems(_ name: String, _ expected: FileSystem) {
    #expect(FileSystem(named: name) == expected)
  }

  private static let mounts = """
    22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
    30 22 0:40 / /data rw,relatime shared:7 master:2 - nfs4 fs-1.efs.us-east-1.amazonaws.com:/ rw
    31 30 0:41 / /data/local rw - xfs /dev/vdb rw
    32 22 0:42 / /mnt/with\\040space rw - cifs //host/share rw
    33 22 0:43 / /twice rw - ext4 /dev/vdc rw
    34 33 0:44 / /twice rw - fuse.sshfs host: rw
    broken
    """

  @Test(arguments: [
    ("/var/lib/ledger.sqlite", FileSystem.local), ("/data/ledger.sqlite", .network("nfs4")),
    ("/data", .network("nfs4")), ("/database/ledger.sqlite", .local),
    ("/data/local/ledger.sqlite", .local), ("/mnt/with space/x", .network("cifs")),
    ("/twice/x", .network("fuse.sshfs")), ("relative", .local),
  ])
  func theMountThatHoldsAPath(_ path: String, _ expected: FileSystem) {
    #expect(FileSystem(holding: path, mounts: Self.mounts) == expected)
    #expect(FileSystem(holding: path, mounts: "") == .local)
  }

  /// The kernel gives it in pieces, and says that its size is 0.
  @Test func allMountsAreRead() throws {
    let lines = FileSystem.mounts().split(separator: "\n")
    #expect(lines.contains { $0.split(separator: " ").dropFirst(4).first == "/" })
    let scratch = try Scratch()
    let long = (0..<500).map { "\($0) 1 0:1 / /m\($0) rw - ext4 /dev/x rw" }
    let text = (long + ["9 1 0:2 / /last rw - nfs4 x:/ rw"]).joined(separator: "\n")
    try text.write(toFile: scratch.path, atomically: true, encoding: .utf8)
    #expect(FileSystem.mounts(scratch.path) == text)
    #expect(FileSystem(holding: "/last/x", mounts: text) == .network("nfs4"))
    #expect(FileSystem.mounts("/nowhere") == "")
    try scratch.remove()
  }

  @Test(arguments: [
    (SQLiteStore.Journal.Choice.automatic, FileSystem.local, SQLiteStore.Journal?.some(.wal)),
    (.automatic, .network("nfs"), .delete), (.delete, .local, .delete),
    (.delete, .network("nfs"), .delete), (.wal, .local, .wal), (.wal, .network("nfs"), nil),
  ])
  func decisions(
    _ choice: SQLiteStore.Journal.Choice, _ system: FileSystem, _ expected: SQLiteStore.Journal?
  ) throws {
    guard let expected else {
      let refused = refusal { try SQLiteStore.Journal.chosen(choice, on: system) }
      #expect(refused == .journalUnsafe(fileSystem: "nfs"))
      #expect(refused?.hint?.contains("--journal delete") == true)
      return
    }
    #expect(try SQLiteStore.Journal.chosen(choice, on: system) == expected)
  }

  /// Not NORMAL, and no lock that another process could get in between.
  @Test func aRollbackJournalIsFlushedAndExclusive() async throws {
    try await withScratch { scratch in
      let ledger = try open(scratch.path)
      #expect(ledger.journal == .delete)
      #expect(try await pragma("journal_mode", ledger) == "truncate")
      #expect(try await pragma("synchronous", ledger) == "3")
      #expect(try await pragma("locking_mode", ledger) == "exclusive")
      #expect(try await pragma("secure_delete", ledger) == "1")
      try await ledger.close()
    }
  }

  @Test func whoReadsBesideItIsRefusedAndAfterwardsIsNot() async throws {
    try await withScratch { scratch in
      let ledger = try open(scratch.path)
      _ = try await ledger.append([note(1)])
      let expected = StartupRefused.heldElsewhere(path: scratch.path)
      #expect(refusal { try SQLiteArchive(path: scratch.path) } == expected)
      #expect(expected.hint?.contains("--server") == true)
      #expect(try await ledger.read { try $0.size() } == 1)
      try await ledger.close()
      #expect(try SQLiteArchive(path: scratch.path).read { try $0.size() } == 1)
    }
  }

  /// A file is carried from one kind of disk to the other.
  @Test func aFileGoesFromOneJournalToTheOtherAndBack() async throws {
    try await withScratch { scratch in
      let journals: [SQLiteStore.Journal.Choice] = [.wal, .delete, .wal, .delete]
      for (number, journal) in journals.enumerated() {
        let ledger = try open(scratch.path, journal)
        _ = try await ledger.append([note(number)])
        #expect(try await ledger.read { try $0.size() } == Int64(number + 1))
        try await ledger.close()
      }
      #expect(!FileManager.default.fileExists(atPath: scratch.path + "-wal"))
      #expect(try SQLiteArchive(path: scratch.path).read { try $0.size() } == 4)
    }
  }

  /// As a kill leaves it: a write-ahead log that nobody copied, and never its shared index.
  @Test func whatAWriteAheadLogStillHoldsIsTaken() async throws {
    try await withScratch { scratch in
      let other = try Scratch()
      let first = try open(other.path, .wal)
      _ = try await first.append([note(1)])
      for suffix in ["", "-wal"] {
        try FileManager.default.copyItem(
          atPath: other.path + suffix, toPath: scratch.path + suffix)
      }
      try await first.close()
      try other.remove()
      let second = try open(scratch.path)
      #expect(try await second.read { try $0.size() } == 1)
      #expect(!FileManager.default.fileExists(atPath: scratch.path + "-shm"))
      try await second.close()
    }
  }

  /// The pages before the transaction stand in the journal: an erased name must not stay there.
  @Test func theJournalKeepsNothing() async throws {
    try await withScratch { scratch in
      let ledger = try open(scratch.path)
      let path = scratch.path + "-journal"
      for number in 0..<5 { _ = try await ledger.append([note(number)]) }
      let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
      #expect(size == 0)
      try await ledger.close()
    }
  }

  /// An interrupted transaction is taken back by who may write, and said by who may not.
  @Test func anInterruptedTransactionIsTakenBack() async throws {
    try await withScratch { scratch in
      let ledger = try open(scratch.path)
      _ = try await ledger.append([note(1)])
      try await ledger.close()
      try interrupt(scratch)
      #expect(
        refusal { try SQLiteArchive(path: scratch.path) } == .unfinished(path: scratch.path))
      let next = try open(scratch.path)
      #expect(try await next.read { try $0.size() } == 1)
      try await next.close()
    }
  }

  /// Copies file and journal away while a transaction has already changed the file, and puts them
  /// back over the one that was rolled back in order.
  private func interrupt(_ scratch: Scratch) throws {
    let copy = try Scratch()
    let queue = try DatabaseQueue(path: scratch.path)
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA cache_size = 2; BEGIN IMMEDIATE")
      try db.execute(sql: "DELETE FROM entries; CREATE TABLE waste (x)")
      for _ in 0..<50 { try db.execute(sql: "INSERT INTO waste VALUES (zeroblob(9000))") }
      for suffix in ["", "-journal"] {
        try FileManager.default.copyItem(
          atPath: scratch.path + suffix, toPath: copy.path + suffix)
      }
      try db.execute(sql: "ROLLBACK")
    }
    try queue.close()
    for suffix in ["", "-journal"] {
      let target = scratch.path + suffix
      if FileManager.default.fileExists(atPath: target) {
        try FileManager.default.removeItem(atPath: target)
      }
      try FileManager.default.moveItem(atPath: copy.path + suffix, toPath: target)
    }
    try copy.remove()
  }
}
