import Foundation
import Ledger
import Testing

@testable import SQLiteStore

@Suite struct QueueTests {
  /// Says when a group is being written, and holds it until it is let go.
  private final class Barrier: Reactor {
    private let entered: AsyncStream<Void>.Continuation
    private let gate = DispatchSemaphore(value: 0)

    init(_ entered: AsyncStream<Void>.Continuation) { self.entered = entered }

    func open() { gate.signal() }

    func reactions(
      to subjects: Set<Subject>, reading tables: any LedgerReader, now: Instant
    ) -> [Entry] {
      entered.yield()
      // The limit only ends a test that fails.
      _ = gate.wait(timeout: .now() + 20)
      return []
    }

    func occasion(of conclusion: Entry) -> Subject? { nil }
  }

  @Test func aFullQueueIsBusyAndLosesNothing() async throws {
    try await withScratch { scratch in
      var settings = SQLiteLedger.Settings()
      settings.maximumWaiting = 5
      let (entered, signal) = AsyncStream.makeStream(of: Void.self)
      let barrier = Barrier(signal)
      let ledger = try SQLiteLedger(
        path: scratch.path, reactor: barrier, settings: settings, now: { moment })
      let first = Task { try await ledger.append([makeSubmission(StoreSample.opened(1))]) }
      for await _ in entered { break }
      let (accepted, refused) = try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<12 {
          group.addTask {
            do {
              _ = try await ledger.append([note(number)])
              return true
            } catch StoreError.busy { return false }
          }
        }
        // Nothing can be accepted while the writer is held: the first seven answers are refusals.
        var (accepted, refused) = (0, 0)
        for try await isAccepted in group {
          if isAccepted { accepted += 1 } else { refused += 1 }
          if refused == 7, accepted == 0 { barrier.open() }
        }
        return (accepted, refused)
      }
      #expect((accepted, refused) == (5, 7))
      #expect(try await first.value.count == 1)
      #expect(try await ledger.read { try $0.size() } == 6)
      #expect(try await ledger.append([note(100)]).first?.index == 6)
      try await ledger.close()
    }
  }

  @Test func moreThanEverFitsIsBusy() async throws {
    try await withScratch { scratch in
      var settings = SQLiteLedger.Settings()
      settings.maximumWaiting = 2
      let ledger = try SQLiteLedger(
        path: scratch.path, reactor: Silence(), settings: settings, now: { moment })
      await #expect(throws: StoreError.busy) {
        _ = try await ledger.append((0..<3).map { try note($0) })
      }
      #expect(try await ledger.append((0..<2).map { try note($0) }).count == 2)
      try await ledger.close()
    }
  }

  /// What waits when the ledger is closed is written, and answered.
  @Test func closingWritesWhatWaits() async throws {
    try await withScratch { scratch in
      let (entered, signal) = AsyncStream.makeStream(of: Void.self)
      let barrier = Barrier(signal)
      let ledger = try SQLiteLedger(path: scratch.path, reactor: barrier, now: { moment })
      let first = Task { try await ledger.append([makeSubmission(StoreSample.opened(1))]) }
      for await _ in entered { break }
      let closing = Task { try await ledger.close() }
      barrier.open()
      #expect(try await first.value.first?.index == 0)
      try await closing.value
      #expect(try SQLiteArchive(path: scratch.path).read { try $0.size() } == 1)
    }
  }
}
