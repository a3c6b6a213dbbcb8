import Gates
import Ledger
import LedgerTesting
import Testing

@testable import Service

extension ServiceTests {
  /// An entry has at most 65,535 bytes.
  @Suite struct LargeReadTests {
    /// One check: a status of one creator.
    private func enforceStatus(_ healing: Healing) async throws {
      let check = CheckRule(name: "ci/old", reporter: .creator(id: Scene.mia.id))
      let policy = Policy(
        merge: MergePolicy(
          context: "ledger/merge-gate", branches: [BranchPattern("main")], checks: [check]),
        confirmation: .github)
      _ = try await healing.parts.store.append([Submission(entry: policy.entry(received: noon))])
    }

    /// As many pending ones, and then what counts.
    private func statuses(_ count: Int64, _ last: String) -> [Observation] {
      (1...count).reversed().map { number in
        let at = noon.adding(seconds: Double(number - count))
        let isLast = number == count
        return Observation(
          source: .status, runID: number, headSHA: Scene.head, name: "ci/old",
          creatorID: Scene.mia.id, status: isLast ? "completed" : "in_progress",
          conclusion: isLast ? last : nil, startedAt: at, completedAt: isLast ? at : nil)
      }
    }

    private func told(_ id: Int64, _ state: String) -> WebhookDelivery {
      Scene.acme.status(
        Deliveries.Status(
          id: id, sha: Scene.head, context: "ci/old", state: state, branch: "retry-7",
          createdAt: noon),
        of: Deliveries.Commit(
          sha: Scene.head, message: "Retry uploads", author: Scene.mia, at: noon),
        creator: Scene.mia)
    }

    @Test(arguments: [("success", "allow"), ("failure", "deny")])
    func ofManyStatusesTheNewestDecides(_ word: String, _ verdict: String) async throws {
      try await Healing.with { healing in
        try await enforceStatus(healing)
        try await healing.know()
        healing.github.state.withLock { $0.results[Scene.head] = statuses(500, word) }
        _ = try await healing.service.deliver(told(500, "success"))
        #expect(try await healing.verdict() == "pending", "it waits for GitHub's word")
        try await healing.carryOut()
        #expect(try await healing.verdict() == verdict)
        let read = try #require(try await healing.entries(.checksRead).last?.entry)
        #expect(read.data["statuses"]?.array?.map { $0["id"] } == [500])
        let evidence = try #require(read.evidence)
        let raw = try await healing.parts.store.read { try $0.evidence(evidence.hash) }
        #expect(raw.map { $0.count > Entry.maximumSize } == true, "all that GitHub said is kept")
        let posts = try await healing.parts.store.read { try $0.dueStatuses(limit: 10) }
        #expect(posts.map(\.text.state) == [word])
      }
    }

    /// Fewer are kept as they are.
    @Test func whatFitsIsKeptWhole() async throws {
      try await Healing.with { healing in
        try await enforceStatus(healing)
        try await healing.know()
        healing.github.state.withLock { $0.results[Scene.head] = statuses(100, "success") }
        _ = try await healing.service.deliver(told(100, "success"))
        try await healing.carryOut()
        let read = try #require(try await healing.entries(.checksRead).last?.entry)
        #expect(read.data["statuses"]?.array?.count == 100)
      }
    }

    /// Each is of a workflow run of its own, and any of them could be the one that failed.
    private var different: [Observation] {
      (1...300).map { number in
        Observation(
          source: .checkRun, runID: 60_000_000_000 + number, headSHA: Scene.head, name: "test",
          appID: 15_368, appSlug: "github-actions", suiteID: 50_000_000_000 + number,
          status: "completed", conclusion: number == 300 ? "failure" : "success",
          startedAt: noon, completedAt: noon.adding(seconds: 60))
      }
    }

    @Test func tooManyResultsKeepTheGateShutAndHinderNothingElse() async throws {
      try await Healing.with { healing in
        try await healing.know()
        var web = Scene.acme
        web.repository.id += 1
        web.repository.name = "web"
        _ = try await healing.service.deliver(
          web.pullRequest("opened", Scene.pull(8, head: Derived.commit("web")), by: Scene.mia))
        healing.github.state.withLock { $0.results[Scene.head] = different }
        for name in ["test", "lint"] { _ = try await healing.service.deliver(Scene.ended(name)) }
        healing.move(to: noon.adding(seconds: 700))
        let steps = try await healing.steps()
        #expect(steps.last?.result == .undetermined)
        let problem = "the checks of \(Scene.head.prefix(7)) in acme/api cannot be read: "
        #expect(
          steps.filter { $0.name == .problem }.map(\.message) == [problem + "too many results"])
        #expect(try await healing.verdict() == "pending")
        #expect(try await healing.entries(.checksRead).isEmpty)
        let rows = try await healing.coverage()
        #expect(rows.map(\.repository) == [Scene.acme.repository.id, web.repository.id])
        #expect(rows.map(\.coveredTo) == Array(repeating: noon.adding(seconds: 700), count: 2))
      }
    }
  }
}
