import Ledger
import LedgerTesting
import Synchronization
import Testing

@testable import Service

extension ServiceTests {
  /// What GitHub's limits hold up, and what not.
  @Suite struct OutboxLimitTests {
    private static let pending = "pending: waiting for test, lint"
    private static let hour = noon.adding(seconds: 3_600).microseconds / 1_000_000

    /// Another owner, and so another installation of an App.
    private static let globex = Deliveries(
      repository: Deliveries.Repository(
        id: 640_100_300,
        owner: Deliveries.Account(id: 50_600_800, login: "globex", kind: .organization),
        name: "web"))
    private static let head = Derived.commit("globex")
    private static let opened = globex.pullRequest(
      "opened", Scene.pull(head: head), by: Scene.mia)

    private func posted(_ posting: Posting) -> [String] {
      posting.github.statuses(of: Self.head, in: "globex/web").map {
        "\($0.state): \($0.description ?? "")"
      }
    }

    /// The first post of acme's meets `fault`.
    private func limited(_ posting: Posting, _ fault: FakeGitHub.Fault) async throws {
      posting.github.fail(on: .postStatus, with: fault)
      try await posting.service.deliver(all: [Scene.opened()])
      try await until { posting.parts.service.metrics.text().contains("result=\"later\"} 1") }
    }

    @Test(arguments: [
      FakeGitHub.Fault.spentLimit(reset: hour), .status(503, headers: ["retry-after": "3600"]),
    ])
    func oneInstallationHoldsUpNoOther(_ fault: FakeGitHub.Fault) async throws {
      try await withPosting { posting in
        posting.start(window: 4, second: .seconds(1), form: .checkRun)
        try await limited(posting, fault)
        // More than one look at the table finds.
        try await posting.service.deliver(
          all: (8..<20).map { Scene.opened($0, head: Derived.commit("acme \($0)")) })
        try await posting.service.deliver(all: [Self.opened])
        try await until { posted(posting) == [Self.pending] }
        #expect(posting.github.count(of: .postStatus) == 2)
        #expect(posting.github.statuses.count == 1, "acme's wait for their own limit")
      }
    }

    @Test func aTokenHasOneLimitForAllOwners() async throws {
      try await withPosting { posting in
        let looks = Looks()
        posting.start(second: .seconds(1), form: .status, silence: { looks.count() })
        try await limited(posting, .spentLimit(reset: Self.hour))
        try await posting.service.deliver(all: [Self.opened])
        try await looks.more()
        #expect(posting.github.count(of: .postStatus) == 1)
      }
    }

    @Test func aLimitThatIsOverHoldsUpNothing() async throws {
      try await withPosting { posting in
        posting.start(form: .checkRun)
        let soon = noon.adding(seconds: 3).microseconds / 1_000_000
        try await limited(posting, .spentLimit(reset: soon))
        try await posting.settle()
        #expect(posting.posted() == [Self.pending])
      }
    }

    @Test func nothingIsSentWhileGitHubWantsNothing() async throws {
      try await withPosting { posting in
        let isSilent = Mutex(true)
        let looks = Looks()
        posting.start(
          form: .checkRun, silence: { looks.count() ?? (isSilent.withLock { $0 } ? 5 : nil) })
        try await posting.service.deliver(all: [Scene.opened(), Self.opened])
        try await looks.more()
        #expect(posting.github.count() == 0)
        isSilent.withLock { $0 = false }
        try await posting.settle()
        #expect(posting.posted() == [Self.pending])
        #expect(posted(posting) == [Self.pending])
      }
    }
  }
}

/// How often an outbox has looked for what to do: it asks then whether GitHub wants anything.
private final class Looks: Sendable {
  private let done = Mutex(0)

  /// Answers nothing.
  func count() -> Double? {
    done.withLock { $0 += 1 }
    return nil
  }

  /// Until it has looked often enough for what it began to have come to GitHub.
  func more() async throws {
    let end = done.withLock { $0 } + 15
    try await until { done.withLock { $0 } >= end }
  }
}
