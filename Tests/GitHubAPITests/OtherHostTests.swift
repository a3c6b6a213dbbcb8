import Gates
import GitHubAPI
import LedgerTesting
import Testing

/// The token goes to one host only; another port is another host.
@Suite(.timeLimit(.minutes(1))) struct OtherHostTests {
  private func withStranger(
    _ test: (FakeGitHub, FakeGitHub, GitHubClient) async throws -> Void
  ) async throws {
    let stranger = try await FakeGitHub.start(token: nil)
    let result = await Result {
      try await withGitHub { try await test($0, stranger, $1) }
    }
    try await stranger.stop()
    try result.get()
  }

  private func post(_ client: GitHubClient) async -> CodeHostError.Kind? {
    await failure { () async throws(CodeHostError) in
      try await client.post(green, to: sha, in: repository)
    }?.kind
  }

  private func redirect(_ status: Int, to location: String) -> FakeGitHub.Fault {
    .status(status, headers: ["location": location])
  }

  @Test(arguments: [301, 302, 307, 308])
  func aRedirectToAnotherHostIsRefused(status: Int) async throws {
    try await withStranger { github, stranger, client in
      github.fail(with: redirect(status, to: "\(stranger.baseURL)/repos/a/b/statuses/c"))
      #expect(await post(client) == .refused(status))
      #expect(stranger.count() == 0)
    }
  }

  @Test func disguisesOfAnotherHostAreRefused() async throws {
    try await withStranger { github, stranger, client in
      let own = "127.0.0.1:\(github.port)"
      let other = "127.0.0.1:\(stranger.port)"
      for location in [
        "//\(other)/x", "http://\(own)@\(other)/x", "http://\(own).\(other)/x",
        "https://\(own)/x", "http://user@\(own)/x", "ftp://\(own)/x", "http:///x", "",
      ] {
        github.fail(with: redirect(301, to: location))
        let kind = await post(client)
        #expect(kind == .refused(301), "\(location)")
        github.clearFaults()
      }
      #expect(stranger.count() == 0)
    }
  }

  @Test(arguments: [301, 302, 307, 308], ["", "http://127.0.0.1:PORT"])
  func aRedirectOnTheSameHostIsFollowed(status: Int, host: String) async throws {
    try await withGitHub { github, client in
      let host = host.replacing("PORT", with: String(github.port))
      github.fail(with: redirect(status, to: "\(host)/repos/acme/renamed/statuses/\(sha)"))
      _ = try await client.post(green, to: sha, in: repository)
      #expect(github.statuses(of: sha, in: "acme/renamed").map(\.state) == ["success"])
      #expect(github.requests.map(\.method) == ["POST", "POST"])
    }
  }

  @Test func threeRedirectsAreFollowedAndNoMore() async throws {
    try await withGitHub { github, client in
      let again = redirect(307, to: "/repos/acme/api/statuses/\(sha)")
      github.fail(next: 3, with: again)
      _ = try await client.post(green, to: sha, in: repository)
      #expect(github.count() == 4)
      github.fail(next: 4, with: again)
      #expect(await post(client) == .refused(307))
      #expect(github.count() == 8)
      #expect(github.statuses.count == 1)
    }
  }

  @Test func aRedirectWithoutATargetIsRefused() async throws {
    try await withGitHub { github, client in
      github.fail(with: .status(302))
      #expect(await post(client) == .refused(302))
    }
  }

  @Test func aNextPageOnAnotherHostIsRefused() async throws {
    try await withStranger { github, stranger, client in
      github.set(checkRuns: [.init(id: 1, name: "test")], of: sha, in: "acme/api")
      let link = "<\(stranger.baseURL)/repos/acme/api/commits/\(sha)/check-runs?page=2>"
      github.fail(with: .headers(["link": "\(link); rel=\"next\""]))
      let error = await failure { () async throws(CodeHostError) in
        try await client.evidence(for: sha, in: repository, includingStatuses: false)
      }
      #expect(error?.kind == .refused(200))
      #expect(stranger.count() == 0)
    }
  }
}
