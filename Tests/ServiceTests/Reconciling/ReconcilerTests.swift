import Gates
import Ledger
import LedgerTesting
import Testing

@testable import Service

extension ServiceTests {
  @Suite struct ReconcilerTests {
    private func known(_ healing: Healing) async throws { try await healing.know() }

    private func verdict(_ healing: Healing) async throws -> String? { try await healing.verdict() }

    private func doctor(_ healing: Healing) async throws -> [String: JSON] {
      let answer = try await healing.service.get(
        "/v1/doctor", token: try await healing.service.token(.read))
      let checks = try answer.json["checks"]?.array ?? []
      return Dictionary(uniqueKeysWithValues: checks.map { ($0["name"]?.string ?? "", $0) })
    }

    // MARK: deliveries

    /// A redelivered body has the same GUID: it is here once, also when both come.
    @Test func whatIsMissingComesOnce() async throws {
      try await Healing.with { healing in
        try await known(healing)
        healing.github.deliver(Scene.ended("test"), at: noon, .isSwallowed)
        let last = try await healing.reconcile()
        #expect(last.result == .complete)
        #expect((last.missing, last.asked) == (1, 1))
        _ = try await healing.service.deliver(Scene.ended("test"))
        #expect(try await healing.entries(.checkRun).count == 1)
        #expect(try await healing.entries(.deliveryConflict).isEmpty)
        let (lost, recovered) = try await healing.parts.store.read {
          (try $0.lostDeliveries(), try $0.recoveredDeliveries())
        }
        #expect(lost.isEmpty)
        #expect(recovered == 1)
        let checks = try await doctor(healing)
        #expect(checks["deliveries complete"]?["state"] == "ok")
        #expect(checks["missing deliveries"]?["state"] == "ok")
        let history = try await healing.service.get(
          "/v1/history", token: try await healing.service.token(.read)
        ).json
        #expect(history["complete"] == true)
        #expect(history["deliveries_complete_to"] == .string(noon.description))
      }
    }

    @Test func otherHooksAreLeftAlone() async throws {
      try await Healing.with { healing in
        try await known(healing)
        try await healing.reconcile()
        #expect(healing.github.count("deliveries") == 1)
        let rows = try await healing.parts.store.read { try $0.coverage() }
        #expect(rows.map(\.hook) == [String(LossyGitHub.hook)])
      }
    }

    /// Where no address tells which hooks lead here: also one that delivered nothing for long.
    @Test func aQuietHookIsLookedAt() async throws {
      try await Healing.with(settings: ReconcileSettings()) { healing in
        try await known(healing)
        let others = try (0..<2_001).map { number in
          Submission(
            entry: try Entry(
              kind: "test.other.v1", at: nil, received: noon, source: .ledger,
              data: ["number": .int(Int64(number))]))
        }
        _ = try await healing.parts.store.append(others)
        healing.github.deliver(Scene.ended("test"), at: noon, .fails)
        let last = try await healing.reconcile()
        #expect(last.result == .complete)
        #expect((last.missing, last.asked) == (1, 1))
        #expect(try await healing.coverage().map(\.hook) == [String(LossyGitHub.hook)])
      }
    }

    @Test func aHundredAreAskedForAtOnceASecondApart() async throws {
      var settings = Healing.settings
      settings.pace.looks = 1
      try await Healing.with(settings: settings) { healing in
        try await known(healing)
        for number in 0..<130 {
          healing.github.deliver(
            Scene.opened(Int64(number + 100), head: Derived.commit("\(number)")),
            at: noon.adding(seconds: Double(-number)), .fails)
        }
        let start = healing.parts.clock.now
        #expect(try await healing.reconcile().asked == 100)
        #expect(healing.parts.clock.now.seconds(since: start) == 99 + 30)
        let rows = try await healing.parts.store.read { try $0.coverage() }
        #expect(rows.map(\.coveredTo) == [noon.adding(seconds: -29)])
        #expect(try await healing.reconcile().asked == 30)
        #expect(try await healing.entries(.pullRequest).count == 131)
      }
    }

