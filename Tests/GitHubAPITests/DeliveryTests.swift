import Gates
import GitHubAPI
import Ledger
import LedgerTesting
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct DeliveryTests {
  private static let hook = FakeGitHub.HookPlace.repository("acme/api", id: 31)
  private static let address = HookAddress.repository(repository, hook: 31)

  private static func delivery(_ number: Int) -> WebhookDelivery {
    let body = "{\"action\":\"created\",\"repository\":{\"id\":1},\"n\":\(number)}"
    return WebhookDelivery(
      event: "check_run", body: Array(body.utf8), hookID: 31, id: "guid-\(number)")
  }

  /// What arrived.
  private final class Inbox: Sendable {
    private let seen = Mutex<[WebhookDelivery]>([])
    var deliveries: [WebhookDelivery] { seen.withLock(\.self) }

    func take(_ delivery: WebhookDelivery) -> Int {
      seen.withLock { $0.append(delivery) }
      return 202
    }
  }

  @Test func webhooksAreListed() async throws {
    try await withGitHub { (github, client) async throws in
      github.set(
        hooks: [
          .init(id: 31, url: "https://ledger.example/webhooks/github", events: ["push"]),
          .init(id: 32, url: "https://ci.example", isActive: false),
        ], in: "acme/api")
      #expect(
        try await client.hooks(of: repository) == [
          Hook(
            id: 31, url: "https://ledger.example/webhooks/github", events: ["push"],
            isActive: true),
          Hook(id: 32, url: "https://ci.example", events: ["*"], isActive: false),
        ])
    }
  }

  @Test func anAttemptIsReadInFull() async throws {
    try await withGitHub { (github, client) async throws in
      github.send { _ in 500 }
      await github.deliver(DeliveryTests.delivery(1), hook: DeliveryTests.hook)
      let found = try await client.deliveries(of: DeliveryTests.address, until: moment)
      let id = try #require(github.attempts.first).id
      #expect(
        found == [
          DeliverySight(
            id: id, guid: "guid-1", event: "check_run", action: "created", deliveredAt: moment,
            status: "Invalid HTTP Response: 500", isRedelivery: false, repositoryID: 1,
            hook: DeliveryTests.address)
        ])
    }
  }

  @Test func theListIsReadByItsCursor() async throws {
    try await withGitHub { (github, client) async throws in
      for number in 1...250 {
        await github.deliver(DeliveryTests.delivery(number), hook: DeliveryTests.hook)
      }
      await github.deliver(DeliveryTests.delivery(999), hook: .repository("acme/api", id: 32))
      let found = try await client.deliveries(of: DeliveryTests.address, until: moment)
      #expect(found.map(\.guid) == (1...250).reversed().map { "guid-\($0)" })
      #expect(github.count(of: .listDeliveries) == 3)
    }
  }

  /// The limit of one read would be 10,000 deliveries: a busy hook has more in three days.
  @Test func theListMayBeLongerThanOneRead() async throws {
    var limits = GitHubClient.Limits()
    limits.pages = 2
    try await withGitHub(limits: limits) { (github, client) async throws in
      for number in 1...301 {
        await github.deliver(DeliveryTests.delivery(number), hook: DeliveryTests.hook)
      }
      let found = try await client.deliveries(of: DeliveryTests.address, until: moment)
      #expect(found.map(\.guid) == (1...301).reversed().map { "guid-\($0)" })
      #expect(github.count(of: .listDeliveries) == 4)
    }
  }

  @Test func theTokenGoesToNoOtherHost() async throws {
    try await withGitHub { (github, client) async throws in
      let error = await failure { () async throws(CodeHostError) in
        try await client.deliveries(
          of: DeliveryTests.address, until: moment, from: "https://elsewhere.example/?cursor=v1_1")
      }
      #expect(error?.kind == .refused(0))
      #expect(github.count() == 0)
    }
  }

  @Test func itEndsAtTheOldestThatIsWanted() async throws {
    let clock = TestClock()
    try await withGitHub(now: { clock.now }) { (github, client) async throws in
      for number in 1...250 {
        clock.move(by: 1)
        await github.deliver(DeliveryTests.delivery(number), hook: DeliveryTests.hook)
      }
      let found = try await client.deliveries(
        of: DeliveryTests.address, until: moment.adding(seconds: 200))
      #expect(found.map(\.guid) == (200...250).reversed().map { "guid-\($0)" })
      #expect(github.count(of: .listDeliveries) == 1)
    }
  }

  /// Lost on the way, then delivered again under the same GUID, byte for byte.
  @Test func whatWasLostComesAgain() async throws {
    try await withGitHub { (github, client) async throws in
      let inbox = Inbox()
      github.send { inbox.take($0) }
      github.lose { delivery, isAgain in delivery.id == "guid-2" && !isAgain }
      for number in 1...3 {
        await github.deliver(DeliveryTests.delivery(number), hook: DeliveryTests.hook)
      }
      #expect(inbox.deliveries.map(\.id) == ["guid-1", "guid-3"])
      let lost = try await client.deliveries(of: DeliveryTests.address, until: moment)
        .filter { $0.status != "OK" }
      #expect(lost.map(\.guid) == ["guid-2"])
      for delivery in lost { try await client.redeliver(delivery.id, of: DeliveryTests.address) }
      #expect(inbox.deliveries.last == DeliveryTests.delivery(2))
      let newest = try await client.deliveries(of: DeliveryTests.address, until: moment)[0]
      #expect(newest.guid == "guid-2" && newest.isRedelivery && newest.status == "OK")
    }
  }

  @Test func anAppHasItsOwnDeliveries() async throws {
    try await AppDesk.run { (desk) async throws in
      let inbox = Inbox()
      desk.github.send { inbox.take($0) }
      await desk.github.deliver(DeliveryTests.delivery(1), hook: .app)
      await desk.github.deliver(DeliveryTests.delivery(2), hook: DeliveryTests.hook)
      let found = try await desk.client.deliveries(of: .app, until: moment)
      #expect(found.map(\.guid) == ["guid-1"])
      try await desk.client.redeliver(found[0].id, of: .app)
      #expect(inbox.deliveries.map(\.id) == ["guid-1", "guid-2", "guid-1"])
      #expect(desk.github.count(of: .createAccessToken) == 0, "the App itself asks")
    }
  }

  /// GitHub's lists do not say which hook is the App's.
  @Test func theAppsHookIsNamedByWhatItDelivered() async throws {
    try await AppDesk.run { (desk) async throws in
      let delivery = WebhookDelivery(event: "push", body: Array("{}".utf8), hookID: 480)
      await desk.github.deliver(delivery, hook: .app)
      let id = try #require(desk.github.attempts.first).id
      #expect(try await desk.client.appHook(thatMade: id) == 480)
      let error = await failure { () async throws(CodeHostError) in
        try await desk.client.appHook(thatMade: id + 1)
      }
      #expect(error?.kind == .refused(404))
    }
  }

  @Test func after3DaysGitHubForgets() async throws {
    try await AppDesk.run { (desk) async throws in
      await desk.github.deliver(DeliveryTests.delivery(1), hook: .app)
      let id = try #require(desk.github.attempts.first).id
      desk.clock.move(by: 3 * 86_400)
      #expect(try await desk.client.deliveries(of: .app, until: moment).count == 1)
      desk.clock.move(by: 1)
      #expect(try await desk.client.deliveries(of: .app, until: moment).isEmpty)
      let error = await failure { () async throws(CodeHostError) in
        try await desk.client.redeliver(id, of: .app)
        return 0
      }
      #expect(error?.kind == .refused(404))
    }
  }

  @Test func aRedeliveryWithoutAnAnswerIsAmbiguous() async throws {
    try await withGitHub { (github, client) async throws in
      await github.deliver(DeliveryTests.delivery(1), hook: DeliveryTests.hook)
      let id = try #require(github.attempts.first).id
      github.fail(on: .redeliver, with: .cut)
      let error = await failure { () async throws(CodeHostError) in
        try await client.redeliver(id, of: DeliveryTests.address)
        return 0
      }
      #expect(error?.kind == .ambiguous)
      #expect(github.attempts.count == 2)
    }
  }
}
