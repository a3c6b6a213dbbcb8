import Ledger
import LedgerTesting
import Synchronization
import Testing

@testable import Service

extension ServiceTests {
  /// An outage of four and a half hours in which 30 % of the deliveries are lost.
  @Suite struct ReconcilingSimulationTests {
    private static let seeds: [UInt64] = [1, 2, 3]

    private func withoutLoss(_ life: Life) async throws -> Told {
      let told = Mutex<Told?>(nil)
      try await Healing.with { healing in
        try await healing.live(life)
        let found = try await healing.parts.store.read { try Told($0) }
        told.withLock { $0 = found }
      }
      return try #require(told.withLock { $0 })
    }

    @Test("G36 the tables are those of a run without loss", arguments: seeds)
    func theTablesAreThoseOfARunWithoutLoss(_ seed: UInt64) async throws {
      let life = Life.many(seed: seed)
      let expected = try await withoutLoss(life)
      #expect(expected.pulls.count == 40)
      #expect(Set(expected.verdicts.values) == ["allow", "deny"])
      #expect(Set(expected.audits.values) == ["bypass", "verified"])
      try await Healing.with { healing in
        try await healing.outage(life, seed: seed)
        let damaged = try await healing.parts.store.read { try Told($0) }
        #expect(damaged != expected, "the reconciler is off: nothing may be healed")
        let end = try await healing.reconcile()
        #expect(end.result == .complete)
        let healed = try await healing.parts.store.read { try Told($0) }
        #expect(healed.pulls == expected.pulls)
        #expect(healed.checks == expected.checks)
        #expect(healed.verdicts == expected.verdicts)
        #expect(healed.audits == expected.audits)
      }
    }

    @Test(arguments: seeds)
    func aSecondRunAddsNothing(_ seed: UInt64) async throws {
      try await Healing.with { healing in
        try await healing.outage(Life.many(seed: seed), seed: seed)
        while try await healing.reconcile().asked != 0 {}
        let (size, asked) = (try await healing.size(), healing.github.count("redeliver"))
        #expect(asked > 50)
        try await healing.reconcile()
        #expect(healing.github.count("redeliver") == asked)
        let added = try await healing.parts.store.read {
          try $0.entries(from: size, limit: 100, kind: nil)
        }
        #expect(added.map(\.entry.kind) == [.deliveriesRead])
      }
    }

    /// GitHub goes away after a number of calls, and the process with it.
    @Test(arguments: [1, 40, 90])
    func aRunThatWasInterruptedIsRepeated(_ calls: Int) async throws {
      let life = Life.many(seed: 4)
      let expected = try await withoutLoss(life)
      try await Healing.with { healing in
        try await healing.outage(life, seed: 4)
        healing.github.goAway(afterCalls: calls)
        let reconciler = try #require(healing.parts.service.reconciler)
        var results: [ReconcileStep.Result?] = []
        for await step in await reconciler.start().steps() where step.name == .end {
          results.append(step.result)
        }
        #expect(results == [.undetermined])
        #expect(try await healing.entries(.deliveriesRead).isEmpty)
        healing.github.goAway(afterCalls: .max)
        #expect(try await healing.reconcile().result == .complete)
        let healed = try await healing.parts.store.read { try Told($0) }
        #expect(healed == expected)
      }
    }
  }
}
