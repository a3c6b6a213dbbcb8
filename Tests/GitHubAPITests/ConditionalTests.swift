import Gates
import Ledger
import LedgerTesting
import NIOCore
import Testing

@testable import GitHubAPI

@Suite(.timeLimit(.minutes(1))) struct ConditionalTests {
  private func ids(_ client: GitHubClient) async throws -> [Int64] {
    try await client.evidence(for: sha, in: repository, includingStatuses: false)
      .observations.map(\.runID)
  }

  private func show(_ ids: ClosedRange<Int64>, _ github: FakeGitHub) {
    github.set(
      checkRuns: ids.map { .init(id: $0, name: "test \($0)") }, of: sha, in: "acme/api")
  }

  @Test func whatDidNotChangeComesFromTheCache() async throws {
    try await withGitHub { (github, client) async throws in
      show(1...3, github)
      let first = try await client.evidence(for: sha, in: repository, includingStatuses: false)
      let second = try await client.evidence(for: sha, in: repository, includingStatuses: false)
      #expect(first == second)
      #expect(first.observations.count == 3)
      let sent = github.requests.map { $0.headers["if-none-match"] }
      #expect(sent.count == 2 && sent[0] == nil && sent[1] != nil)
    }
  }

  /// The fake answers 304 without the `Link`, so it comes from the cache as well.
  @Test func allPagesComeFromTheCache() async throws {
    try await withGitHub { (github, client) async throws in
      show(1...250, github)
      #expect(try await ids(client) == Array(1...250))
      #expect(try await ids(client) == Array(1...250))
      #expect(
        github.requests.map { $0.headers["if-none-match"] != nil }.suffix(3) == [true, true, true])
    }
  }

  @Test func aChangeIsSeen() async throws {
    try await withGitHub { (github, client) async throws in
      show(1...1, github)
      #expect(try await ids(client) == [1])
      show(1...2, github)
      #expect(try await ids(client) == [1, 2])
      #expect(try await ids(client) == [1, 2])
      show(1...1, github)
      #expect(try await ids(client) == [1])
    }
  }

  @Test func a304WithoutAnAnswerIsRefused() async throws {
    try await withGitHub { (github, client) async throws in
      github.fail(with: .status(304))
      let error = await failure { () async throws(CodeHostError) in
        try await client.evidence(for: sha, in: repository, includingStatuses: false)
      }
      #expect(error?.kind == .refused(304))
    }
  }

  @Test func nothingIsKeptWhereNothingMay() async throws {
    var limits = GitHubClient.Limits()
    limits.cacheBytes = 0
    try await withGitHub(limits: limits) { (github, client) async throws in
      show(1...1, github)
      for _ in 1...2 { #expect(try await ids(client) == [1]) }
      #expect(github.requests.allSatisfy { $0.headers["if-none-match"] == nil })
    }
  }

  /// What one may see another must not be shown: the App itself and its installation.
  @Test func answersAreKeptForWhoAsked() {
    let cache = AnswerCache(limit: 10_000)
    let own = AnswerCache.Key(url: "u", party: .app)
    cache.keep(Answer(tagged: "a", bytes: 10), own)
    #expect(cache[own]?.tag == "a")
    #expect(cache[AnswerCache.Key(url: "u", party: .repository(repository))] == nil)
    #expect(cache[AnswerCache.Key(url: "v", party: .app)] == nil)
  }

  /// Used again a few times, and so often that the notes about it are cleared up.
  @Test(arguments: [1, 500]) func theLeastUsedGoesFirst(uses: Int) {
    func key(_ number: Int) -> AnswerCache.Key { .init(url: "\(number)", party: .app) }
    let cache = AnswerCache(limit: 10_000)
    for number in 1...9 { cache.keep(Answer(tagged: "t", bytes: 500), key(number)) }
    for _ in 1...uses { _ = cache[key(1)] }
    for number in 10...15 { cache.keep(Answer(tagged: "t", bytes: 500), key(number)) }
    #expect(cache[key(1)] != nil)
    #expect((2...6).allSatisfy { cache[key($0)] == nil })
    #expect((10...15).allSatisfy { cache[key($0)] != nil })
    #expect(cache.bytes <= 10_000)
    cache.keep(Answer(tagged: "t", bytes: 20_000), key(1))
    #expect(cache[key(1)] == nil, "too large, and no longer what GitHub says")
    cache.keep(Answer(tagged: nil, bytes: 1), key(15))
    #expect(cache[key(15)] == nil, "cannot be asked for again")
  }
}

extension Answer {
  fileprivate init(tagged tag: String?, bytes: Int) {
    self.init(
      .init(
        version: .http1_1, status: .ok, headers: tag.map { ["etag": $0] } ?? [:],
        body: .init()), body: ByteBuffer(repeating: 0, count: bytes))
  }
}
