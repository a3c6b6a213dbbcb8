import Ledger
import LedgerTesting
import Synchronization
import Testing

@testable import Service

/// The moments at which something happened.
private final class Moments: Sendable {
  private let moments = Mutex<[ContinuousClock.Instant]>([])
  var all: [ContinuousClock.Instant] { moments.withLock { $0 } }
  func mark() { moments.withLock { $0.append(ContinuousClock.now) } }
}

extension ServiceTests {
  @Suite struct OutboxFailureTests {
    private let pending = "pending: waiting for test, lint"

    @Test("G42 an error is tried again") func anErrorIsTriedAgain() async throws {
      try await withPosting { posting in
        let moments = Moments()
        posting.github.fail(next: 3, on: .postStatus, with: .status(502))
        posting.github.fail(on: .postStatus, with: .perform { moments.mark() })
        let start = ContinuousClock.now
        posting.start()
        try await posting.service.deliver(all: [Scene.opened()])
        try await posting.settle()
        #expect(posting.posted() == [pending])
        #expect(posting.github.count(of: .postStatus) == 4)
        // 1, 2 and 4 seconds.
        #expect(try #require(moments.all.first) - start >= second * 7)
      }
    }

    @Test func allCallsWaitAsLongAsGitHubAsks() async throws {
      try await withPosting { posting in
        let moments = Moments()
        posting.github.fail(
          on: .postStatus,
          with: .status(429, headers: ["retry-after": "3"], message: "slow down"))
        posting.github.fail(next: 2, on: .postStatus, with: .perform { moments.mark() })
        posting.start(second: .seconds(1))
        try await posting.service.deliver(all: [Scene.opened()])
        try await posting.github.wait { $0.count(of: .postStatus) == 1 }
        let limited = ContinuousClock.now
        try await until { posting.parts.service.metrics.text().contains("result=\"later\"") }
        try await posting.service.deliver(all: [Scene.opened(8, head: Derived.commit("other"))])
        try await posting.settle()
        #expect(moments.all.count == 2)
        #expect(try #require(moments.all.min()) - limited >= .seconds(2.9))
        #expect(posting.posted() == [pending])
      }
    }

    @Test("G42 a cut post is looked for before it is repeated")
    func aCutPostIsLookedForBeforeItIsRepeated() async throws {
      try await withPosting { posting in
        try await known(posting)
        posting.github.fail(on: .postStatus, with: .cut)
        try await posting.service.deliver(all: [Scene.opened()])
        try await posting.settle()
        #expect(posting.posted() == [pending])
        #expect(posting.github.count(of: .postStatus) == 2)
        #expect(posting.github.count(of: .listStatuses) == 1)
        let confirmed = try await posting.entries(.statusPosted)
        #expect(confirmed.map { $0.entry.data["status_id"] } == [1, 2])
        #expect(Set(confirmed.map { $0.entry.data["reporter"] }).count == 1)
        #expect(confirmed.allSatisfy { $0.entry.data["reporter"]?.int != nil })
      }
    }

    /// Starts, and lets the ledger learn as whom it posts.
    private func known(_ posting: Posting) async throws {
      posting.start()
      try await posting.service.deliver(all: [Scene.opened(8, head: Derived.commit("other"))])
      try await posting.settle()
    }

    /// With an unknown reporter in the log nobody would watch what is written over it.
    @Test("G43 the same text of somebody else is not ours")
    func theSameTextOfSomebodyElseIsNotOurs() async throws {
      try await withPosting { posting in
        try await known(posting)
        posting.github.post(
          state: "pending", description: "waiting for test, lint", context: "ledger/merge-gate",
          to: Scene.head, in: "acme/api", by: 66)
        posting.github.fail(on: .postStatus, with: .refuse)
        try await posting.service.deliver(all: [Scene.opened()])
        try await posting.settle()
        #expect(posting.posted() == [pending, pending])
        let confirmed = try #require(try await posting.entries(.statusPosted).last)
        #expect(confirmed.entry.data["status_id"] == 3)
        #expect(confirmed.entry.data["reporter"]?.int != 66)
      }
    }

    /// - Parameter age: milliseconds since the tables said that it is due.
    @Test(
      "a status that was taken back is not posted",
      arguments: [
        (age: 0, isUncertain: false, posts: 1), (age: 60_000, isUncertain: false, posts: 0),
        (age: 0, isUncertain: true, posts: 0),
      ])
    func whatWasTakenBackIsNotPosted(
      _ given: (age: Int, isUncertain: Bool, posts: Int)
    ) async throws {
      try await withPosting { posting in
        try await posting.service.deliver(all: [Scene.opened()])
        let due = try #require(try await posting.due())
        try await posting.service.deliver(all: [Scene.ended("lint", "failure")])
        let outcome = try await posting.effects.carryOut(
          .status(due), isUncertain: given.isUncertain,
          chosen: .now - .milliseconds(given.age))
        #expect(outcome == (given.posts == 0 ? .overtaken : .done))
        #expect(posting.github.count(of: .postStatus) == given.posts)
      }
    }