    @Test(arguments: [LossyGitHub.Fate.isGone, .isUnknown])
    func whatGitHubDoesNotHaveIsLostForGood(_ fate: LossyGitHub.Fate) async throws {
      try await Healing.with { healing in
        try await known(healing)
        healing.github.deliver(Scene.ended("test"), at: noon, fate)
        #expect(try await healing.reconcile().result == .complete)
        let check = try #require(try await doctor(healing)["missing deliveries"])
        #expect(check["state"] == "warning")
        let item = check["items"]?.array?.first?.string ?? ""
        #expect(item.contains("check_run \(Scene.ended("test").id)"))
        #expect(item.hasSuffix("lost"))
        let status = try await healing.service.get(
          "/v1/status", token: try await healing.service.token(.read)
        ).json
        #expect(status["complete"] == false)
        #expect(status.at("deliveries", "lost") == 1)
        #expect(status.at("reconciler", "reconciled_at")?.string != nil)
        let metrics = try await healing.service.get("/metrics").text
        #expect(metrics.contains("ledger_missing_deliveries{state=\"lost\"} 1\n"))
        #expect(metrics.contains("ledger_missing_deliveries{state=\"asked\"} 0\n"))
        #expect(metrics.contains("\nledger_deliveries_complete_timestamp_seconds 17"))
      }
    }

