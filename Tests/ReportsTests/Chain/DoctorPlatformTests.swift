import Gates
import Ledger
import LedgerTesting
import Reports
import Testing

/// Names under `recording.platform-tokens` by which nothing can come.
@Suite struct DoctorPlatformTests {
  private struct Token {
    let name: String
    var scope = "record"
    var repositories: [Int64]?
    var isRevoked = false

    func entries(_ number: Int) throws -> [Entry] {
      let hash = JSON.string(String(repeating: "a\(number)", count: 32))
      let source = Source.ledger
      var data: [String: JSON] = [
        "hash": hash, "name": .string(name), "scope": .string(scope),
      ]
      if let repositories { data["repositories"] = .array(repositories.map(JSON.int)) }
      let made = try Entry(
        kind: .tokenCreated, at: chainStart, received: chainStart, source: source,
        data: .object(data))
      guard isRevoked else { return [made] }
      let revoked = try Entry(
        kind: .tokenRevoked, at: chainStart, received: chainStart, source: source,
        data: ["hash": hash])
      return [made, revoked]
    }
  }

  private static let tokens = [
    Token(name: "aws"), Token(name: "reader", scope: "read"), Token(name: "gone", isRevoked: true),
    Token(name: "bound", repositories: [7]), Token(name: "two", repositories: [7]),
    Token(name: "two"), Token(name: "caf\u{E9}"),
  ]

  private func check(_ names: [String]?) async throws -> JSON? {
    let policy = RecordingPolicy(
      audience: "https://ledger.example.com", workflows: [], platformTokens: names)
    let catalog = try Catalog(recording: policy.json).entry(received: chainStart)
    let tokens = try Self.tokens.enumerated().flatMap { try $0.element.entries($0.offset) }
    let answer = try await ChainStory.ask(tokens + [catalog], "doctor")
    return answer["checks"]?.array?.first { $0["name"] == "platform tokens" }
  }

  @Test func withoutAListThereIsNothingToSay() async throws {
    #expect(try await check(nil) == nil)
  }

  @Test func whatCanComeIsInOrder() async throws {
    let check = try #require(try await check(["aws", "two"]))
    #expect(check["state"] == "ok" && check["items"] == [])
  }

  @Test(arguments: [
    ("nobody", "no API token"), ("reader", "may only read"), ("gone", "were revoked"),
    ("bound", "are bound to repositories"), ("cafe\u{301}", "no API token"),
    ("AWS", "no API token"),
    ("acme/api/.github/workflows/ci.yml@refs/heads/main", "a workflow is bound"),
  ])
  func whatCannotComeIsTold(_ name: String, _ reason: String) async throws {
    let check = try #require(try await check(["aws", name]))
    #expect(check["state"] == "warning")
    let items = check["items"]?.array?.compactMap(\.string) ?? []
    #expect(items.count == 1)
    #expect(items.first?.hasPrefix("\(name): ") == true, "\(items)")
    #expect(items.first?.contains(reason) == true, "\(items)")
  }
}