    @Test("a success is never posted without looking again")
    func aSuccessIsLookedAtAgain() async throws {
      try await withPosting { posting in
        posting.github.set(
          checkRuns: [Scene.listed("test"), Scene.listed("lint")], of: Scene.head, in: "acme/api")
        try await posting.service.deliver(
          all: [Scene.opened(), Scene.triggered, Scene.ended("test"), Scene.ended("lint")])
        let read = try #require(
          try await posting.parts.store.read { try $0.dueReads(limit: 1).first })
        _ = try await posting.effects.read(read)
        let due = try #require(try await posting.due())
        #expect(due.text.state == "success")
        try await posting.service.deliver(all: [Scene.ended("lint", "failure", attempt: 1)])
        let outcome = try await posting.effects.carryOut(.status(due), isUncertain: false)
        #expect(outcome == .overtaken)
        #expect(posting.github.count(of: .postStatus) == 0)
      }
    }

    @Test func failuresOfWhatIsDueNoMoreAreForgotten() async throws {
      try await withPosting { posting in
        posting.start(memory: .milliseconds(50))
        try await posting.service.deliver(
          all: [Scene.opened(), Scene.ended("test"), Scene.ended("lint")])
        try await until { await posting.remembered() == 1 }
        try await posting.service.deliver(all: [Scene.merged])
        posting.github.set(
          checkRuns: [Scene.listed("test"), Scene.listed("lint")], of: Scene.head, in: "acme/api")
        try await until { await posting.remembered() == 0 }
      }
    }

    @Test func aPostThatDidNotArriveIsRepeated() async throws {
      try await withPosting { posting in
        posting.github.fail(on: .postStatus, with: .refuse)
        posting.github.fail(next: 2, on: .listStatuses, with: .status(502))
        posting.start()
        try await posting.service.deliver(all: [Scene.opened()])
        try await posting.settle()
        #expect(posting.posted() == [pending])
        #expect(posting.github.count(of: .postStatus) == 2)
        #expect(posting.github.count(of: .listStatuses) == 3)
      }
    }

    /// The process died after GitHub had taken the status and before the log knew.
    @Test func whatAnEarlierProcessPostedIsNotPostedAgain() async throws {
      try await withPosting { posting in
        try await known(posting)
        try await posting.stop()
        try await posting.service.deliver(all: [Scene.opened()])
        posting.github.post(
          state: "pending", description: "waiting for test, lint", context: "ledger/merge-gate",
          to: Scene.head, in: "acme/api", by: 41_898_282)
        posting.start()
        try await posting.settle()
        #expect(posting.posted() == [pending])
        #expect(posting.github.count(of: .postStatus) == 1)
      }
    }

    @Test func aRestartPostsOnlyWhatIsNew() async throws {
      try await withPosting { posting in
        posting.start()
        try await posting.service.deliver(all: [Scene.opened()])
        try await posting.settle()
        try await posting.stop()
        try await posting.service.deliver(all: [Scene.ended("lint", "failure")])
        posting.start()
        try await posting.settle()
        #expect(posting.posted().count == 2)
        #expect(posting.posted().last?.hasPrefix("failure: lint failed") == true)
        try await posting.stop()
        posting.start()
        try await posting.service.deliver(all: [Scene.opened(8, head: Derived.commit("other"))])
        try await posting.settle()
        #expect(posting.posted().count == 2)
      }
    }

    /// More than one look at the table finds.
    @Test func everythingInheritedIsLookedForFirst() async throws {
      try await withPosting { posting in
        let heads = (0..<30).map { Derived.commit("inherited \($0)") }
        try await posting.service.deliver(
          all: heads.enumerated().map { Scene.opened(Int64($0 + 100), head: $1) })
        for head in heads {
          posting.github.post(
            state: "pending", description: "waiting for test, lint",
            context: "ledger/merge-gate", to: head, in: "acme/api")
        }
        posting.start(window: 10)
        try await posting.settle()
        #expect(posting.github.count(of: .postStatus) == 0)
      }
    }