    /// GitHub answers 404 to those who may not ask.
    @Test func aMissingPermissionLosesNothing() async throws {
      try await Healing.with { healing in
        try await known(healing)
        for (number, name) in ["test", "lint", "bandit"].enumerated() {
          healing.github.deliver(
            Scene.ended(name), at: noon.adding(seconds: Double(number)), .fails)
        }
        healing.github.fail("redeliver", with: .refused(status: 404, reason: "Not Found"))
        healing.move(to: noon.adding(seconds: 10))
        #expect(try await healing.reconcile().result == .undetermined)
        #expect(healing.github.count("redeliver") == 2)
        #expect(await healing.parts.service.reconciler?.state.reconciledAt == nil)
        #expect(
          !(try await healing.service.get("/metrics").text)
            .contains("ledger_reconciled_timestamp_seconds 1"))
        let lost = try await healing.parts.store.read { try $0.lostDeliveries() }
        #expect(lost.map(\.state) == [.asked, .asked, .asked])
        #expect(
          try await healing.service.get("/metrics").text
            .contains("ledger_missing_deliveries{state=\"asked\"} 3\n"))
        healing.github.fail("redeliver", with: nil)
        #expect(try await healing.reconcile().asked == 3)
        #expect(await healing.parts.service.reconciler?.state.reconciledAt != nil)
      }
    }

    /// By that an export knows which deliveries were compared. Without it the run says so, and goes on.
    @Test func theNumberOfTheAppsHookIsNoted() async throws {
      try await Healing.with(form: .checkRun) { healing in
        try await known(healing)
        #expect(try await healing.reconcile().result == .complete)
        healing.github.fail("appHook", with: .refused(status: 404, reason: "no such delivery"))
        #expect(try await healing.reconcile().result == .undetermined)
        let reads = try await healing.entries(.deliveriesRead).map(\.entry.data)
        #expect(reads.map { $0["hook"]?.string } == ["app", "app"])
        #expect(reads.map { $0["hook_id"] } == [.int(LossyGitHub.hook), .null])
      }
    }

    /// One delivery may be too large to be shown.
    @Test func aDeliveryThatCannotBeShownEndsNothing() async throws {
      try await Healing.with(form: .checkRun) { healing in
        try await known(healing)
        healing.github.fail("appHook", with: .unavailable(after: nil, reason: "too large"))
        #expect(try await healing.reconcile().result == .undetermined)
        let reads = try await healing.entries(.deliveriesRead).map(\.entry.data)
        #expect(reads.map { $0["hook_id"] } == [.null])
      }
    }

    @Test func theNumberOfARepositorysHookIsAskedOfNobody() async throws {
      try await Healing.with { healing in
        try await known(healing)
        try await healing.reconcile()
        let reads = try await healing.entries(.deliveriesRead).map(\.entry.data)
        #expect(reads.map { $0["hook_id"]?.int } == [LossyGitHub.hook])
        #expect(healing.github.count("appHook") == 0)
      }
    }

    // MARK: reads

    /// No delivery of the second run was ever on GitHub's list.
    @Test(arguments: [(21_590.0, "allow"), (21_700.0, "deny")])
    func anOpenGateIsReadAgain(_ seconds: Double, _ expected: String) async throws {
      try await Healing.with { healing in
        try await known(healing)
        for name in ["test", "lint"] {
          healing.github.show(name, "success", attempt: 0)
          healing.github.deliver(Scene.ended(name), at: noon, .arrives)
          _ = try await healing.service.deliver(Scene.ended(name))
        }
        try await healing.carryOut()
        #expect(try await verdict(healing) == "allow")
        healing.github.show("test", "failure", attempt: 1)
        healing.move(to: noon.adding(seconds: seconds))
        try await healing.reconcile()
        #expect(try await verdict(healing) == expected)
      }
    }

    /// A read without news leaves no entry; it is not repeated in every run all the same.
    @Test func whatHasNoNewsIsReadEverySixHours() async throws {
      try await Healing.with { healing in
        try await known(healing)
        for name in ["test", "lint"] {
          healing.github.show(name, "success", attempt: 0)
          _ = try await healing.service.deliver(Scene.ended(name))
        }
        try await healing.carryOut()
        var reads: [Int] = []
        for hours in [7, 8, 14] {
          healing.move(to: noon.adding(seconds: Double(hours) * 3_600))
          let before = healing.github.count("evidence")
          try await healing.reconcile()
          reads.append(healing.github.count("evidence") - before)
        }
        #expect(reads == [1, 0, 1])
      }
    }

    /// Every delivery of the second run is lost, and the gate had allowed.
    @Test func aFailingRerunIsFound() async throws {
      try await Healing.with { healing in
        try await known(healing)
        for name in ["test", "lint"] {
          healing.github.show(name, "success", attempt: 0)
          healing.github.deliver(Scene.ended(name), at: noon, .arrives)
          _ = try await healing.service.deliver(Scene.ended(name))
        }
        try await healing.carryOut()
        #expect(try await verdict(healing) == "allow")
        healing.move(to: noon.adding(seconds: 900))
        healing.github.show("test", "failure", attempt: 1)
        let rerun = Scene.ended("test", "failure", attempt: 1)
        healing.github.deliver(rerun, at: noon.adding(seconds: 800), .isGone)
        try await healing.reconcile()
        #expect(try await verdict(healing) == "deny")
        #expect(try await healing.entries(.checksRead).count == 2)
      }
    }

    /// Nothing is known to be missing; the verdict only waits.
    @Test(arguments: [(599.0, "pending"), (601.0, "deny")])
    func whoWaitsTooLongIsRead(_ seconds: Double, _ expected: String) async throws {
      try await Healing.with { healing in
        try await known(healing)
        healing.github.show("test", "failure", attempt: 0)
        healing.move(to: noon.adding(seconds: seconds))
        let isLong = try await doctor(healing)["pending too long"]?["state"] == "warning"
        #expect(isLong == (expected == "deny"))
        try await healing.reconcile()
        #expect(try await verdict(healing) == expected)
      }
    }

    /// A merge of which nothing was delivered is judged all the same.
    @Test func aMergeThatNobodyToldIsAudited() async throws {
      try await Healing.with { healing in
        healing.github.deliver(Scene.ended("lint"), at: noon, .arrives)
        _ = try await healing.service.deliver(Scene.ended("lint"))
        healing.github.happen(
          Life.Event(at: noon, delivery: Scene.merged) {
            $0.pulls[7] = Scene.pull().merged(
              by: Scene.mia, at: noon.adding(seconds: 600), as: Derived.commit("merge"))
          })
        healing.move(to: noon.adding(seconds: 700))
        try await healing.reconcile()
        let bypass = try #require(try await healing.entries(.bypass).last)
        #expect(bypass.entry.data["pull"] == 7)
        #expect(bypass.entry.data["merged_by"] == .int(Scene.mia.id))
        #expect(try await healing.entries(.pullRead).count == 1)
        try await healing.reconcile()
        #expect(try await healing.entries(.pullRead).count == 1)
      }
    }

    // MARK: refusals

    @Test func aRefusalIsShownAndHindersNothingElse() async throws {
      try await Healing.with { healing in
        try await known(healing)
        healing.github.show("test", "failure", attempt: 0)
        healing.github.fail("hooks", with: .refused(status: 404, reason: "no permission"))
        #expect(try await healing.reconcile().result == .undetermined)
        #expect(try await verdict(healing) == "deny")
        let checks = try await doctor(healing)
        #expect(checks["reconciling"]?["detail"]?.string?.contains("no permission") == true)
        #expect(checks["deliveries complete"]?["state"] == "unknown")
        healing.github.fail("hooks", with: nil)
        #expect(try await healing.reconcile().result == .complete)
        #expect(try await doctor(healing)["reconciling"] == nil)
      }
    }

    @Test func aSpentRateLimitIsWaitedFor() async throws {
      try await Healing.with { healing in
        try await known(healing)
        healing.github.deliver(Scene.ended("test"), at: noon, .fails)
        healing.github.fail("redeliver", with: .unavailable(after: 1_800, reason: "limit"))
        let last = try await healing.reconcile()
        #expect(last.result == .undetermined)
        #expect(last.message?.contains("\(noon.adding(seconds: 1_800))") == true)
        let state = await healing.parts.service.reconciler?.state
        #expect(state?.nextAt == noon.adding(seconds: 1_800))
        #expect(healing.github.count("redeliver") == 1)
      }
    }

    // MARK: the API

    @Test func progressIsALineOfJSONForEachStep() async throws {
      try await Healing.with { healing in
        try await known(healing)
        healing.github.deliver(Scene.ended("test"), at: noon, .fails)
        let answer = try await healing.service.send(
          .post, "/v1/reconcile?since=2d", token: try await healing.service.token(.admin))
        #expect(answer.status == 200)
        #expect(answer.contentType == "application/x-ndjson")
        let steps = try answer.text.split(separator: "\n").map { try JSON.parse(Array($0.utf8)) }
        #expect(
          steps.compactMap { $0["step"]?.string } == [
            "hooks", "list", "ask", "wait", "pulls", "end",
          ])
        #expect(steps.map { $0["done"] == true } == [false, false, false, false, false, true])
        #expect(steps.last?["result"] == "complete")
        let metrics = try await healing.service.get("/metrics").text
        #expect(metrics.contains(#"ledger_lost_deliveries_total{state="recovered"} 1"#))
        #expect(metrics.contains("ledger_reconciled_timestamp_seconds"))
        let wrong = try await healing.service.send(
          .post, "/v1/reconcile?since=never", token: try await healing.service.token(.admin))
        #expect(try wrong.problem(400) == "invalid_parameter")
      }
    }

    @Test func whoAsksMeanwhileJoins() async throws {
      try await Healing.with { healing in
        try await known(healing)
        let reconciler = try #require(healing.parts.service.reconciler)
        let (first, second) = (await reconciler.start(), await reconciler.start())
        #expect(first === second)
        for await _ in first.steps() {}
        var late: [ReconcileStep] = []
        for await step in second.steps() { late.append(step) }
        #expect(late.last?.name == .end)
        #expect(await reconciler.start() !== first)
      }
    }

    @Test func whoWantsMoreGetsARunBehindIt() async throws {
      try await Healing.with { healing in
        try await known(healing)
        try await healing.reconcile()
        healing.github.state.withLock { $0.isHeld = true }
        let reconciler = try #require(healing.parts.service.reconciler)
        let since = noon.adding(seconds: -3 * 86_400)
        let first = await reconciler.start()
        let second = await reconciler.start(since: since.adding(seconds: 60))
        #expect(first !== second)
        #expect(await reconciler.start(since: since) === second, "it begins where the farthest is")
        #expect(await reconciler.start() === first)
        let usual = noon.adding(seconds: -600)
        #expect(await reconciler.start(since: usual) === first, "each run looks back an hour")
        healing.github.state.withLock { $0.isHeld = false }
        var last: ReconcileStep?
        for await step in second.steps() { last = step }
        #expect(last?.result == .complete)
        let lists = healing.github.state.withLock { $0.lists }
        #expect(lists.suffix(2) == [noon.adding(seconds: -3_600), since])
        let state = await reconciler.state
        #expect(!state.isRunning && state.problems.isEmpty)
      }
    }

    @Test func whoLooksLessFarBackJoins() async throws {
      try await Healing.with { healing in
        try await known(healing)
        healing.github.state.withLock { $0.isHeld = true }
        let reconciler = try #require(healing.parts.service.reconciler)
        let first = await reconciler.start(since: noon.adding(seconds: -7_200))
        #expect(await reconciler.start(since: noon.adding(seconds: -60)) === first)
        healing.github.state.withLock { $0.isHeld = false }
        for await _ in first.steps() {}
      }
    }

    @Test func aProcessThatStopsBeginsNothing() async throws {
      try await Healing.with { healing in
        try await known(healing)
        healing.github.state.withLock { $0.isHeld = true }
        let reconciler = try #require(healing.parts.service.reconciler)
        let service = Task { try await reconciler.run() }
        try await until { healing.github.count("hooks") == 1 }
        let waiting = await reconciler.start(since: noon.adding(seconds: -86_400))
        service.cancel()
        var last: ReconcileStep?
        for await step in waiting.steps() { last = step }
        #expect(last?.result == .failed)
        #expect(last?.message == "it was stopped")
        try await service.value
        #expect(healing.github.count("hooks") == 1)
      }
    }
  }
}

extension LossyGitHub {
  /// The latest run of a check on the one head.
  func show(_ name: String, _ conclusion: String, attempt: Int64) {
    let run = Scene.run(name, attempt: attempt)
    let end = run.completed(conclusion, at: run.startedAt.adding(seconds: 60))
    state.withLock { $0.runs[Scene.head, default: [:]][name] = end }
  }
}
