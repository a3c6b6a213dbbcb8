import Gates
import GitHubAPI
import Ledger
import LedgerTesting
import Testing

/// A GitHub with an App, and a client that is this App.
struct AppDesk {
  let github: FakeGitHub
  let client: GitHubClient
  let clock: TestClock
  let app: FakeGitHub.App

  var tokensMade: Int { github.count(of: .createAccessToken) }

  func read() async throws(CodeHostError) {
    _ = try await client.evidence(for: sha, in: repository, includingStatuses: false)
  }

  static func credentials(
    _ issuer: String = "Iv23lifakefakefake77"
  ) throws -> GitHubCredentials {
    .app(try AppCredentials(issuer: issuer, privateKey: try TestKeys.own().pkcs1PEM))
  }

  static func run(
    issuer: String = "Iv23lifakefakefake77", limits: GitHubClient.Limits = .init(),
    repositories: Set<String>? = nil, _ test: (AppDesk) async throws -> Void
  ) async throws {
    let clock = TestClock()
    let github = try await FakeGitHub.start(token: tokenText, now: { clock.now })
    let app = FakeGitHub.App(key: try TestKeys.own(), repositories: repositories)
    github.install(app)
    let address = try #require(GitHubAddress(github.baseURL))
    let client = GitHubClient(
      address: address, credentials: try credentials(issuer), limits: limits,
      now: { clock.now })
    let desk = AppDesk(github: github, client: client, clock: clock, app: app)
    let result = await Result { try await test(desk) }
    try await client.shutdown()
    try await github.stop()
    try result.get()
  }
}