    /// GitHub took a success, the connection broke, and the verdict went back to what had been
    /// posted before: the log has nothing to post, and GitHub shows a gate that is open.
    @Test func aSuccessThatWasTakenBackIsReplaced() async throws {
      try await withPosting { posting in
        let github = posting.github
        github.set(
          checkRuns: [Scene.listed("test"), Scene.listed("lint")], of: Scene.head, in: "acme/api")
        posting.start()
        try await posting.service.deliver(all: [Scene.opened(), Scene.ended("lint")])
        try await posting.settle()
        #expect(posting.posted().last == "pending: waiting for test")
        github.fail(on: .postStatus, with: .cut)
        // Nobody can look before the verdict went back.
        github.fail(next: 4, on: .listStatuses, with: .status(502))
        try await posting.service.deliver(all: [Scene.ended("test")])
        try await until { posting.posted().last?.hasPrefix("success") == true }
        _ = try await posting.service.deliver(Scene.started("test", attempt: 1))
        try await until { posting.posted().last == "pending: waiting for test" }
        try await posting.settle()
      }
    }

    /// The log did not take the confirmation: GitHub shows it all the same.
    @Test func aPostThatCouldNotBeConfirmedIsNotRepeated() async throws {
      try await withPosting { posting in
        let failures = Mutex(2)
        let store = BrokenStore(base: posting.parts.store) { submissions in
          guard submissions.contains(where: { $0.entry.kind == .statusPosted }) else { return }
          let isBroken = failures.withLock { count in
            count -= 1
            return count >= 0
          }
          if isBroken { throw StoreError.busy }
        }
        posting.start(store: store)
        try await posting.service.deliver(all: [Scene.opened()])
        try await posting.settle()
        #expect(posting.posted() == [pending])
        #expect(posting.github.count(of: .postStatus) == 1)
      }
    }

    /// The table of what is due is read while a post runs, and looked at after it was confirmed.
    @Test func anOldLookAtTheTablesPostsNothing() async throws {
      try await withPosting { posting in
        let metrics = posting.parts.service.metrics
        let isDone: @Sendable () -> Bool = {
          metrics.text().contains("ledger_github_calls_total{call=\"post\",result=\"done\"}")
        }
        let isPosting = Mutex(false)
        let store = BrokenStore(
          base: posting.parts.store,
          afterRead: {
            guard isPosting.withLock({ $0 }), !isDone() else { return }
            try await until { isDone() }
          })
        posting.github.fail(
          on: .postStatus,
          with: .perform {
            isPosting.withLock { $0 = true }
            posting.wake()
            try? await Task.sleep(for: .milliseconds(100))
          })
        posting.start(store: store)
        try await posting.service.deliver(all: [Scene.opened()])
        try await posting.settle()
        try await posting.service.deliver(all: [Scene.opened(8, head: Derived.commit("other"))])
        try await posting.settle()
        #expect(posting.posted() == [pending])
        #expect(posting.github.count(of: .postStatus) == 2)
      }
    }

    @Test func refusedCommitsDoNotHoldUpTheOthers() async throws {
      try await withPosting { posting in
        posting.github.fail(next: 12, on: .postStatus, with: .status(404, message: "Not Found"))
        // What was refused is not tried again within the time of this test.
        posting.start(window: 4, second: .seconds(1))
        for number in 0..<12 {
          try await posting.service.deliver(
            all: [Scene.opened(Int64(number + 100), head: Derived.commit("gone \(number)"))])
        }
        try await until { posting.github.count(of: .postStatus) == 12 }
        try await posting.service.deliver(all: [Scene.opened()])
        try await until { posting.posted() == [pending] }
      }
    }

    @Test func aCallThatMayNotBeMadeIsNotRepeatedAtOnce() async throws {
      try await withPosting { posting in
        posting.github.fail(next: 1, on: .postStatus, with: .status(403, message: "no access"))
        posting.start(second: .seconds(1))
        try await posting.service.deliver(all: [Scene.opened()])
        try await until {
          posting.parts.service.metrics.text().contains("result=\"refused\"} 1")
        }
        for number in 8..<12 {
          try await posting.service.deliver(
            all: [Scene.opened(Int64(number), head: Derived.commit("\(number)"))])
        }
        try await posting.github.wait { $0.count(of: .postStatus) == 5 }
        #expect(posting.posted().isEmpty)
      }
    }

    @Test(arguments: [(1, 1.0), (2, 2), (3, 4), (6, 32), (7, 60), (1_000, 60)])
    func backoffDoubles(_ failures: Int, _ seconds: Double) {
      #expect(Backoff.delay(afterFailures: failures) == seconds)
    }
  }
}
