import Ledger
import LedgerTesting
import Synchronization
import Testing

@testable import Service

extension ServiceTests {
  @Suite struct OutboxTests {
    @Test func verdictsBecomeStatuses() async throws {
      try await withPosting { posting in
        posting.start()
        try await posting.service.deliver(all: [Scene.opened()])
        try await posting.settle()
        try await posting.service.deliver(all: [
          Scene.ended("test"), Scene.ended("lint", "failure"),
        ])
        try await posting.settle()
        #expect(
          Set(posting.posted()).isSuperset(of: [
            "pending: waiting for test, lint", "failure: lint failed",
          ]))
        #expect(posting.posted().last == "failure: lint failed")
        posting.github.set(
          checkRuns: [Scene.listed("test"), Scene.listed("lint", attempt: 1)], of: Scene.head,
          in: "acme/api")
        try await posting.service.deliver(all: [Scene.ended("lint", attempt: 1)])
        try await posting.settle()
        #expect(posting.posted().last == "success: 2 of 2 passed at \(Scene.head.prefix(7))")
        for status in posting.github.statuses {
          #expect(status.context == "ledger/merge-gate")
          #expect(status.targetURL == "https://ledger.example/ledger/acme/api/pull/7")
        }
        let confirmed = try await posting.entries(.statusPosted)
        #expect(confirmed.count == posting.github.statuses.count)
        #expect(
          confirmed.compactMap { $0.entry.data["status_id"]?.int }
            == posting.github.statuses.map(\.id))
      }
    }

    @Test func anAllowRestsOnOneRead() async throws {
      try await withPosting { posting in
        posting.github.set(
          checkRuns: [Scene.listed("test"), Scene.listed("lint"), Scene.listed("unrelated")],
          of: Scene.head, in: "acme/api")
        posting.start()
        try await posting.service.deliver(
          all: [Scene.opened(), Scene.ended("test"), Scene.ended("lint")])
        try await posting.settle()
        #expect(posting.posted().last?.hasPrefix("success: ") == true)
        #expect(posting.github.count(of: .listCheckRuns) == 1)
        let reads = try await posting.entries(.checksRead)
        #expect(reads.count == 1)
        let read = try #require(reads.first)
        #expect(read.entry.data["check_runs"]?.array?.map { $0["name"] } == ["test", "lint"])
        let evidence = try #require(read.entry.evidence)
        let raw = try await posting.parts.store.read { try $0.evidence(evidence.hash) }
        #expect(raw.map { String(decoding: $0, as: UTF8.self).contains("unrelated") } == true)
        let verdict = try #require(try await posting.entries(.verdict).last)
        #expect(verdict.entry.data["state"] == "allow")
        #expect(verdict.index > read.index)
      }
    }

    /// GitHub knows better than its webhooks.
    @Test func aReadThatContradictsDenies() async throws {
      try await withPosting { posting in
        posting.github.set(
          checkRuns: [Scene.listed("test", "failure", attempt: 1), Scene.listed("lint")],
          of: Scene.head, in: "acme/api")
        posting.start()
        try await posting.service.deliver(
          all: [Scene.opened(), Scene.ended("test"), Scene.ended("lint")])
        try await posting.settle()
        #expect(posting.posted().last == "failure: test failed")
        #expect(!posting.posted().contains { $0.hasPrefix("success") })
      }
    }

    @Test func aListThatLagsBehindKeepsTheGateShut() async throws {
      try await withPosting { posting in
        let github = posting.github
        github.set(
          checkRuns: [Scene.listed("test"), Scene.listed("lint")], of: Scene.head, in: "acme/api")
        github.fail(next: 2, on: .listCheckRuns, with: .emptyList)
        github.fail(
          on: .listCheckRuns,
          with: .perform {
            #expect(!posting.posted().contains { $0.hasPrefix("success") })
          })
        posting.start()
        try await posting.service.deliver(
          all: [Scene.opened(), Scene.ended("test"), Scene.ended("lint")])
        try await posting.settle()
        #expect(github.count(of: .listCheckRuns) == 3)
        #expect(posting.posted().last?.hasPrefix("success") == true)
        #expect(try await posting.entries(.checksRead).count == 1)
      }
    }

    @Test func whatHappenedMeanwhileIsSkipped() async throws {
      try await withPosting { posting in
        posting.github.fail(
          on: .postStatus,
          with: .perform {
            for delivery in [
              Scene.started("test"), Scene.ended("test"), Scene.ended("lint", "failure"),
            ] {
              _ = try? await posting.service.deliver(delivery)
            }
          })
        posting.start()
        try await posting.service.deliver(all: [Scene.opened()])
        try await posting.settle()
        #expect(posting.posted() == ["pending: waiting for test, lint", "failure: lint failed"])
        #expect(try await posting.entries(.verdict).count > 2)
      }
    }

    @Test func nothingIsPostedWithoutCredentials() async throws {
      try await withService { service in
        try await service.deliver(
          all: [Scene.triggered, Scene.opened(), Scene.ended("test"), Scene.ended("lint")])
        let due = try await service.store.read { tables in
          try tables.dueStatuses(limit: 10).count + tables.dueReads(limit: 10).count
        }
        #expect(due == 0)
        let verdicts = try await service.store.read {
          try $0.entries(from: 0, limit: 100, kind: .verdict)
        }
        #expect(verdicts.last?.entry.data["state"] == "allow")
      }
    }

    /// One hundred pull requests whose checks end in a random order, while GitHub stumbles.
    @Test func manyCommits() async throws {
      try await withPosting { posting in
        let heads = (0..<100).map { Derived.commit("many \($0)") }
        for head in heads {
          posting.github.set(
            checkRuns: [Scene.listed("test", head: head), Scene.listed("lint", head: head)],
            of: head,
            in: "acme/api")
        }
        posting.github.fail(next: 20, every: 7, on: .postStatus, with: .status(502))
        posting.github.fail(next: 20, every: 5, on: .postStatus, with: .cut)
        posting.github.fail(next: 10, every: 6, on: .listCheckRuns, with: .refuse)
        posting.start()
        var deliveries = heads.enumerated().map { Scene.opened(Int64($0 + 100), head: $1) }
        deliveries += heads.flatMap {
          [Scene.ended("test", head: $0), Scene.ended("lint", head: $0)]
        }.shuffled()
        try await posting.service.deliver(all: deliveries)
        try await posting.settle()
        for head in heads {
          let posted = posting.posted(head)
          #expect(posted.last == "success: 2 of 2 passed at \(head.prefix(7))")
          #expect(zip(posted, posted.dropFirst()).allSatisfy { $0 != $1 }, "\(posted)")
          #expect(posted.count { $0.hasPrefix("success") } == 1, "\(posted)")
        }
      }
    }
  }
}
