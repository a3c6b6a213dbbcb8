import Foundation
import GRDB
import Gates
import Ledger
import LedgerTesting
import Merkle
import Testing

@testable import SQLiteStore

/// Changes after which every hash and every row fits. Only concluding again finds the false ones
/// among them; what is merely cut off, only who remembers the size and the root.
@Suite struct ForgeryTests {
  private func indices(of kind: Kind, in scratch: Scratch) throws -> [Int] {
    try SQLiteArchive(path: scratch.path).read {
      try $0.entries(from: 0, limit: 0, kind: kind).map { Int($0.index) }
    }
  }

  @Test func aForgedFileOfTheTrueEntriesPasses() async throws {
    try await VerifierTests.withLedger { scratch in
      let root = try VerifierTests.verify(scratch).root
      try scratch.tamper { try Forger.rewrite($0) { $0 } }
      let report = try VerifierTests.verify(scratch)
      #expect(report.problems == [])
      #expect(report.root == root)
    }
  }

  @Test("A15 a false verdict is found by concluding again")
  func aFalseVerdictIsFoundByConcludingAgain() async throws {
    try await VerifierTests.withLedger { scratch in
      let verdict = try #require(try indices(of: .verdict, in: scratch).last)
      try scratch.tamper { db in
        try Forger.rewrite(db) { entries in
          var entries = entries
          entries[verdict] = try Forger.edited(
            entries[verdict], ["state": "allow", "summary": "2 of 2 passed"])
          return entries
        }
      }
      let problems = try VerifierTests.verify(scratch).problems
      #expect(problems.map(\.entry).contains(Int64(verdict)))
      #expect(
        problems.first?.reason == "the evidence before it does not lead to this conclusion")
    }
  }

  @Test func aBypassThatIsCalledVerifiedIsFound() async throws {
    try await VerifierTests.withLedger { scratch in
      let bypass = try #require(try indices(of: .bypass, in: scratch).last)
      try scratch.tamper { db in
        try Forger.rewrite(db) { entries in
          var entries = entries
          let old = entries[bypass]
          entries[bypass] = try Entry(
            kind: .verified, at: old.at, received: old.received, source: old.source,
            data: old.data
          ).numbered(old.streams)
          return entries
        }
      }
      let problems = try VerifierTests.verify(scratch).problems
      #expect(problems.first?.entry == Int64(bypass))
      #expect(problems.first?.reason.contains("does not lead") == true)
    }
  }

  /// The newest entries, and every row they made, taken away: the rest is a true ledger, of an
  /// earlier day. Only a size and a root that were written down elsewhere tell.
  @Test func whatIsCutOffIsSeenOnlyFromOutside() async throws {
    try await VerifierTests.withLedger { scratch in
      let before = try VerifierTests.verify(scratch)
      try scratch.tamper { try Forger.rewrite($0) { Array($0.dropLast(10)) } }
      let after = try VerifierTests.verify(scratch)
      #expect(after.problems == [])
      #expect(after.entries == before.entries - 10)
      #expect(after.root != before.root)
    }
  }

  /// Cutting behind a delivery takes away the verdict that it asked for.
  @Test func aVerdictThatIsCutOffIsOwed() async throws {
    try await VerifierTests.withLedger { scratch in
      let verdict = try #require(try indices(of: .verdict, in: scratch).first)
      try scratch.tamper { try Forger.rewrite($0) { Array($0.prefix(verdict)) } }
      let problems = try VerifierTests.verify(scratch).problems
      #expect(problems.map(\.table) == ["verdicts"])
      #expect(problems.first?.reason.contains("lacks a conclusion") == true)
    }
  }

  @Test func cuttingTheLogAloneIsFound() async throws {
    try await VerifierTests.withLedger { scratch in
      try scratch.tamper { db in
        try db.execute(
          sql: "DELETE FROM entries WHERE idx = (SELECT max(idx) FROM entries)")
      }
      let problems = try VerifierTests.verify(scratch).problems
      #expect(problems.contains { $0.table == "forgotten_people" })
    }
  }

  /// A body may be pruned, but not in silence.
  @Test func aBodyThatIsMissingIsNamed() async throws {
    try await VerifierTests.withLedger { scratch in
      try scratch.tamper { try $0.execute(sql: "DELETE FROM evidence WHERE rowid <= 3") }
      let report = try VerifierTests.verify(scratch)
      #expect(report.problems.count == 3 && report.missingBodies == 0)
      #expect(report.problems.allSatisfy { $0.entry != nil && $0.reason.contains("is missing") })
    }
  }

  @Test func itWorksWhileTheLedgerGrows() async throws {
    try await withScratch { scratch in
      let ledger = try SQLiteLedger(path: scratch.path, reactor: Gatehouse(), now: { moment })
      let policy = try storyPolicy(.webhooks).entry(received: moment)
      _ = try await ledger.append([Submission(entry: policy)])
      let writing = Task {
        var number: Int64 = 0
        while !Task.isCancelled {
          number += 1
          _ = try await ledger.append([makeSubmission(StoreSample.opened(number))])
        }
        return number
      }
      var sizes: [Int64] = []
      for _ in 0..<4 {
        let report = try VerifierTests.verify(scratch)
        #expect(report.problems == [])
        sizes.append(report.entries)
      }
      writing.cancel()
      let written = try await writing.value
      #expect(sizes == sizes.sorted())
      #expect(try VerifierTests.verify(scratch).entries == 1 + 2 * written)
      try await ledger.close()
    }
  }
}
