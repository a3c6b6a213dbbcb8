import Gates
import Ledger
import LedgerTesting
import Testing

@testable import Service

extension ServiceTests {
  /// What a run wanted to read and GitHub did not answer about.
  @Suite struct UnreadTests {
    private static let trouble = CodeHostError.unavailable(
      after: nil, reason: "GitHub answered 502")
    /// 403: of an App that is suspended, or an owner who lets nobody in without single sign-on.
    private static let silences = [trouble, refused(403)]

    private static func refused(_ status: Int) -> CodeHostError {
      .refused(status: status, reason: "GitHub answered \(status) to a GET")
    }

    private func head(_ number: Int64) -> String { Derived.commit("pull \(number)") }

    private func merge(_ number: Int64, head: String = Scene.head) -> Deliveries.PullRequest {
      Scene.pull(number, head: head).merged(
        by: Scene.mia, at: noon.adding(seconds: 600), as: Derived.commit("merge \(number)"))
    }

    /// A pull request in each of so many other repositories; their heads.
    private func openInOthers(_ count: Int64, _ healing: Healing) async throws -> [String] {
      var heads: [String] = []
      for number in 1...count {
        var other = Scene.acme
        other.repository.id += number
        other.repository.name = "web-\(number)"
        let pull = Scene.pull(8, head: head(number))
        _ = try await healing.service.deliver(other.pullRequest("opened", pull, by: Scene.mia))
        heads.append(pull.headSHA)
      }
      return heads
    }

    // MARK: what never has an answer

    /// A run asks about no more than three in a row, always in the same order.
    @Test(arguments: silences)
    func aCommitHidesNoneBehindIt(_ error: CodeHostError) async throws {
      try await Healing.with { healing in
        try await healing.know()
        for number in Int64(8)...10 {
          let pull = Scene.pull(number, head: head(number))
          healing.github.state.withLock { $0.pulls[number] = pull }
          _ = try await healing.service.deliver(Scene.opened(number, head: head(number)))
        }
        let (never, last) = ([Scene.head, head(8), head(9)], head(10))
        for sha in never {
          healing.github.fail("evidence", about: sha, with: error)
        }
        healing.move(to: noon.adding(seconds: 1_200))
        #expect(try await healing.reconcile().result == .undetermined)
        #expect(healing.github.count("evidence", about: last) == 0)
        healing.move(to: noon.adding(seconds: 1_260))
        #expect(try await healing.reconcile().result == .undetermined)
        #expect(healing.github.count("evidence", about: last) == 1)
        #expect(never.map { healing.github.count("evidence", about: $0) } == [2, 2, 2])
      }
    }

    @Test(arguments: silences)
    func aMergeHidesNoneBehindIt(_ error: CodeHostError) async throws {
      try await Healing.with { healing in
        try await healing.know()
        for number in Int64(8)...11 {
          let pull = merge(number, head: head(number))
          healing.github.state.withLock { $0.pulls[number] = pull }
          guard number < 11 else { continue }
          healing.github.fail("pull", about: String(number), with: error)
        }
        healing.move(to: noon.adding(seconds: 1_200))
        #expect(try await healing.reconcile().result == .undetermined)
        #expect(try await healing.entries(.pullRead).isEmpty)
        #expect(healing.github.count("evidence", about: Scene.head) == 1, "nor checks")
        healing.move(to: noon.adding(seconds: 1_260))
        #expect(try await healing.reconcile().result == .undetermined)
        let read = try await healing.entries(.pullRead).map { $0.entry.data["number"] }
        #expect(read == [11])
        #expect(healing.github.count("pull") == 3 + 4)
      }
    }

    /// They stand together at the end of each run, where nothing else is answered.
    @Test func whatNeverHasAnAnswerEndsOneRunAtMost() async throws {
      try await Healing.with { healing in
        try await healing.know()
        for sha in try await openInOthers(12, healing) {
          healing.github.fail("evidence", about: sha, with: UnreadTests.trouble)
        }
        healing.move(to: noon.adding(seconds: 1_200))
        let first = try await healing.reconcile()
        #expect(first.message?.contains("10 repositories in a row") == true)
        #expect(try await healing.coverage().isEmpty)
        healing.move(to: noon.adding(seconds: 1_260))
        let second = try await healing.reconcile()
        #expect(second.result == .undetermined && second.message == nil)
        #expect(try await healing.coverage().count == 13)
        #expect([1, 12].map { healing.github.count("evidence", about: head($0)) } == [2, 1])
      }
    }

    /// GitHub is there: a run that it lets read no checks compares deliveries all the same, and
    /// asks about no repository more than three times.
    @Test(arguments: [401, 403])
    func aRefusalIsNoSilence(_ status: Int) async throws {
      try await Healing.with { healing in
        try await healing.know()
        _ = try await openInOthers(12, healing)
        for number in Int64(20)..<32 {
          let pull = Scene.pull(number, head: head(number))
          healing.github.state.withLock { $0.pulls[number] = pull }
          _ = try await healing.service.deliver(Scene.opened(number, head: head(number)))
        }
        healing.github.fail("evidence", with: UnreadTests.refused(status))
        healing.move(to: noon.adding(seconds: 1_200))
        let first = try await healing.reconcile()
        #expect(first.result == .undetermined && first.message == nil)
        #expect(try await healing.coverage().count == 13)
        #expect(healing.github.count("evidence", of: Scene.acme.repository.id) == 3)
        #expect(healing.github.count("evidence") == 3 + 12)
        let reconciler = try #require(healing.parts.service.reconciler)
        #expect(await reconciler.state.nextAt == nil, "there is no hurry")
      }
    }

