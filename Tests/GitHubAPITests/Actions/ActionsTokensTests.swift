import Gates
import GitHubAPI
import Ledger
import LedgerTesting
import Testing

/// The steps up to the signature, in their order.
@Suite(.timeLimit(.minutes(1))) struct ActionsTokensTests {
  private static let mismatch = WorkflowRefusal.invalid("the token's signature does not match")
  private static let wrongAlgorithm = WorkflowRefusal.invalid("the token's alg is not RS256")

  @Test func aGoodTokenTellsWhoShowsIt() async throws {
    try await TokenDesk.run { (desk) async throws in
      let identity = try await desk.tokens.identity(of: try desk.token())
      #expect(identity == (try WorkflowIdentity(claims: .object(desk.claims()))))
      #expect(identity.repositoryID == 640)
    }
  }

  // MARK: 1. alg

  @Test func onlyRS256IsTaken() async throws {
    try await TokenDesk.run { (desk) async throws in
      for algorithm in SigningKey.Algorithm.allCases where algorithm != .rs256 {
        let token = try desk.issuer.key.token(desk.claims(), algorithm: algorithm)
        #expect(await desk.refusal(of: token) == ActionsTokensTests.wrongAlgorithm, "\(algorithm)")
      }
      #expect(desk.issuer.count() == 0)
    }
  }

  @Test(arguments: ["rs256", "RS256 ", "None", "", 256, .null, ["RS256"], true] as [JSON])
  func algIsExact(_ alg: JSON) async throws {
    try await TokenDesk.run { (desk) async throws in
      let token = try desk.token(header: ["alg": alg])
      #expect(await desk.refusal(of: token) == ActionsTokensTests.wrongAlgorithm)
    }
  }

  /// The header says RS256, but the signature is of another kind.
  @Test(arguments: SigningKey.Algorithm.allCases.filter { $0 != .rs256 })
  func algMustBeTrue(_ algorithm: SigningKey.Algorithm) async throws {
    try await TokenDesk.run { (desk) async throws in
      let token = try desk.issuer.key.token(
        desk.claims(), header: ["alg": "RS256"], algorithm: algorithm)
      #expect(await desk.refusal(of: token) == ActionsTokensTests.mismatch)
    }
  }

  // MARK: 2. key

  @Test(
    arguments: [
      .null, "", 1, ["key-1"], .string(String(repeating: "k", count: 256)),
    ] as [JSON])
  func aKeyMustBeNamed(_ kid: JSON) async throws {
    try await TokenDesk.run { (desk) async throws in
      let token = try desk.token(header: ["kid": kid])
      #expect(await desk.refusal(of: token) == .invalid("the token names no key (kid)"))
    }
  }

  /// jwt-kit alone would take another key in place of one that it does not find.
  @Test func anUnknownKeyIsRefused() async throws {
    try await TokenDesk.run { (desk) async throws in
      let refused = WorkflowRefusal.invalid(
        "the token names a key (kid) that its issuer does not publish")
      for kid: JSON in ["key-0", "KEY-1", "key-1 "] {
        #expect(try await desk.refusal(of: desk.token(header: ["kid": kid])) == refused)
      }
    }
  }

  @Test func keysThatATokenBringsAreNotLookedAt() async throws {
    let stranger = try await FakeIssuer.start(key: try TestKeys.strange())
    try await TokenDesk.run { (desk) async throws in
      let (keys, jwk) = ("\(stranger.address)\(FakeIssuer.keysPath)", try stranger.key.jwk())
      for header: [String: JSON] in [
        ["jku": .string(keys)], ["jwk": jwk], ["x5u": .string(keys)], ["x5c": [.string(keys)]],
        ["jku": .string(keys), "jwk": jwk, "x5u": .string(keys)],
      ] {
        let forged = try stranger.key.token(desk.claims(), header: header)
        #expect(await desk.refusal(of: forged) == ActionsTokensTests.mismatch)
        #expect(try await desk.refusal(of: desk.token(header: header)) == nil)
      }
      #expect(stranger.count() == 0)
    }
    await stranger.stop()
  }

  // MARK: 3. signature

  @Test func aChangedByteOfTheSignatureIsSeen() async throws {
    try await TokenDesk.run { (desk) async throws in
      let token = try desk.token()
      let start = token.utf8.count - 342
      for position in stride(from: start, to: token.utf8.count - 1, by: 11) {
        let changed = ActionsTokensTests.changed(token, at: position)
        #expect(await desk.refusal(of: changed) == ActionsTokensTests.mismatch, "\(position)")
      }
    }
  }

  /// 256 bytes leave four bits of the last character unused. A decoder that ignores them would take
  /// sixteen spellings of one token.
  @Test func aSecondSpellingOfTheSignatureIsRefused() async throws {
    try await TokenDesk.run { (desk) async throws in
      let token = try desk.token()
      let changed = ActionsTokensTests.changed(token, at: token.utf8.count - 1)
      #expect(
        await desk.refusal(of: changed)
          == .invalid("the token is no JWT of three base64url parts"))
    }
  }

  @Test func aChangedClaimIsSeen() async throws {
    try await TokenDesk.run { (desk) async throws in
      let parts = try desk.token().split(separator: ".")
      let other = try desk.token(["repository_id": "641"]).split(separator: ".")
      let forged = [parts[0], other[1], parts[2]].joined(separator: ".")
      #expect(await desk.refusal(of: forged) == ActionsTokensTests.mismatch)
    }
  }

  @Test func aSignatureOfAnotherLengthIsRefused() async throws {
    try await TokenDesk.run { (desk) async throws in
      let token = try desk.token()
      for other in [String(token.dropLast(2)), token + "AA", String(token.dropLast(342))] {
        #expect(await desk.refusal(of: other) != nil)
      }
    }
  }

  /// The character at `position` replaced by the next one of the alphabet.
  private static func changed(_ token: String, at position: Int) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    var bytes = Array(token.utf8)
    let index = alphabet.firstIndex(of: bytes[position]) ?? 0
    bytes[position] = alphabet[(index + 1) % alphabet.count]
    return String(decoding: bytes, as: UTF8.self)
  }

  // MARK: form

  @Test(arguments: [
    "", ".", "..", "...", "x", "a.b", "a.b.c.d", "PREFIX.TOKEN", "TOKEN.", " TOKEN", "TOKEN ",
    "TOKEN\n", "TOKEN=", "Bearer TOKEN", "TÖKEN.a.b",
  ])
  func whatIsNoJWTIsRefused(_ form: String) async throws {
    try await TokenDesk.run { (desk) async throws in
      let token = form.replacing("TOKEN", with: try desk.token())
      guard case .invalid = await desk.refusal(of: token) else {
        Issue.record("not refused: \(form)")
        return
      }
    }
  }

  /// In bytes.
  private static let largest = 16_384

  @Test func aTokenHasABound() async throws {
    try await TokenDesk.run { (desk) async throws in
      let rest = try desk.token(["repo_property_x": ""]).utf8.count
      let room = (ActionsTokensTests.largest - rest) * 3 / 4
      let largest = try desk.token(["repo_property_x": .string(String(repeating: "x", count: room))]
      )
      #expect(
        (ActionsTokensTests.largest - 4...ActionsTokensTests.largest).contains(largest.utf8.count))
      #expect(await desk.refusal(of: largest) == nil)
      let larger = try desk.token([
        "repo_property_x": .string(String(repeating: "x", count: room + 6))
      ])
      #expect(
        await desk.refusal(of: larger) == .invalid("the token has more than 16384 bytes"))
    }
  }

  @Test func duplicateKeysAreRefused() async throws {
    try await TokenDesk.run { (desk) async throws in
      let header = #"{"alg":"RS256","kid":"key-1"}"#
      let payload = JSON.object(desk.claims()).canonicalString
      for (header, payload, part) in [
        (#"{"alg":"none","alg":"RS256","kid":"key-1"}"#, payload, "header"),
        (#"{"alg":"RS256","kid":"key-2","kid":"key-1"}"#, payload, "header"),
        (header, #"{"repository_id":"641","# + payload.dropFirst(), "payload"),
        (header, #"{"repository\u005fid":"641","# + payload.dropFirst(), "payload"),
        (header, payload + "{}", "payload"), (header, "", "payload"), ("{}x", payload, "header"),
        (header, "\u{FEFF}" + payload, "payload"),
      ] {
        let token = try desk.issuer.key.token(
          header: Array(header.utf8), payload: Array(payload.utf8))
        guard case .invalid(let reason) = await desk.refusal(of: token) else {
          Issue.record("not refused: \(header)")
          continue
        }
        #expect(reason.hasPrefix("the token's \(part) is not valid JSON"))
      }
      let good = try desk.issuer.key.token(header: Array(header.utf8), payload: Array(payload.utf8))
      #expect(await desk.refusal(of: good) == nil)
    }
  }

  @Test func whatIsCriticalMustBeUnderstood() async throws {
    try await TokenDesk.run { (desk) async throws in
      let token = try desk.token(header: ["crit": ["b64"], "b64": false])
      #expect(
        await desk.refusal(of: token) == .invalid("the token's header demands an extension"))
    }
  }
}
