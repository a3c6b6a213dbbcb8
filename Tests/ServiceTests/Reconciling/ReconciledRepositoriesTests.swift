import Gates
import Ledger
import LedgerTesting
import Testing

@testable import Service

extension ServiceTests {
  /// Names that GitHub is not asked by.
  @Suite struct ReconciledRepositoriesTests {
    private func leftOut(_ steps: [ReconcileStep]) -> [String] {
      steps.compactMap(\.message).filter { $0.hasPrefix("left out") }
    }

    private func end(_ attempt: Int64, in hook: Deliveries) -> WebhookDelivery {
      let run = Scene.run("test", attempt: attempt)
      return hook.checkRun(
        "completed", run.completed("success", at: run.startedAt.adding(seconds: 60)))
    }

    /// Whoever may report can name as many as they like.
    @Test func whatOnlyReportsNameCostsNoCall() async throws {
      try await Healing.with { healing in
        try await healing.know()
        let reports = try (0..<3).map { number in
          Submission(
            entry: try Entry(
              kind: "test.report.v1", at: nil, received: noon, source: .token("ci"),
              data: [
                "repository_id": .int(Int64(900 + number)),
                "repository": .string("made/up-\(number)"),
              ]))
        }
        _ = try await healing.parts.store.append(reports)
        let steps = try await healing.steps()
        #expect(steps.last?.result == .complete)
        #expect(leftOut(steps) == ["left out: 3 that only reports name"])
        #expect(healing.github.count("hooks") == 1)
        #expect(healing.github.count("openPulls") == 1)
        var real = Scene.acme
        (real.repository.id, real.repository.name) = (900, "up-0")
        _ = try await healing.service.deliver(end(1, in: real))
        let next = try await healing.steps()
        #expect(leftOut(next) == ["left out: 2 that only reports name"])
        #expect(healing.github.count("hooks") == 3)
      }
    }

    /// acme/api was renamed or removed, which nobody told, and another one has its name.
    @Test func anotherRepositoryUnderTheNameIsNotAskedInItsPlace() async throws {
      try await Healing.with { healing in
        try await healing.know()
        for name in ["test", "lint"] { _ = try await healing.service.deliver(Scene.ended(name)) }
        var other = Scene.acme
        other.repository.id += 1
        _ = try await healing.service.deliver(end(10, in: other))
        let steps = try await healing.steps()
        #expect(steps.last?.result == .complete)
        #expect(leftOut(steps) == ["left out: \(Effects.anothersName)"])
        #expect(healing.github.count("hooks") == 1)
        let old = try #require(try await dueRead(healing))
        #expect(old.repository.id == Scene.acme.repository.id)
        #expect(
          try await effects(healing).read(old) == .refused(reason: Effects.anothersName))
        #expect(healing.github.count("evidence") == 0)
        var renamed = Scene.acme
        renamed.repository.name = "core"
        _ = try await healing.service.deliver(end(20, in: renamed))
        let again = try #require(try await dueRead(healing))
        #expect(again.repository.name == "acme/core")
        _ = try await effects(healing).read(again)
        #expect(healing.github.count("evidence") == 1)
      }
    }

    /// Whoever runs a check says when it ended, also if that is in a hundred days.
    @Test func theTimeOfAnEventGivesNoName() async throws {
      try await Healing.with { healing in
        try await healing.know()
        _ = try await healing.service.deliver(end(86_400, in: Scene.acme))
        var other = Scene.acme
        other.repository.id += 1
        _ = try await healing.service.deliver(end(1, in: other))
        let steps = try await healing.steps()
        #expect(leftOut(steps) == ["left out: \(Effects.anothersName)"])
        #expect(healing.github.count("hooks", of: other.repository.id) == 1)
        #expect(healing.github.count("hooks", of: Scene.acme.repository.id) == 0)
      }
    }

    @Test func whatIsGoneHasNoName() async throws {
      try await Healing.with { healing in
        try await healing.know()
        var other = Scene.acme
        other.repository.id += 1
        _ = try await healing.service.deliver(end(10, in: other))
        let steps = try await healing.steps()
        #expect(leftOut(steps) == ["left out: \(Effects.anothersName)"])
        healing.move(to: noon.adding(seconds: 2_000))
        _ = try await healing.service.deliver(other.repositoryChange("deleted", by: Scene.mia))
        let next = try await healing.steps()
        #expect(leftOut(next) == ["left out: it was removed"])
        #expect(healing.github.count("hooks", of: Scene.acme.repository.id) == 1)
      }
    }

    /// Whoever may report can give any number any name.
    @Test func aReportTakesNoName() async throws {
      try await Healing.with { healing in
        try await healing.know()
        let report = try Entry(
          kind: "test.report.v1", at: noon.adding(seconds: 9_000), received: noon,
          source: .token("ci"),
          data: ["repository_id": 900, "repository": "acme/api"])
        _ = try await healing.parts.store.append([Submission(entry: report)])
        let steps = try await healing.steps()
        #expect(leftOut(steps) == ["left out: 1 that only reports name"])
        #expect(healing.github.count("hooks", of: Scene.acme.repository.id) == 1)
      }
    }

    private func dueRead(_ healing: Healing) async throws -> DueRead? {
      try await healing.parts.store.read { try $0.dueReads(limit: 1).first }
    }

    private func effects(_ healing: Healing) -> Effects {
      Effects(
        store: healing.parts.store, host: healing.github, policies: healing.parts.policies,
        publicURL: nil, now: { [clock = healing.parts.clock] in clock.now })
    }
  }
}