    /// GitHub's list shows it for three days, and not who merged.
    @Test(arguments: silences)
    func aMergeThatIsNeverShownAloneIsKnownByTheList(_ error: CodeHostError) async throws {
      try await Healing.with { healing in
        try await healing.know()
        let pull = merge(7)
        healing.github.state.withLock { $0.pulls[7] = pull }
        healing.github.fail("pull", about: "7", with: error)
        for run in 0...ReadsOwed.maximumUntold {
          #expect(try await healing.entries(.pullRead).isEmpty)
          healing.move(to: noon.adding(seconds: 1_200 + Double(run) * 3_600))
          #expect(try await healing.reconcile().result == .undetermined)
        }
        let read = try #require(try await healing.entries(.pullRead).first)
        #expect(read.entry.data["merged_at"]?.string != nil)
        #expect(read.entry.data["merged_by"]?.int == nil)
      }
    }

    /// None of its lists of deliveries came; its pull requests did.
    @Test func whatIsAnsweredAgainIsAskedAboutAgain() async throws {
      let hooks = (Int64(1)...3).map { id in
        Hook(
          id: id, url: "https://ledger.example/webhooks/github", events: ["*"], isActive: true)
      }
      try await Healing.with(hooks: hooks) { healing in
        try await healing.know()
        let pull = merge(7)
        healing.github.state.withLock { $0.pulls[7] = pull }
        healing.github.fail("deliveries", with: UnreadTests.trouble)
        healing.move(to: noon.adding(seconds: 700))
        #expect(try await healing.reconcile().result == .undetermined)
        let read = try #require(try await healing.entries(.pullRead).first)
        #expect(read.entry.data["merged_by"] == .int(Scene.mia.id))
      }
    }

    // MARK: what is remembered

    /// The change is recorded, and so it is no news for the next run.
    @Test func aRunThatEndsAmongPullRequestsForgetsNone() async throws {
      try await Healing.with { healing in
        try await healing.know()
        var other = Scene.acme
        other.repository.id += 1
        other.repository.name = "web"
        let known = Scene.pull(9, head: head(9))
        _ = try await healing.service.deliver(other.pullRequest("opened", known, by: Scene.mia))
        let pull = Scene.pull(8, head: head(8))
        healing.github.state.withLock { $0.pulls[8] = pull }
        healing.github.fail(
          "openPulls", of: other.repository.id, with: .unavailable(after: 60, reason: "limit"))
        #expect(try await healing.reconcile().result == .undetermined)
        #expect(try await healing.entries(.pullRead).count == 1)
        #expect(healing.github.count("evidence") == 0)
        healing.github.fail("openPulls", of: other.repository.id, with: nil)
        healing.move(to: noon.adding(seconds: 60))
        #expect(try await healing.reconcile().result == .complete)
        #expect(healing.github.count("evidence", about: head(8)) == 1)
      }
    }

    /// Each with the verdict when GitHub can be asked again: what is about the commit is an answer.
    private static let answers: [(CodeHostError, String)] = [
      (trouble, "deny"), (refused(401), "deny"), (refused(403), "deny"), (refused(404), "allow"),
      (refused(422), "allow"),
    ]

    /// The gate of the one pull request is open, by what GitHub showed at noon; what closes it is
    /// delivered no more, and cannot be read. The next run's window begins behind that.
    @Test(arguments: answers)
    func whatALostDeliveryAskedForIsReadLater(
      _ error: CodeHostError, _ verdict: String
    ) async throws {
      try await Healing.with { healing in
        try await healing.know()
        for name in ["test", "lint"] {
          healing.github.show(name, "success", attempt: 0)
          _ = try await healing.service.deliver(Scene.ended(name))
        }
        try await healing.carryOut()
        healing.github.show("test", "failure", attempt: 1)
        healing.github.deliver(
          Scene.ended("test", "failure", attempt: 1), at: noon.adding(seconds: 800), .isGone)
        healing.github.fail("evidence", with: error)
        healing.move(to: noon.adding(seconds: 7_200))
        #expect(try await healing.reconcile().result == .undetermined)
        #expect(try await healing.verdict() == "allow")
        healing.github.fail("evidence", with: nil)
        healing.move(to: noon.adding(seconds: 7_260))
        try await healing.reconcile()
        #expect(try await healing.verdict() == verdict)
      }
    }

    /// Nobody asks for the checks of what was closed without a merge.
    @Test func whatIsClosedIsAskedForNoMore() async throws {
      try await Healing.with { healing in
        try await healing.know()
        healing.github.fail("evidence", with: UnreadTests.refused(403))
        healing.move(to: noon.adding(seconds: 1_200))
        #expect(try await healing.reconcile().result == .undetermined)
        let closed = Scene.pull(7, head: Scene.head).closed(at: noon.adding(seconds: 1_300))
        healing.github.state.withLock { $0.pulls[7] = closed }
        _ = try await healing.service.deliver(
          Scene.acme.pullRequest("closed", closed, by: Scene.mia))
        healing.move(to: noon.adding(seconds: 4_800))
        let asked = healing.github.count("evidence")
        #expect(try await healing.reconcile().result == .complete)
        #expect(healing.github.count("evidence") == asked)
      }
    }
  }
}
