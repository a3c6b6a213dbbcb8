import Foundation
import GRDB
import Gates
import Ledger
import LedgerTesting
import Testing

@testable import SQLiteStore

@Suite struct DurabilityTests {
  /// NORMAL loses acknowledged rows in a power cut, and GRDB sets NORMAL after every hook.
  @Test func theWriterFlushesEachCommit() async throws {
    try await withScratch { scratch in
      let ledger = try SQLiteLedger(path: scratch.path, reactor: Silence(), now: { moment })
      for setting in ["synchronous": 2, "wal_autocheckpoint": 0] {
        let value = try await ledger.pool.writeWithoutTransaction { db in
          try Int.fetchOne(db, sql: "PRAGMA \(setting.key)")
        }
        #expect(value == setting.value, "\(setting.key)")
      }
      _ = try await ledger.append([note(1)])
      let after = try await ledger.pool.write { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
      #expect(after == 2)
      try await ledger.close()
    }
  }

  /// The negative control of the test above.
  @Test func withoutTheSettingItWouldNot() async throws {
    try await withScratch { scratch in
      var configuration = Configuration()
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      let pool = try DatabasePool(path: scratch.path, configuration: configuration)
      let value = try await pool.writeWithoutTransaction { db in
        try Int.fetchOne(db, sql: "PRAGMA synchronous")
      }
      #expect(value == 1)
      try pool.close()
    }
  }

  /// Each acknowledged group has at least one flush of the write-ahead log of its own.
  @Test(.enabled(if: Trace.isPossible, "SKIPPED: strace is missing, or ptrace is not permitted"))
  func everyGroupIsFlushed() async throws {
    let full = try await flushes(ofGroups: 20)
    #expect(full >= 20)
    let normal = try await flushes(ofGroups: 20, synchronous: "NORMAL")
    #expect(normal < 20, "the negative control: the count tells FULL from NORMAL")
    // One after the other: nobody can trace a process twice.
    try await everyGroupIsFlushedWithARollbackJournal()
  }

  /// The file itself, and the beginning and the end of its journal.
  private func everyGroupIsFlushedWithARollbackJournal() async throws {
    try await withScratch { scratch in
      var settings = SQLiteLedger.Settings()
      settings.journal = .delete
      let ledger = try SQLiteLedger(
        path: scratch.path, reactor: Silence(), settings: settings, now: { moment })
      let trace = try Trace.ofThisProcess(in: scratch.directory)
      for number in 0..<20 { _ = try await ledger.append([note(number)]) }
      let calls = try trace.stop()
      try await ledger.close()
      #expect(calls.count { $0.contains(scratch.path + ">") } >= 20)
      #expect(calls.count { $0.contains(scratch.path + "-journal>") } >= 40)
    }
  }

  private func flushes(ofGroups count: Int, synchronous: String? = nil) async throws -> Int {
    try await withScratch { scratch in
      let ledger = try SQLiteLedger(path: scratch.path, reactor: Silence(), now: { moment })
      if let synchronous {
        try await ledger.pool.writeWithoutTransaction { db in
          try db.execute(sql: "PRAGMA synchronous = \(synchronous)")
        }
      }
      let trace = try Trace.ofThisProcess(in: scratch.directory)
      for number in 0..<count { _ = try await ledger.append([note(number)]) }
      let calls = try trace.stop()
      try await ledger.close()
      return calls.count { $0.contains(scratch.path + "-wal>") }
    }
  }

  /// A redelivery of a row that an earlier process left visible and unflushed is acknowledged
  /// without a write, so opening has to flush it: afterwards nothing is left in the log.
  @Test func openingMakesDurableWhatIsVisible() async throws {
    try await withScratch { scratch in
      let other = try Scratch()
      let first = try SQLiteLedger(path: other.path, reactor: Silence(), now: { moment })
      _ = try await first.append([note(1)])
      // As after a crash: the database with a log that nobody checkpointed.
      for suffix in ["", "-wal"] {
        try FileManager.default.copyItem(
          atPath: other.path + suffix, toPath: scratch.path + suffix)
      }
      try await first.close()
      try other.remove()
      #expect(try size(scratch.path + "-wal") > 0)
      let second = try SQLiteLedger(path: scratch.path, reactor: Silence(), now: { moment })
      #expect(try size(scratch.path + "-wal") == 0)
      #expect(try await second.read { try $0.size() } == 1)
      try await second.close()
    }
  }

  @Test func checkpointsBoundTheLog() async throws {
    let bounded = try await longestLog(checkpointFrames: 200)
    let unbounded = try await longestLog(checkpointFrames: .max / 8)
    // A frame has a page and a header.
    #expect(bounded <= 200 * (4_096 + 24) * 2)
    #expect(unbounded > 4 * bounded, "the negative control")
  }

  private func longestLog(checkpointFrames: Int) async throws -> Int {
    try await withScratch { scratch in
      var settings = SQLiteLedger.Settings()
      settings.checkpointFrames = checkpointFrames
      let ledger = try SQLiteLedger(
        path: scratch.path, reactor: Silence(), settings: settings, now: { moment })
      var longest = 0
      for number in 0..<400 {
        _ = try await ledger.append([
          makeSubmission(StoreSample.push(number)),
          note(number, text: String(repeating: "x", count: 5_000)),
        ])
        longest = max(longest, try size(scratch.path + "-wal"))
      }
      try await ledger.close()
      return longest
    }
  }

  /// A reader that stays holds the checkpoint back: then new work is refused, not the disk filled.
  @Test func aLogThatCannotBeCheckpointedStopsTheIntake() async throws {
    try await withScratch { scratch in
      var settings = SQLiteLedger.Settings()
      (settings.checkpointFrames, settings.maximumFrames) = (20, 100)
      let ledger = try SQLiteLedger(
        path: scratch.path, reactor: Silence(), settings: settings, now: { moment })
      _ = try await ledger.append([note(0)])
      let reader = try LongRead(scratch.path)
      await #expect(throws: StoreError.busy) {
        for number in 1...200 { _ = try await ledger.append([note(number)]) }
      }
      try reader.end()
      let receipts = try await ledger.append([note(1_000)])
      #expect(receipts.first?.result == .appended)
      try await ledger.close()
    }
  }

  private func size(_ path: String) throws -> Int {
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    return size ?? 0
  }
}

enum StoreSample {
  static let acme = LedgerTesting.Deliveries(
    repository: LedgerTesting.Deliveries.Repository(
      id: 640_100_202,
      owner: LedgerTesting.Deliveries.Account(id: 50_600_700, login: "acme", kind: .organization),
      name: "store"))
  static let mia = LedgerTesting.Deliveries.Account(id: 7_001, login: "mia")

  static func push(_ number: Int) -> WebhookDelivery {
    acme.push(
      LedgerTesting.Deliveries.Push(
        ref: "refs/heads/main", before: Derived.commit("\(number)"),
        after: Derived.commit("\(number + 1)"), commits: [], at: moment), by: mia)
  }

  static func opened(_ number: Int64) -> WebhookDelivery {
    acme.pullRequest(
      "opened",
      LedgerTesting.Deliveries.PullRequest(
        id: 2_100_100_000 + number, number: number, title: "Change", author: mia,
        headRef: "change", headSHA: Derived.commit("head \(number)"),
        baseSHA: Derived.commit("base"), createdAt: moment), by: mia)
  }
}
