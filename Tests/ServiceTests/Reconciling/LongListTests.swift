import Ledger
import LedgerTesting
import Testing

@testable import Service

extension ServiceTests {
  /// Pages of three deliveries, of which a run reads five.
  @Suite struct LongListTests {
    private static var settings: ReconcileSettings {
      var settings = Healing.settings
      settings.pace.pages = 5
      settings.pace.looks = 1
      return settings
    }

    /// Attempts of one delivery, a minute apart, the last one a minute before noon; and the first one
    /// of all, of a delivery that is not here.
    private func tried(_ count: Int, _ healing: Healing) {
      healing.github.state.withLock { $0.pageSize = 3 }
      for number in (1...count).reversed() {
        let delivery = number == count ? Scene.ended("test") : Scene.opened()
        healing.github.deliver(
          delivery, at: noon.adding(seconds: Double(-60 * number)),
          number == count ? .fails : .arrives)
      }
    }

    @Test func aListIsComparedToItsEnd() async throws {
      try await Healing.with(settings: LongListTests.settings) { healing in
        tried(14, healing)
        try await healing.know()
        let last = try await healing.reconcile()
        #expect(last.result == .complete)
        #expect((last.missing, last.asked) == (1, 1))
        #expect(healing.github.count("deliveries") == 5)
        let read = try #require(try await healing.entries(.deliveriesRead).last)
        #expect(read.entry.data["listed"] == 2 && read.entry.data["present"] == 2)
        let rows = try await healing.coverage()
        #expect(rows.map(\.coveredTo) == [noon])
        #expect(rows.map(\.gaps) == [[]])
      }
    }

    /// What lies behind is a gap that every answer names; the next run is complete again.
    @Test func ofALongerListTheRestIsAGap() async throws {
      try await Healing.with(settings: LongListTests.settings) { healing in
        tried(21, healing)
        try await healing.know()
        let steps = try await healing.steps()
        #expect(steps.last?.result == .undetermined)
        #expect(steps.contains { $0.message?.contains("longer than 5 pages") == true })
        #expect(steps.contains { $0.name == .pulls }, "the rest is done")
        #expect(healing.github.count("deliveries") == 5)
        let gap = CoverageRow.Gap(
          from: noon.adding(seconds: -3 * 86_400), to: noon.adding(seconds: -14 * 60))
        let rows = try await healing.coverage()
        #expect(rows.map(\.coveredTo) == [noon])
        #expect(rows.map(\.gaps) == [[gap]])
        // As long as before, but no longer than what is known.
        #expect(try await healing.reconcile().result == .complete)
        #expect(try await healing.coverage().map(\.gaps) == [[gap]])
      }
    }

    @Test func aLongListTellsThatItGoesOn() async throws {
      try await Healing.with { healing in
        tried(303, healing)
        try await healing.know()
        let lists = try await healing.steps().filter { $0.name == .list }
        #expect(lists.map(\.message) == ["and more", nil])
        #expect(lists.map(\.listed) == [1, 2])
      }
    }
  }
}
