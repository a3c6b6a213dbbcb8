import Ledger
import LedgerTesting
import Testing

@testable import LedgerCLI

/// The fake GitHub stands for a server, as one that makes an inventory for others.
@Suite(.timeLimit(.minutes(1))) struct BusyServerTests {
  private static func answer(_ status: Int, _ body: String) -> FakeGitHub.Fault {
    .answer(status: status, headers: ["retry-after": "0"], body: body)
  }

  private static let busy = answer(503, #"{"code":"busy","detail":"for others"}"#)

  /// What it answers to each request, in order.
  private func withServer(
    _ answers: [FakeGitHub.Fault], _ test: (FakeGitHub) async throws -> Void
  ) async throws {
    let server = try await FakeGitHub.start(token: nil)
    for answer in answers { server.fail(with: answer) }
    let result: Result<Void, any Error>
    do { result = .success(try await test(server)) } catch { result = .failure(error) }
    try await server.stop()
    try result.get()
  }

  @Test func aQuestionIsAskedAgain() async throws {
    try await withServer([Self.busy, Self.answer(200, #"{"n":1}"#)]) { server async throws in
      let source = try ServerSource(url: server.baseURL, token: nil)
      #expect(try await source.ask("inventory", [("environment", "dev")]) == ["n": 1])
      #expect(server.requests.map(\.path) == ["/v1/inventory", "/v1/inventory"])
    }
  }

  /// Nothing was begun.
  @Test(arguments: [ServerConnection.Method.post, .delete])
  func aWriteIsSentAgain(_ method: ServerConnection.Method) async throws {
    try await withServer([Self.busy, Self.answer(200, #"{"n":1}"#)]) { server async throws in
      let source = try ServerSource(url: server.baseURL, token: nil)
      #expect(try await source.send(method, "/v1/tokens", body: Array("{}".utf8)) == ["n": 1])
      #expect(server.requests.map(\.body) == ["{}", "{}"])
    }
  }

  @Test func itIsAskedForALimitedTime() async throws {
    try await withServer([Self.busy, Self.busy]) { server async throws in
      let source = try ServerSource(url: server.baseURL, token: nil, busyLimit: 0)
      let failure = try await #require(throws: Failure.self) {
        try await source.ask("inventory", [])
      }
      #expect(failure.message == "\(server.baseURL) is busy (tried once)")
      #expect(failure.code == Exit.error && failure.hint?.isEmpty == false)
      #expect(server.count() == 1)
    }
  }

  /// It may have been carried out, or will fail the next time, too.
  @Test(
    arguments: [
      (503, #"{"code":"store","detail":"This cannot be stored now."}"#), (503, "<html>"),
      (502, "<html>"), (500, #"{"code":"busy"}"#), (429, #"{"code":"busy"}"#),
    ] as [(Int, String)])
  func nothingElseIsRepeated(_ status: Int, _ body: String) async throws {
    try await withServer([Self.answer(status, body), Self.busy]) { server async throws in
      let source = try ServerSource(url: server.baseURL, token: nil)
      await #expect(throws: Failure.self) { try await source.send(.post, "/v1/tokens") }
      #expect(server.count() == 1)
    }
  }
}
