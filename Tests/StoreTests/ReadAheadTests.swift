import Foundation
import GRDB
import Gates
import LedgerTesting
import Synchronization
import Testing

@testable import SQLiteStore

/// What `verify` does on threads of its own: however one side ends, the other hears of it.
@Suite struct ReadAheadTests {
  private struct Broken: Error, Equatable {}

  /// Numbers from 0, as long as somebody asks.
  private final class Source: Sendable {
    private let count = Atomic<Int>(0)
    var made: Int { count.load(ordering: .sequentiallyConsistent) }
    func next() -> Int { count.add(1, ordering: .sequentiallyConsistent).oldValue }
  }

  @Test func everythingComesInItsOrder() throws {
    let source = Source()
    let numbers = ReadAhead { source.next() < 100 ? source.made - 1 : nil }
    var read: [Int] = []
    while let number = try numbers.next() { read.append(number) }
    #expect(read == Array(0..<100))
    #expect(try numbers.next() == nil)
    numbers.stop()
  }

  @Test("what was made before an error is heard before the error")
  func errorAtItsPlace() throws {
    let source = Source()
    let numbers = ReadAhead {
      let number = source.next()
      guard number < 3 else { throw Broken() }
      return number
    }
    for number in 0..<3 { #expect(try numbers.next() == number) }
    #expect(throws: Broken()) { try numbers.next() }
    #expect(throws: Broken()) { try numbers.next() }
    numbers.stop()
  }

  /// One is read, four wait, and the next finds no room: only then is it stopped.
  @Test("a source without end ends when nobody reads any more")
  func stopped() throws {
    let (source, full, stopped) = (
      Source(), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)
    )
    let numbers = ReadAhead {
      let number = source.next()
      if number == 5 { full.signal() }
      return number
    }
    #expect(try numbers.next() == 0)
    try #require(full.wait(timeout: .now() + 10) == .success)
    Thread {
      numbers.stop()
      stopped.signal()
    }.start()
    #expect(stopped.wait(timeout: .now() + 10) == .success)
    #expect(source.made == 6, "only so many wait")
  }

  @Test func theErrorOfASideTaskIsItsResult() {
    #expect(throws: Broken()) { try SideTask<Int> { throw Broken() }.wait().get() }
    #expect(throws: Never.self) { try SideTask { 1 }.wait().get() }
  }

  /// A copy that is whole is not stopped any more.
  @Test(
    "verify is stopped at each of its later stages",
    arguments: [VerifyProgress.Stage.hashing, .replaying, .comparing])
  func stoppedAt(stage: VerifyProgress.Stage) async throws {
    try await VerifierTests.withLedger { scratch async throws in
      #expect(throws: Broken()) {
        try Verifier.verify(path: scratch.path, reactor: Gatehouse()) { progress in
          if progress.stage == stage { throw Broken() }
        }
      }
      #expect(try VerifierTests.verify(scratch).problems == [])
    }
  }

  /// A table that one of the threads alone reads is gone under it.
  @Test(
    "an error of the database on either thread is what verify throws",
    arguments: ["tree_nodes", "evidence"])
  func missingTable(table: String) async throws {
    try await VerifierTests.withLedger { scratch async throws in
      let queue = try DatabaseQueue(path: scratch.path)
      try await queue.write { try $0.execute(sql: "ALTER TABLE \(table) RENAME TO away") }
      try queue.close()
      #expect {
        try Verifier.verify(path: scratch.path, reactor: Gatehouse())
      } throws: {
        String(describing: $0).contains(table)
      }
    }
  }
}
