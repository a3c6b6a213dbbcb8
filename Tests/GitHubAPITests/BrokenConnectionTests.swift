import Gates
import GitHubAPI
import LedgerTesting
import Testing

/// What the caller hears when no whole answer comes.
@Suite(.timeLimit(.minutes(1))) struct BrokenConnectionTests {
  private static let impatient: GitHubClient.Limits = {
    var limits = GitHubClient.Limits()
    limits.request = .seconds(1)
    limits.connect = .seconds(1)
    return limits
  }()

  private func postFailure(_ client: GitHubClient) async -> CodeHostError.Kind? {
    await failure { () async throws(CodeHostError) in
      try await client.post(green, to: sha, in: repository)
    }?.kind
  }

  private func readFailure(_ client: GitHubClient) async -> CodeHostError.Kind? {
    await failure { () async throws(CodeHostError) in
      try await client.evidence(for: sha, in: repository, includingStatuses: false)
    }?.kind
  }

  @Test func aPostThatWasCarriedOutAndCutIsAmbiguous() async throws {
    try await withGitHub { github, client in
      github.fail(on: .postStatus, with: .cut)
      #expect(await postFailure(client) == .ambiguous)
      #expect(github.statuses.count == 1)
    }
  }

  @Test func aPostThatWasCutBeforeItWasCarriedOutIsAmbiguous() async throws {
    try await withGitHub { github, client in
      github.fail(on: .postStatus, with: .refuse)
      #expect(await postFailure(client) == .ambiguous)
      #expect(github.statuses.isEmpty)
    }
  }

  @Test func aPostThatIsAnsweredTooLateIsAmbiguous() async throws {
    try await withGitHub(limits: BrokenConnectionTests.impatient) { github, client in
      github.fail(on: .postStatus, with: .late(seconds: 30))
      #expect(await postFailure(client) == .ambiguous)
      #expect(github.statuses.count == 1)
    }
  }

  @Test func aPostThatIsNeverAnsweredIsAmbiguous() async throws {
    try await withGitHub(limits: BrokenConnectionTests.impatient) { github, client in
      github.fail(on: .postStatus, with: .hang(seconds: 30))
      #expect(await postFailure(client) == .ambiguous)
      #expect(github.statuses.isEmpty)
    }
  }

  @Test(arguments: [FakeGitHub.Fault.cut, .refuse, .hang(seconds: 30), .late(seconds: 30)])
  func aReadMayBeRepeated(_ fault: FakeGitHub.Fault) async throws {
    try await withGitHub(limits: BrokenConnectionTests.impatient) { github, client in
      github.fail(on: .listCheckRuns, with: fault)
      #expect(await readFailure(client) == .unavailable(nil))
    }
  }

  /// Nobody listens on port 1: the request cannot have been carried out, so a POST is not ambiguous.
  @Test func whatWasNeverSentIsUnavailable() async throws {
    let client = try makeClient("http://127.0.0.1:1", limits: BrokenConnectionTests.impatient)
    #expect(await postFailure(client) == .unavailable(nil))
    #expect(await readFailure(client) == .unavailable(nil))
    try await client.shutdown()
  }

  @Test func aCancelledPostThatWasSentIsAmbiguous() async throws {
    try await withGitHub { github, client in
      github.fail(on: .postStatus, with: .hang(seconds: 30))
      let post = Task { await postFailure(client) }
      try await github.wait { $0.count(of: .postStatus) == 1 }
      post.cancel()
      #expect(await post.value == .ambiguous)
    }
  }

  @Test func anAnswerThatIsTooLargeIsNotRead() async throws {
    let body = #"{"check_runs":[],"id":1}"#
    var limits = GitHubClient.Limits()
    limits.bodyBytes = body.utf8.count
    try await withGitHub(limits: limits) { github, client in
      github.fail(next: 2, with: .answer(status: 200, headers: [:], body: body))
      _ = try await client.evidence(for: sha, in: repository, includingStatuses: false)
      _ = try await client.post(green, to: sha, in: repository)
      github.fail(next: 2, with: .answer(status: 200, headers: [:], body: body + " "))
      #expect(await readFailure(client) == .refused(0), "it is as large at the next try")
      #expect(await postFailure(client) == .ambiguous)
    }
  }
}
