import Gates
import GitHubAPI
import Ledger
import LedgerTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct PathTests {
  @Test(arguments: [
    ("owner/na me", "abc", "/repos/owner/na%20me/statuses/abc"),
    ("acme/api", "heads/main", "/repos/acme/api/statuses/heads%2Fmain"),
    ("acme/api", "a?b#c%2Fd", "/repos/acme/api/statuses/a%3Fb%23c%252Fd"),
    ("acme/x/../y", "é", "/repos/acme/x%2F..%2Fy/statuses/%C3%A9"),
    ("a.c-m_e~1/.github", "a", "/repos/a.c-m_e~1/.github/statuses/a"),
  ])
  func parametersAreEncoded(name: String, sha: String, path: String) async throws {
    try await withGitHub { github, client in
      _ = try await client.post(green, to: sha, in: RepositoryRow(id: 1, name: name))
      #expect(github.requests.map(\.path) == [path])
      #expect(github.statuses(of: sha, in: name).count == 1)
    }
  }

  @Test(arguments: [
    ("acme", "a"), ("", "a"), ("/api", "a"), ("acme/", "a"), ("acme/..", "a"), ("./api", "a"),
    ("acme/api", ""), ("acme/api", ".."),
  ])
  func whatHasNoUsableNameIsNotSent(name: String, sha: String) async throws {
    try await withGitHub { github, client in
      let repository = RepositoryRow(id: 1, name: name)
      let post = await failure { () async throws(CodeHostError) in
        try await client.post(green, to: sha, in: repository)
      }
      #expect(post?.kind == .refused(0))
      let read = await failure { () async throws(CodeHostError) in
        try await client.evidence(for: sha, in: repository, includingStatuses: true)
      }
      #expect(read?.kind == .refused(0))
      #expect(github.count() == 0)
    }
  }
}

struct GitHubAddressTests {
  @Test(arguments: [
    ("https://api.github.com", "https://api.github.com"),
    ("https://host.example/api/v3/", "https://host.example/api/v3"),
    ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
  ])
  func isAnAddress(text: String, address: String) {
    #expect(GitHubAddress(text)?.description == address)
  }

  @Test(arguments: [
    "", "api.github.com", "ftp://host", "https://", "https://user:secret@host",
    "https://host/?a=b", "https://host/#a",
  ])
  func isNone(text: String) {
    #expect(GitHubAddress(text) == nil)
  }
}
