import Gates
import GitHubAPI
import Ledger
import LedgerTesting
import Testing

/// What an issuer says about its keys, and what of it is taken.
@Suite(.timeLimit(.minutes(1))) struct KeyServerTests {
  private func unavailable(
    _ desk: TokenDesk, _ reason: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    #expect(
      try await desk.refusal(of: desk.token())
        == .unavailable("the issuer's keys cannot be fetched: \(reason)"),
      sourceLocation: sourceLocation)
  }

  @Test func theDocumentMustBeTheIssuersOwn() async throws {
    try await TokenDesk.run { (desk) async throws in
      desk.issuer.answer { $0.issuer = desk.issuer.address + "/" }
      try await unavailable(desk, "the discovery document is another issuer's")
      #expect(desk.issuer.count() == 0)
    }
  }

  @Test(arguments: [
    "STRANGER/.well-known/jwks", "https://127.0.0.1:OWN/.well-known/jwks",
    "http://localhost:OWN/.well-known/jwks", "http://x@127.0.0.1:OWN/.well-known/jwks",
    "/.well-known/jwks", "", "file:///etc/passwd",
  ])
  func keysComeFromTheIssuersHost(_ form: String) async throws {
    let stranger = try await FakeIssuer.start(key: try TestKeys.own())
    try await TokenDesk.run { (desk) async throws in
      let address = form.replacing("STRANGER", with: stranger.address)
        .replacing("OWN", with: String(desk.issuer.port))
      desk.issuer.answer { $0.keysAddress = address }
      try await unavailable(
        desk, "the discovery document names no jwks_uri on the issuer's host")
      #expect(desk.issuer.count() == 0)
      #expect(stranger.count() == 0)
    }
    await stranger.stop()
  }

  @Test(arguments: [201, 302, 404, 500])
  func anotherStatusIsNoAnswer(_ status: Int) async throws {
    try await TokenDesk.run { (desk) async throws in
      desk.issuer.answer { $0.status = status }
      try await unavailable(desk, "\(status) instead of the discovery document")
    }
  }

  @Test(arguments: [
    "", "<html>", "{", #"{"keys":[],"keys":[]}"#,
  ])
  func whatIsNoJSONIsNoKeySet(_ text: String) async throws {
    try await TokenDesk.run { (desk) async throws in
      desk.issuer.answer { $0.keys = text }
      try await unavailable(desk, "the key set is not valid JSON")
    }
  }

  @Test func anAnswerThatIsTooLargeIsNotRead() async throws {
    var limits = ActionsTokens.Limits()
    limits.bodyBytes = 20_000
    try await TokenDesk.run(limits: limits) { (desk) async throws in
      desk.issuer.answer { $0.keys = String(repeating: " ", count: 20_001) }
      try await unavailable(desk, "no answer with the key set: it is too large")
    }
  }

  /// What keeps a key from being one for RS256.
  static let odd: [[String: JSON]] = [
    ["kty": "EC"], ["kty": .null], ["alg": "RS384"], ["alg": "PS256"], ["alg": 1], ["use": "enc"],
    ["kid": .null], ["kid": 1], ["n": .null], ["e": .null], ["n": "AQAB"], ["n": "!"], ["n": ""],
    ["e": ""], ["e": "!"], ["n": 1], ["kty": "oct"],
  ]

  private static func text(_ keys: [JSON]) -> String {
    JSON.object(["keys": .array(keys)]).canonicalString
  }

  private static func key(_ changes: [String: JSON]) throws -> JSON {
    .object((try TestKeys.own().jwk().object ?? [:]).merging(changes) { $1 })
  }

  @Test(arguments: odd)
  func aSetWithoutARS256KeyIsNone(_ changes: [String: JSON]) async throws {
    try await TokenDesk.run { (desk) async throws in
      let key = try KeyServerTests.key(changes)
      desk.issuer.answer { $0.keys = KeyServerTests.text([key]) }
      try await unavailable(desk, "the key set holds no RS256 key")
    }
  }

  @Test(arguments: ["{}", "[]", #"{"keys":[]}"#, #"{"keys":{}}"#, #"{"keys":[1,null,[]]}"#])
  func anEmptySetIsNone(_ text: String) async throws {
    try await TokenDesk.run { (desk) async throws in
      desk.issuer.answer { $0.keys = text }
      try await unavailable(desk, "the key set holds no RS256 key")
    }
  }

  /// One odd key does not hide the others, as it would in jwt-kit's own reader.
  @Test func oddKeysAreLeftOut() async throws {
    try await TokenDesk.run { (desk) async throws in
      let odd = try KeyServerTests.odd.map(KeyServerTests.key)
      let plain = try KeyServerTests.key(["alg": .null, "use": .null]).object ?? [:]
      let good = JSON.object(plain.filter { !$0.value.isNull })
      desk.issuer.answer { $0.keys = KeyServerTests.text(odd + [good]) }
      #expect(try await desk.refusal(of: desk.token()) == nil)
    }
  }

  @Test(arguments: [
    "https://token.actions.githubusercontent.com",
    "https://token.actions.githubusercontent.com/acme", "https://git.example/_services/token",
    "http://127.0.0.1:8080", "http://localhost:8080",
  ])
  func issuers(_ issuer: String) async throws {
    let tokens = ActionsTokens(issuer: issuer, audience: audience, now: { moment })
    try await #require(tokens).shutdown()
  }

  @Test(arguments: [
    "", "token.actions.githubusercontent.com", "http://token.actions.githubusercontent.com",
    "https://token.actions.githubusercontent.com/", "https://x@git.example",
    "https://git.example?x=1", "https://git.example#x", "http://127.0.0.2", "file:///x",
    "http://127.0.0.1@evil.example", "http://localhost.evil.example",
  ])
  func noIssuers(_ issuer: String) {
    #expect(ActionsTokens(issuer: issuer, audience: audience, now: { moment }) == nil)
  }
}
