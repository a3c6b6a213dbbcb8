import Gates
import Ledger
import LedgerTesting
import Testing

@testable import Service

extension ServiceTests {
  /// A repository about which GitHub does not answer, such as one whose lists take it too long.
  @Suite struct OneInTroubleTests {
    private static let trouble = CodeHostError.unavailable(
      after: nil, reason: "GitHub answered 502")
    private let acme = Scene.acme.repository.id

    /// Another repository, which comes behind acme/api.
    private func know(_ healing: Healing, others: Int = 1) async throws -> [Int64] {
      try await healing.know()
      var ids: [Int64] = []
      for number in 1...others {
        var other = Scene.acme
        other.repository.id += Int64(number)
        other.repository.name = "web-\(number)"
        let pull = Scene.pull(8, head: Derived.commit("web \(number)"))
        _ = try await healing.service.deliver(other.pullRequest("opened", pull, by: Scene.mia))
        ids.append(other.repository.id)
      }
      return ids
    }

    private func state(_ healing: Healing) async throws -> ReconcilerState {
      let reconciler = try #require(healing.parts.service.reconciler)
      return await reconciler.state
    }

    @Test(arguments: [("hooks", false), ("deliveries", false), ("openPulls", true)])
    func theOthersAreReconciled(_ call: String, _ isListed: Bool) async throws {
      try await Healing.with { healing in
        let others = try await know(healing)
        healing.github.fail(call, of: acme, with: OneInTroubleTests.trouble)
        let steps = try await healing.steps()
        #expect(steps.last?.result == .undetermined)
        let problems = steps.filter { $0.name == .problem }.compactMap(\.message)
        #expect(problems.count == 1 && problems[0].hasSuffix("GitHub answered 502"))
        #expect(healing.github.count("openPulls") == 2)
        let covered = isListed ? [acme] + others : others
        #expect(try await healing.coverage().map(\.repository) == covered)
        let state = try await state(healing)
        #expect(state.problems == problems && state.reconciledAt == nil)
        #expect(state.nextAt == noon.adding(seconds: 60), "it is tried again soon")
        healing.github.fail(call, of: acme, with: nil)
        #expect(try await healing.reconcile().result == .complete)
        #expect(try await healing.coverage().map(\.repository) == [acme] + others)
      }
    }

    /// Its deliveries were compared meanwhile, so that the window of the next run begins later than
    /// the merge.
    @Test func whatHappenedThereIsReadLater() async throws {
      try await Healing.with { healing in
        _ = try await know(healing)
        let merge = Scene.pull().merged(
          by: Scene.mia, at: noon.adding(seconds: 600), as: Derived.commit("merge"))
        healing.github.state.withLock { $0.pulls[7] = merge }
        healing.github.fail("closedPulls", of: acme, with: OneInTroubleTests.trouble)
        healing.move(to: noon.adding(seconds: 3 * 3_600))
        try await healing.reconcile()
        #expect(try await healing.entries(.pullRead).isEmpty)
        healing.github.fail("closedPulls", of: acme, with: nil)
        healing.move(to: noon.adding(seconds: 4 * 3_600))
        #expect(try await healing.reconcile().result == .complete)
        let read = try #require(try await healing.entries(.pullRead).first)
        #expect(read.entry.data["merged_by"] == .int(Scene.mia.id))
      }
    }

    /// The list alone does not say who merged: what it says is not recorded as all that is known.
    @Test func aMergeWithoutAnAnswerStaysNews() async throws {
      try await Healing.with { healing in
        _ = try await know(healing)
        let merge = Scene.pull().merged(
          by: Scene.mia, at: noon.adding(seconds: 600), as: Derived.commit("merge"))
        healing.github.state.withLock { $0.pulls[7] = merge }
        healing.github.fail("pull", of: acme, with: OneInTroubleTests.trouble)
        healing.move(to: noon.adding(seconds: 700))
        #expect(try await healing.reconcile().result == .undetermined)
        #expect(try await healing.entries(.pullRead).isEmpty)
        healing.github.fail("pull", of: acme, with: nil)
        #expect(try await healing.reconcile().result == .complete)
        let read = try #require(try await healing.entries(.pullRead).first)
        #expect(read.entry.data["merged_by"] == .int(Scene.mia.id))
      }
    }

    // MARK: GitHub itself

    @Test func aTroubleOfAllIsGitHubs() async throws {
      try await Healing.with { healing in
        _ = try await know(healing)
        healing.github.fail("hooks", with: OneInTroubleTests.trouble)
        let last = try await healing.reconcile()
        #expect(last.result == .undetermined)
        #expect(last.message?.hasPrefix("GitHub cannot be asked now") == true)
        #expect(healing.github.count("hooks") == 2)
        #expect(healing.github.count("openPulls") == 0)
        #expect(try await healing.coverage().isEmpty)
      }
    }

