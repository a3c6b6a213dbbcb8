import Gates
import GitHubAPI
import Ledger
import LedgerTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct AccessTokenTests {
  @Test func nothingIsAskedBeforeItIsNeeded() async throws {
    try await AppDesk.run { (desk) async throws in
      #expect(desk.github.count() == 0)
      try await desk.read()
      #expect(
        desk.github.requests.map(\.route)
          == [.getInstallation, .createAccessToken, .listCheckRuns])
    }
  }

  @Test(arguments: ["Iv23lifakefakefake77", "7700"])
  func eitherIDProvesTheApp(issuer: String) async throws {
    try await AppDesk.run(issuer: issuer) { (desk) async throws in try await desk.read() }
  }

  @Test func anotherKeyProvesNothing() async throws {
    try await AppDesk.run { (desk) async throws in
      var app = desk.app
      app.key = try TestKeys.next()
      desk.github.install(app)
      let error = await failure { () async throws(CodeHostError) in try await desk.read() }
      #expect(error?.kind == .refused(401))
      #expect(desk.github.count() == 1, "a JWT that is refused would be refused again")
    }
  }

  @Test func aTokenIsKeptFor50Minutes() async throws {
    try await AppDesk.run { (desk) async throws in
      for seconds in [0.0, 1_000, 1_999] {
        desk.clock.move(by: seconds)
        try await desk.read()
      }
      #expect(desk.tokensMade == 1)
      desk.clock.move(by: 1)
      try await desk.read()
      #expect(desk.tokensMade == 2)
      #expect(desk.github.count(of: .getInstallation) == 1)
    }
  }

  @Test func manyAtOnceShareOneRequest() async throws {
    var limits = GitHubClient.Limits()
    (limits.connect, limits.request) = (.seconds(50), .seconds(50))
    try await AppDesk.run(limits: limits) { (desk) async throws in
      let post = green
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<100 {
          group.addTask {
            _ = try await desk.client.post(
              post, replacing: nil, to: "sha-\(number)", in: repository)
          }
        }
        try await group.waitForAll()
      }
      #expect(desk.tokensMade == 1)
      #expect(desk.github.count(of: .getInstallation) == 1)
      #expect(desk.github.count(of: .createCheckRun) == 100)
    }
  }

  @Test func repositoriesOfOneInstallationShareItsToken() async throws {
    try await AppDesk.run { (desk) async throws in
      try await desk.read()
      let other = RepositoryRow(id: 2, name: "acme/web")
      _ = try await desk.client.evidence(for: sha, in: other, includingStatuses: false)
      #expect(desk.github.count(of: .getInstallation) == 2)
      #expect(desk.tokensMade == 1)
    }
  }

  @Test func aRevokedTokenIsReplacedOnce() async throws {
    try await AppDesk.run { (desk) async throws in
      try await desk.read()
      desk.github.revokeAccessTokens()
      let posted = try await desk.client.post(green, replacing: nil, to: sha, in: repository)
      #expect(posted.form == .checkRun)
      #expect(desk.tokensMade == 2)
      #expect(desk.github.postedCheckRuns(of: sha, in: "acme/api").count == 1)
    }
  }

  @Test func aTokenThatEndedEarlyIsReplaced() async throws {
    try await AppDesk.run { (desk) async throws in
      var app = desk.app
      app.tokenLife = 600
      desk.github.install(app)
      try await desk.read()
      desk.clock.move(by: 601)
      try await desk.read()
      #expect(desk.tokensMade == 2)
    }
  }

  @Test func a401IsTriedAgainOnceAndNoMore() async throws {
    try await AppDesk.run { (desk) async throws in
      desk.github.fail(next: 5, on: .listCheckRuns, with: .status(401))
      let error = await failure { () async throws(CodeHostError) in try await desk.read() }
      #expect(error?.kind == .refused(401))
      #expect(desk.github.count(of: .listCheckRuns) == 2)
      #expect(desk.tokensMade == 2)
    }
  }

  @Test func whereTheAppIsNotInstalledItIsRefused() async throws {
    try await AppDesk.run(repositories: ["acme/web"]) { (desk) async throws in
      let error = await failure { () async throws(CodeHostError) in try await desk.read() }
      #expect(error?.kind == .refused(404))
      #expect(desk.tokensMade == 0)
    }
  }

  /// Installed anew it has another id; the old one is not asked for ever.
  @Test func anInstallationThatIsGoneIsLookedUpAgain() async throws {
    try await AppDesk.run { (desk) async throws in
      try await desk.read()
      var app = desk.app
      app.installation += 1
      desk.github.install(app)
      let error = await failure { () async throws(CodeHostError) in try await desk.read() }
      #expect(error?.kind == .refused(404))
      try await desk.read()
      #expect(desk.github.count(of: .getInstallation) == 2)
    }
  }

  /// With another owner a repository has another installation, and this is how GitHub says it.
  @Test(arguments: [(401, 2), (403, 2), (404, 2), (422, 1)])
  func whatAnInstallationDoesNotReachIsLookedUpAgain(status: Int, lookups: Int) async throws {
    try await AppDesk.run { (desk) async throws in
      try await desk.read()
      // A 401 is tried again with a new token first.
      desk.github.fail(
        next: status == 401 ? 2 : 1, on: .listCheckRuns, with: .status(status))
      let error = await failure { () async throws(CodeHostError) in try await desk.read() }
      #expect(error?.kind == .refused(status))
      try await desk.read()
      #expect(desk.github.count(of: .getInstallation) == lookups)
    }
  }

  /// GitHub says so of each branch without protection, whenever it is looked at.
  @Test(arguments: [("Branch not protected", 1), ("Not Found", 2)])
  func aRefusalThatIsTheAnswerSaysNothingOfTheInstallation(
    message: String, lookups: Int
  ) async throws {
    try await AppDesk.run { (desk) async throws in
      for _ in 0..<2 {
        desk.github.fail(on: .branchProtection, with: .status(404, message: message))
        _ = try await desk.client.protection(of: "main", in: repository)
      }
      #expect(desk.github.count(of: .branchProtection) == 2)
      #expect(desk.github.count(of: .getInstallation) == lookups)
    }
  }

  @Test func aLimitSaysNothingOfTheInstallation() async throws {
    try await AppDesk.run { (desk) async throws in
      try await desk.read()
      desk.github.fail(on: .listCheckRuns, with: .secondaryLimit())
      let error = await failure { () async throws(CodeHostError) in try await desk.read() }
      #expect(error?.kind == .unavailable(60))
      try await desk.read()
      #expect(desk.github.count(of: .getInstallation) == 1)
    }
  }

  /// What was to be posted was not sent, so it may simply be tried again.
  @Test(arguments: [FakeGitHub.Fault.cut, .refuse, .status(502), .status(500)])
  func aTokenThatDoesNotComeIsUnavailable(fault: FakeGitHub.Fault) async throws {
    try await AppDesk.run { (desk) async throws in
      desk.github.fail(on: .createAccessToken, with: fault)
      let error = await failure { () async throws(CodeHostError) in
        try await desk.client.post(green, replacing: nil, to: sha, in: repository)
      }
      #expect(error?.kind == .unavailable(nil))
      #expect(desk.github.postedCheckRuns(of: sha, in: "acme/api").isEmpty)
      _ = try await desk.client.post(green, replacing: nil, to: sha, in: repository)
    }
  }

  @Test func aTokenIsNoApp() async throws {
    try await withGitHub { (github, client) async throws in
      let error = await failure { () async throws(CodeHostError) in
        try await client.deliveries(of: .app, until: moment)
      }
      #expect(error?.kind == .refused(0))
      #expect(github.count() == 0)
    }
  }
}
