import Gates
import Ledger
import LedgerTesting
import Testing

@testable import Service

extension ServiceTests {
  @Suite struct LandingEffectTests {
    @Test func aPushIsAskedAboutWhenItsMergeHadTimeToBeTold() async throws {
      try await withPosting { posting in
        let host = BranchHost()
        posting.start(branches: BranchScene.effects(posting.parts, host))
        try await posting.service.deliver(all: [BranchScene.push()])
        try await posting.settle()
        #expect(host.calls == [], "too early")
        posting.service.clock.advance(seconds: 31)
        posting.wake()
        try await until { try await !posting.entries(.bypass).isEmpty }
        #expect(host.calls == ["pulls \(BranchScene.sha.prefix(4))"])
        let bypass = try #require(try await posting.entries(.bypass).first)
        #expect(bypass.entry.data["reason"] == "no-pull-request")
        #expect(bypass.entry.data["actor"] == .int(Scene.mia.id))
        let read = try #require(try await posting.entries(.landingRead).first)
        #expect(read.entry.data["pulls"] == [] && read.entry.evidence != nil)
      }
    }

    @Test func aMergeThatIsToldMeanwhileNeedsNoQuestion() async throws {
      try await withPosting { posting in
        let effects = BranchScene.effects(posting.parts, BranchHost())
        let push = BranchScene.push(Derived.commit("merge"), at: 600)
        try await posting.service.deliver(all: [push])
        posting.service.clock.advance(seconds: 31)
        #expect(try await posting.parts.due(effects).count == 1)
        try await posting.service.deliver(all: [Scene.merged])
        #expect(try await posting.parts.due(effects).isEmpty)
        #expect(try await posting.entries(.verified).last?.entry.data["gate"] == "push")
      }
    }

    @Test func whatGitHubNamesIsKeptAndBelieved() async throws {
      try await withPosting { posting in
        let host = BranchHost()
        let raw = #"{"number":7}"#
        host.set(
          pulls: [
            PullSight(
              repository: Scene.acme.row, id: 70, number: 7, headSHA: Scene.head,
              headRepositoryID: nil, baseRef: "main", baseSHA: nil, state: "closed",
              isDraft: false, author: nil, updatedAt: noon, mergedAt: noon, mergedBy: nil,
              mergeSHA: nil, raw: Array(raw.utf8))
          ], of: BranchScene.sha)
        try await posting.service.deliver(all: [Scene.opened(), BranchScene.push()])
        posting.service.clock.advance(seconds: 31)
        try await posting.parts.work(BranchScene.effects(posting.parts, host))
        #expect(try await posting.entries(.bypass).isEmpty)
        #expect(try await posting.entries(.verified).count == 1)
        let read = try #require(try await posting.entries(.landingRead).first)
        #expect(read.entry.data["pulls"]?.array?.first?["title"] == nil)
        let hash = try #require(read.entry.evidence?.hash)
        let kept = try await posting.parts.store.read { try $0.evidence(hash) }
        #expect(kept == Array(raw.utf8))
      }
    }

    private func sight(_ number: Int64, mergedAt: Instant?) -> PullSight {
      PullSight(
        repository: Scene.acme.row, id: nil, number: number, headSHA: Derived.commit("\(number)"),
        headRepositoryID: nil, baseRef: "main", baseSHA: nil,
        state: mergedAt == nil ? "open" : "closed", isDraft: false, author: nil, updatedAt: noon,
        mergedAt: mergedAt, mergedBy: nil, mergeSHA: nil, raw: Array("[]".utf8))
    }

    /// Open ones explain no push, and do not fit into an entry.
    @Test func ofHundredsOfPullRequestsTheMergedOnesAreKept() async throws {
      try await withPosting { posting in
        let host = BranchHost()
        let open = (100...900).map { sight($0, mergedAt: nil) }
        host.set(pulls: open + [sight(7, mergedAt: noon)], of: BranchScene.sha)
        try await posting.service.deliver(all: [Scene.opened(), BranchScene.push()])
        posting.service.clock.advance(seconds: 31)
        try await posting.parts.work(BranchScene.effects(posting.parts, host))
        let read = try #require(try await posting.entries(.landingRead).first)
        #expect(read.entry.data["pulls"]?.array?.map { $0["number"] } == [7])
        #expect(try await posting.entries(.verified).count == 1)
      }
    }

    /// Without an entry nothing is concluded: it stays undetermined.
    @Test func whatFitsIntoNoEntryIsRefused() async throws {
      try await withPosting { posting in
        let host = BranchHost()
        host.set(pulls: (100...900).map { sight($0, mergedAt: noon) }, of: BranchScene.sha)
        try await posting.service.deliver(all: [BranchScene.push()])
        posting.service.clock.advance(seconds: 31)
        let effects = BranchScene.effects(posting.parts, host)
        let due = try #require(try await posting.parts.due(effects).first)
        #expect(try await effects.carryOut(due) == .refused(reason: "too many results"))
        #expect(try await posting.entries(.landingRead).isEmpty)
        #expect(try await posting.entries(.bypass).isEmpty)
      }
    }

    @Test func aHostThatCannotAnswerIsAskedAgain() async throws {
      try await withPosting { posting in
        let host = BranchHost()
        let effects = BranchScene.effects(posting.parts, host)
        try await posting.service.deliver(all: [BranchScene.push()])
        posting.service.clock.advance(seconds: 31)
        host.fail(
          .refuse(.unavailable(after: nil, reason: "502")), .cut,
          .refuse(.refused(status: 404, reason: "")))
        for _ in 0..<3 {
          try await posting.parts.work(effects)
          #expect(try await posting.entries(.landingRead).isEmpty)
          #expect(try await posting.entries(.bypass).isEmpty, "no answer is no proof")
        }
        // The commit is no more: nothing explains it.
        host.fail(.refuse(.refused(status: 422, reason: "No commit found for SHA")))
        try await posting.parts.work(effects)
        #expect(try await posting.entries(.bypass).count == 1)
        #expect(try await posting.parts.due(effects).isEmpty)
      }
    }

    @Test func withoutAHostNothingIsDue() async throws {
      try await withPosting { posting in
        try await posting.service.deliver(all: [BranchScene.push()])
        posting.service.clock.advance(seconds: 31)
        let effects = BranchEffects(
          store: posting.parts.store, repositories: nil, errands: nil, publicURL: nil,
          now: { posting.parts.clock.now })
        #expect(try await posting.parts.due(effects).isEmpty)
      }
    }
  }
}