    @Test func manyInARowAreGitHubsToo() async throws {
      try await Healing.with { healing in
        let others = try await know(healing, others: 15)
        for id in [acme] + others.prefix(12) {
          healing.github.fail("hooks", of: id, with: OneInTroubleTests.trouble)
        }
        #expect(try await healing.reconcile().message?.contains("10 repositories in a row") == true)
        #expect(healing.github.count("hooks") == Reconciliation.maximumSilent)
      }
    }

    /// It answers about everything but that: what else the run found is recorded.
    @Test func oneListThatNeverComesIsNotGitHubs() async throws {
      try await Healing.with { healing in
        try await healing.know()
        healing.github.fail("closedPulls", with: OneInTroubleTests.trouble)
        healing.move(to: noon.adding(seconds: 1_200))
        let steps = try await healing.steps()
        #expect(steps.last?.result == .undetermined)
        #expect(steps.last?.message == nil, "it came to its end")
        #expect(healing.github.count("evidence") == 1)
        #expect(try await healing.coverage().map(\.repository) == [acme])
      }
    }

    /// It answered about hooks, and then nothing any more.
    @Test func whenItGoesAwayTheRunEndsSoon() async throws {
      try await Healing.with { healing in
        _ = try await know(healing, others: 8)
        healing.github.goAway(afterCalls: 9)
        healing.move(to: noon.adding(seconds: 1_200))
        let last = try await healing.reconcile()
        #expect(last.message?.contains("20 calls in a row had no answer") == true)
        let calls = ["hooks", "deliveries", "openPulls", "closedPulls", "evidence"]
          .map { healing.github.count($0) }
        #expect(calls.reduce(0, +) == 9 + Reconciliation.maximumSilence)
        #expect(try await healing.coverage().isEmpty)
      }
    }

    @Test func aLimitIsOfAll() async throws {
      try await Healing.with { healing in
        _ = try await know(healing)
        healing.github.fail(
          "hooks", of: acme, with: .unavailable(after: 1_800, reason: "limit"))
        try await healing.reconcile()
        #expect(healing.github.count("hooks") == 1)
        #expect(try await state(healing).nextAt == noon.adding(seconds: 1_800))
      }
    }

    // MARK: checks

    /// The gate of the one pull request, by what GitHub shows at noon.
    private func open(_ healing: Healing) async throws {
      try await healing.know()
      for name in ["test", "lint"] {
        healing.github.show(name, "success", attempt: 0)
        _ = try await healing.service.deliver(Scene.ended(name))
      }
      try await healing.carryOut()
      #expect(try await healing.verdict() == "allow")
    }

    private func reads(_ healing: Healing) async throws -> Int {
      let before = healing.github.count("evidence")
      try await healing.reconcile()
      return healing.github.count("evidence") - before
    }

    @Test func aReadThatFailedIsNotDone() async throws {
      try await Healing.with { healing in
        try await open(healing)
        healing.github.fail("evidence", with: OneInTroubleTests.trouble)
        healing.move(to: noon.adding(seconds: 7 * 3_600))
        #expect(try await reads(healing) == 1)
        #expect(try await state(healing).problems.count == 1)
        healing.github.fail("evidence", with: nil)
        healing.move(to: noon.adding(seconds: 8 * 3_600))
        #expect(try await reads(healing) == 1, "it is made again")
        #expect(try await state(healing).problems.isEmpty)
        healing.move(to: noon.adding(seconds: 9 * 3_600))
        #expect(try await reads(healing) == 0, "then it is done")
      }
    }

    /// They are a trouble of one repository still, and each costs as long as GitHub lets us wait.
    @Test func manyReadsOfOneHinderNoOther() async throws {
      try await Healing.with { healing in
        let other = try await know(healing)[0]
        for number in Int64(20)..<32 {
          let head = Derived.commit("pull \(number)")
          healing.github.state.withLock { $0.pulls[number] = Scene.pull(number, head: head) }
          _ = try await healing.service.deliver(Scene.opened(number, head: head))
        }
        healing.github.fail("evidence", of: acme, with: OneInTroubleTests.trouble)
        healing.move(to: noon.adding(seconds: 1_200))
        #expect(try await healing.reconcile().result == .undetermined)
        #expect(healing.github.count("evidence", of: acme) == 3)
        #expect(healing.github.count("evidence", of: other) == 1)
        #expect(try await healing.coverage().map(\.repository) == [acme, other])
        healing.github.fail("evidence", of: acme, with: nil)
        healing.move(to: noon.adding(seconds: 1_260))
        #expect(try await healing.reconcile().result == .complete)
        #expect(healing.github.count("evidence", of: acme) == 3 + 13)
      }
    }
  }
}
