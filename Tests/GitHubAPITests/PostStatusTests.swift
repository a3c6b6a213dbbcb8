import Gates
import GitHubAPI
import Ledger
import LedgerTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct PostStatusTests {
  @Test func postsWhatWasAskedAndReturnsTheID() async throws {
    try await withGitHub { github, client in
      let id = try await client.post(green, to: sha, in: repository)
      let posted = try #require(github.statuses(of: sha, in: "acme/api").first)
      #expect(posted.id == id)
      #expect(posted.state == "success")
      #expect(posted.description == "3 of 3 passed")
      #expect(posted.context == "ledger/merge-gate")
      #expect(posted.targetURL == "https://ledger.example/acme/api/1")
      #expect(github.statuses.count == 1)
    }
  }

  @Test func sendsTheFieldsThatGitHubAsksFor() async throws {
    try await withGitHub { github, client in
      _ = try await client.post(green, to: sha, in: repository)
      let headers = try #require(github.requests.first).headers
      #expect(headers["accept"] == "application/vnd.github+json")
      #expect(headers["x-github-api-version"] == "2026-03-10")
      #expect(headers["user-agent"] == "release-ledger")
      #expect(headers["content-type"] == "application/json")
      #expect(headers["authorization"] == "Bearer [redacted]")
      #expect(headers["host"] == "127.0.0.1:\(github.port)")
    }
  }

  @Test func leavesAnAbsentTargetOut() async throws {
    try await withGitHub { github, client in
      var status = green
      status.targetURL = nil
      _ = try await client.post(status, to: sha, in: repository)
      let body = try JSON.parse(try #require(github.requests.first).body.utf8)
      #expect(body.object?.keys.sorted() == ["context", "description", "state"])
    }
  }

  @Test func reachesAnEnterpriseServer() async throws {
    try await withGitHub(prefix: "/api/v3") { github, client in
      _ = try await client.post(green, to: sha, in: repository)
      #expect(github.requests.map(\.path) == ["/api/v3/repos/acme/api/statuses/\(sha)"])
      #expect(github.statuses.count == 1)
    }
  }

  /// Waiting for a connection counts as connecting: a busy machine gets the time.
  @Test func manyAtOnceAreAllPosted() async throws {
    var limits = GitHubClient.Limits()
    (limits.connect, limits.request) = (.seconds(50), .seconds(50))
    try await withGitHub(limits: limits) { github, client in
      let ids = try await withThrowingTaskGroup(of: Int64.self) { group in
        for number in 0..<300 {
          group.addTask { try await client.post(green, to: "sha-\(number)", in: repository) }
        }
        return try await group.reduce(into: Set()) { $0.insert($1) }
      }
      #expect(ids.count == 300)
      #expect(Set(github.statuses.map(\.sha)).count == 300)
    }
  }

  @Test func anAnswerWithoutAnIDIsAmbiguous() async throws {
    try await withGitHub { github, client in
      github.fail(with: .answer(status: 201, headers: [:], body: "<html>"))
      let error = await failure { () async throws(CodeHostError) in
        try await client.post(green, to: sha, in: repository)
      }
      #expect(error?.kind == .ambiguous)
    }
  }

  /// The limits of the fake are those of GitHub, so what it refuses GitHub would refuse.
  @Test(arguments: [
    StatusText(state: "passed", description: "not a word of GitHub"),
    StatusText(state: "success", description: String(repeating: "x", count: 141)),
  ])
  func refusesWhatGitHubRefuses(text: StatusText) async throws {
    try await withGitHub { github, client in
      let status = CommitStatus(context: "c", text: text, targetURL: nil)
      let error = await failure { () async throws(CodeHostError) in
        try await client.post(status, to: sha, in: repository)
      }
      #expect(error?.kind == .refused(422))
      #expect(github.statuses.isEmpty)
    }
  }

  @Test func aDescriptionOf140CharactersIsPosted() async throws {
    try await withGitHub { github, client in
      let text = StatusText(state: "failure", description: String(repeating: "ü", count: 140))
      _ = try await client.post(
        CommitStatus(context: "c", text: text, targetURL: nil), to: sha, in: repository)
      #expect(github.statuses.first?.description == text.description)
    }
  }

  @Test func the1001stStatusOfAContextIsRefused() async throws {
    try await withGitHub { github, client in
      for _ in 0..<1000 {
        github.post(state: "pending", context: "Ledger/Merge-Gate", to: sha, in: "acme/api")
      }
      let error = await failure { () async throws(CodeHostError) in
        try await client.post(green, to: sha, in: repository)
      }
      #expect(error?.kind == .refused(422))
      var other = green
      other.context = "another"
      _ = try await client.post(other, to: sha, in: repository)
      #expect(github.statuses.count == 1001)
    }
  }
}
