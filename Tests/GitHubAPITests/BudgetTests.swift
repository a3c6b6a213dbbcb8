import Gates
import GitHubAPI
import Ledger
import LedgerTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct BudgetTests {
  private static func spent(for seconds: Double) -> FakeGitHub.Fault {
    let reset = moment.adding(seconds: seconds).microseconds / 1_000_000
    return .headers(["x-ratelimit-remaining": "0", "x-ratelimit-reset": String(reset)])
  }

  private func kind(_ desk: AppDesk, _ name: String = "acme/api") async -> CodeHostError.Kind? {
    do throws(CodeHostError) {
      let repository = RepositoryRow(id: 1, name: name)
      _ = try await desk.client.evidence(for: sha, in: repository, includingStatuses: false)
      return nil
    } catch { return error.kind }
  }

  @Test func readsWaitUntilTheLimitIsReset() async throws {
    try await AppDesk.run { (desk) async throws in
      desk.github.fail(on: .listCheckRuns, with: BudgetTests.spent(for: 90))
      #expect(await kind(desk) == nil, "the last request is answered")
      let asked = desk.github.count()
      #expect(await kind(desk) == .unavailable(90))
      desk.clock.move(by: 60)
      #expect(await kind(desk) == .unavailable(30))
      #expect(desk.github.count() == asked, "nothing is asked meanwhile")
      desk.clock.move(by: 30)
      #expect(await kind(desk) == nil)
    }
  }

  @Test func aRefusalForTheLimitCountsToo() async throws {
    try await AppDesk.run { (desk) async throws in
      let reset = moment.adding(seconds: 90).microseconds / 1_000_000
      desk.github.fail(on: .listCheckRuns, with: .spentLimit(reset: reset))
      #expect(await kind(desk) == .unavailable(90))
      let asked = desk.github.count()
      #expect(await kind(desk) == .unavailable(90))
      #expect(desk.github.count() == asked)
    }
  }

  @Test func postsAreSentAllTheSame() async throws {
    try await AppDesk.run { (desk) async throws in
      desk.github.fail(on: .listCheckRuns, with: BudgetTests.spent(for: 90))
      _ = await kind(desk)
      _ = try await desk.client.post(green, replacing: nil, to: sha, in: repository)
      #expect(desk.github.count(of: .createCheckRun) == 1)
    }
  }

  /// The App's own limit is another than that of its installation.
  @Test func eachAccountHasItsOwn() async throws {
    try await AppDesk.run { (desk) async throws in
      desk.github.fail(on: .listCheckRuns, with: BudgetTests.spent(for: 90))
      #expect(await kind(desk) == nil)
      #expect(try await desk.client.deliveries(of: .app, until: moment).isEmpty)
      #expect(await kind(desk) == .unavailable(90))
    }
  }

  @Test(arguments: [
    (FakeGitHub.Fault.secondaryLimit(retryAfter: 90), 90.0), (.secondaryLimit(), 60),
    (.status(429, headers: ["retry-after": "7"]), 7),
  ])
  func aSecondaryLimitIsForAllAccounts(_ fault: FakeGitHub.Fault, _ seconds: Double) async throws {
    try await AppDesk.run { (desk) async throws in
      #expect(desk.client.silence == nil)
      desk.github.fail(on: .createCheckRun, with: fault)
      let error = await failure { () async throws(CodeHostError) in
        try await desk.client.post(green, replacing: nil, to: sha, in: repository)
      }
      #expect(error?.kind == .unavailable(seconds))
      #expect(desk.client.silence == seconds)
      desk.clock.move(by: seconds - 1)
      #expect(desk.client.silence == 1)
      desk.clock.move(by: 1)
      #expect(desk.client.silence == nil)
    }
  }

  @Test(arguments: [
    FakeGitHub.Fault.spentLimit(reset: 1_795_000_090), .status(503, headers: ["retry-after": "90"]),
    .status(403, message: "Resource not accessible by integration"),
  ])
  func nothingElseIs(_ fault: FakeGitHub.Fault) async throws {
    try await AppDesk.run { (desk) async throws in
      desk.github.fail(on: .createCheckRun, with: fault)
      _ = await failure { () async throws(CodeHostError) in
        try await desk.client.post(green, replacing: nil, to: sha, in: repository)
      }
      #expect(desk.client.silence == nil)
    }
  }

  /// An end that lies beyond GitHub's longest wait was set before the clock went back. Kept, it
  /// would stop all reads for as long as the clock went back.
  @Test func aClockThatIsSetBackEndsAWait() async throws {
    try await AppDesk.run { (desk) async throws in
      desk.github.fail(on: .listCheckRuns, with: BudgetTests.spent(for: 90))
      #expect(await kind(desk) == nil)
      desk.clock.move(by: -60)
      #expect(await kind(desk) == .unavailable(150), "it may still be a wait")
      desk.clock.move(by: -86_400)
      #expect(await kind(desk) == nil)
    }
  }

  @Test func aClockThatIsSetBackEndsASilence() async throws {
    try await AppDesk.run { (desk) async throws in
      func refuse(for seconds: Int) async {
        desk.github.fail(on: .createCheckRun, with: .secondaryLimit(retryAfter: seconds))
        _ = await failure { () async throws(CodeHostError) in
          try await desk.client.post(green, replacing: nil, to: sha, in: repository)
        }
      }
      await refuse(for: 90)
      #expect(desk.client.silence == 90)
      desk.clock.move(by: -86_400)
      #expect(desk.client.silence == nil)
      await refuse(for: 30)
      #expect(desk.client.silence == 30, "the one before is no later one")
    }
  }

  @Test func aBrokenResetDoesNotStopForLong() async throws {
    try await AppDesk.run { (desk) async throws in
      desk.github.fail(
        on: .listCheckRuns,
        with: .headers(["x-ratelimit-remaining": "0", "x-ratelimit-reset": "99999999999"]))
      #expect(await kind(desk) == nil)
      #expect(await kind(desk) == .unavailable(3600))
    }
  }
}
