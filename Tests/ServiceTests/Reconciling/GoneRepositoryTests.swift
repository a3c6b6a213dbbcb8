import Gates
import Ledger
import LedgerTesting
import Reports
import Testing

@testable import Service

extension ServiceTests {
  @Suite struct GoneRepositoryTests {
    private static let installation = Deliveries.Installation(
      id: 7_300_000_001,
      app: Deliveries.App(id: 5_400_000_001, slug: "release-ledger", owner: owner),
      account: owner, permissions: ["checks": "write"], createdAt: noon, updatedAt: noon)
    private static var owner: Deliveries.Account { Scene.acme.repository.owner }

    static let deleted = Scene.acme.repositoryChange("deleted", by: Scene.mia)

    /// As GitHub answers about what it has no more.
    private func forget(_ healing: Healing) {
      for call in ["hooks", "openPulls", "closedPulls", "evidence"] {
        healing.github.fail(call, with: .refused(status: 404, reason: "Not Found"))
      }
    }

    private func isLeftOut(_ healing: Healing) async throws -> Bool {
      let steps = try await healing.steps()
      let isNamed = steps.contains {
        $0.repository == "acme/api" && $0.message == "left out: it was removed"
      }
      #expect((steps.last?.result == .complete) == isNamed)
      return isNamed
    }

    /// Its open pull request waits for ever.
    @Test func aDeletedRepositoryIsLeftOut() async throws {
      try await Healing.with { healing in
        try await healing.know()
        forget(healing)
        healing.move(to: noon.adding(seconds: 700))
        #expect(try await !isLeftOut(healing), "nothing tells yet that it is gone")
        _ = try await healing.service.deliver(GoneRepositoryTests.deleted)
        let calls = healing.github.state.withLock { $0.calls }
        #expect(try await isLeftOut(healing))
        #expect(healing.github.state.withLock { $0.calls } == calls)
        #expect(await healing.parts.service.reconciler?.state.reconciledAt != nil)
        #expect(
          try await healing.service.get("/metrics").text
            .contains("ledger_reconciled_timestamp_seconds 1"))
      }
    }

    @Test func whatWasComparedBeforeIsNotOld() async throws {
      try await Healing.with { healing in
        try await healing.know()
        #expect(try await healing.reconcile().result == .complete)
        func isOld() async throws -> Bool {
          let asOf = noon.adding(seconds: 20_000)
          return try await healing.parts.store.read { tables in
            try Completeness(tables).gaps(asOf: asOf).contains {
              $0.reason.contains("are not compared with GitHub's list since")
            }
          }
        }
        #expect(try await isOld())
        _ = try await healing.service.deliver(GoneRepositoryTests.deleted)
        #expect(try await !isOld())
      }
    }

    /// Its hook is compared no more, and those of others go on.
    @Test func whoseNameIsAnothersHoldsBackNobody() async throws {
      try await Healing.with { healing in
        try await healing.know()
        #expect(try await healing.reconcile().result == .complete)
        var other = Scene.acme
        other.repository.id += 1
        healing.move(to: noon.adding(seconds: 9_000))
        let pull = Scene.pull(8, head: Derived.commit("other"))
        _ = try await healing.service.deliver(other.pullRequest("opened", pull, by: Scene.mia))
        healing.move(to: noon.adding(seconds: 20_000))
        try await healing.reconcile()
        let found = try await healing.parts.store.read { try Completeness($0) }
        #expect(found.completeTo == noon.adding(seconds: 20_000))
        #expect(
          found.gaps(asOf: noon.adding(seconds: 20_060)) == [
            Envelope.Gap(
              from: noon, to: noon.adding(seconds: 9_000),
              reason: "deliveries of hook \(LossyGitHub.hook) are not compared: "
                + "the name of its repository was given to another")
          ])
        let answer = try await healing.service.get(
          "/v1/doctor", token: try await healing.service.token(.read)
        ).json
        let check = answer["checks"]?.array?.first { $0["name"] == "deliveries complete" }
        #expect(check?["state"] == "ok")
        #expect(check?["items"]?.array?.count == 2)
      }
    }

    /// Deliveries come late: what is told after the removal may have happened before it.
    @Test func whatHappensLaterBringsItBack() async throws {
      try await Healing.with { healing in
        try await healing.know()
        healing.move(to: noon.adding(seconds: 700))
        _ = try await healing.service.deliver(GoneRepositoryTests.deleted)
        _ = try await healing.service.deliver(Scene.ended("test"))
        #expect(try await isLeftOut(healing))
        // It ended 1,060 seconds after noon.
        _ = try await healing.service.deliver(Scene.ended("test", attempt: 10))
        #expect(try await healing.reconcile().result == .complete)
        #expect(healing.github.count("hooks") == 1)
      }
    }

    static let withdrawals: [WebhookDelivery] = [
      Scene.acme.installationRepositories(
        "removed", installation, removed: [Scene.acme.repository], by: Scene.mia),
      Scene.acme.installation(
        "deleted", installation, repositories: [Scene.acme.repository], by: Scene.mia),
    ]

    @Test(arguments: withdrawals)
    func whatTheAppDoesNotReachIsLeftOut(_ withdrawal: WebhookDelivery) async throws {
      try await Healing.with(form: .checkRun) { healing in
        try await healing.know()
        _ = try await healing.service.deliver(
          Scene.acme.installation(
            "created", GoneRepositoryTests.installation, repositories: [Scene.acme.repository],
            by: Scene.mia))
        forget(healing)
        #expect(try await !isLeftOut(healing))
        _ = try await healing.service.deliver(withdrawal)
        #expect(try await isLeftOut(healing))
        var again = GoneRepositoryTests.installation
        again.id += 1
        _ = try await healing.service.deliver(
          Scene.acme.installation(
            "created", again, repositories: [Scene.acme.repository], by: Scene.mia))
        #expect(try await !isLeftOut(healing), "it is within reach of another installation")
      }
    }

    /// A token does not care what Apps reach.
    @Test func aTokenReachesWhatTheAppDoesNot() async throws {
      try await Healing.with { healing in
        try await healing.know()
        _ = try await healing.service.deliver(GoneRepositoryTests.withdrawals[0])
        #expect(try await healing.reconcile().result == .complete)
        #expect(healing.github.count("hooks") == 1)
      }
    }
  }
}
