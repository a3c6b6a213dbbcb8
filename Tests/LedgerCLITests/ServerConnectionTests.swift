import Testing

@testable import LedgerCLI

/// The network library repeats a header that it does not send.
@Suite struct ServerConnectionTests {
  private static let broken = "canary\nx"

  @Test func anErrorRepeatsNoToken() async throws {
    let server = try ServerConnection(url: "http://127.0.0.1:1")
    let error = try await #require(throws: (any Error).self) {
      try await server.execute(server.request(.get, "/", token: Self.broken))
    }
    #expect("\(error)".contains("canary"), "otherwise there is nothing to hide")
    #expect(
      server.unreachable(error)
        == "cannot reach http://127.0.0.1:1: Invalid header field values")
  }

  @Test func whoIsNotThereIsNamed() async throws {
    let server = try ServerConnection(url: "http://127.0.0.1:1")
    let error = try await #require(throws: (any Error).self) {
      try await server.execute(server.request(.get, "/", token: "a-token"))
    }
    #expect(server.unreachable(error) == "cannot reach http://127.0.0.1:1: connection refused")
  }

  @Test func theRunnersTokenIsNotRepeatedEither() async throws {
    let failure = try await #require(throws: Failure.self) {
      try await IdentityToken.request(
        (url: "http://127.0.0.1:1", token: Self.broken), audience: "a", Patience(limit: 0))
    }
    #expect(failure.message.contains("Invalid header field values"))
    #expect(!failure.message.contains("canary"))
  }

  @Test(arguments: [("ledger_x", "ledger_x"), ("", nil)] as [(String, String?)])
  func tokens(_ text: String, _ token: String?) throws {
    #expect(try Configuration.token(text) == token)
  }

  @Test(arguments: ["canary\nx", "canary x", "canary\t", "canary\u{7F}", "canärie"])
  func whatIsNoTokenIsNotRepeated(_ text: String) throws {
    let failure = try #require(throws: Failure.self) { try Configuration.token(text) }
    #expect(failure.code == Exit.usage)
    #expect(!"\(failure) \(failure.hint ?? "")".contains("can"))
  }
}
