import Gates
import GitHubAPI
import LedgerTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct TokenTests {
  /// Every way to fail, some of them with the token repeated by the other side.
  private static let faults: [FakeGitHub.Fault] = [
    .status(401, message: tokenText), .status(403, message: "rate limit \(tokenText)"),
    .status(403, message: tokenText), .status(422, headers: ["x-echo": tokenText]),
    .status(429, headers: ["retry-after": tokenText]), .status(502, message: tokenText),
    .status(301, headers: ["location": "http://other.example/\(tokenText)"]),
    .answer(status: 200, headers: [:], body: tokenText), .cut, .refuse, .hang(seconds: 30),
    .headers(["link": "<http://other.example/\(tokenText)>; rel=next"]),
  ]

  @Test func isInNoError() async throws {
    var limits = GitHubClient.Limits()
    limits.request = .milliseconds(200)
    try await withGitHub(limits: limits) { github, client in
      for fault in TokenTests.faults {
        github.clearFaults()
        github.fail(on: .listCheckRuns, with: fault)
        let error = await failure { () async throws(CodeHostError) in
          try await client.evidence(for: sha, in: repository, includingStatuses: false)
        }
        expectSilence(error)
      }
      for fault in TokenTests.faults.dropLast() {
        github.clearFaults()
        github.fail(on: .postStatus, with: fault)
        let error = await failure { () async throws(CodeHostError) in
          try await client.post(green, to: sha, in: repository)
        }
        expectSilence(error)
      }
    }
  }

  private func expectSilence(_ error: CodeHostError?) {
    var dumped = ""
    dump(error, to: &dumped)
    for text in ["\(String(describing: error))", String(reflecting: error), dumped] {
      #expect(!text.contains(tokenText))
    }
  }

  @Test func printsRedacted() throws {
    let token = try #require(GitHubToken(tokenText))
    var dumped = ""
    dump(token, to: &dumped)
    for text in ["\(token)", String(reflecting: token), dumped, "\([token])", "\(["t": token])"] {
      #expect(!text.contains(tokenText))
      #expect(text.contains("[redacted]"))
    }
  }

  @Test func aClientPrintsNoToken() async throws {
    let client = try makeClient("http://127.0.0.1:1")
    var dumped = ""
    dump(client, to: &dumped)
    for text in ["\(client)", String(reflecting: client), dumped] {
      #expect(!text.contains(tokenText))
    }
    try await client.shutdown()
  }

  @Test func whiteSpaceAroundItIsCut() async throws {
    try await withGitHub(token: " \(tokenText)\r\n") { _, client in
      _ = try await client.post(green, to: sha, in: repository)
    }
  }

  @Test(arguments: ["", " \n", "a b", "a\nb", "a\r\nX: y", "tökén", "a\u{0}"])
  func whatCannotStandInAHeaderIsNoToken(text: String) {
    #expect(GitHubToken(text) == nil)
  }

  @Test func aRecordedRequestHoldsNoToken() async throws {
    try await withGitHub { github, client in
      _ = try await client.post(green, to: sha, in: repository)
      #expect(!"\(github.requests)".contains(tokenText))
    }
  }
}
