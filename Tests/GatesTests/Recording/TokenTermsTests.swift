import Gates
import Ledger
import LedgerTesting
import Testing

@Suite("Token terms")
struct TokenTermsTests {
  private func refusal(_ changes: [String: JSON?], at now: Instant = moment(0)) -> String? {
    Claimed.refusal { () throws(WorkflowRefusal) in
      try Claimed.terms.check(Claimed.with(changes), at: now)
    }
  }

  @Test("a fresh token for this ledger fits")
  func fits() {
    #expect(refusal([:]) == nil)
    #expect(refusal(["aud": .array([.string(Claimed.audience)])]) == nil)
  }

  @Test("each of them has to be there", arguments: ["iss", "aud", "exp", "nbf", "iat"])
  func missing(_ name: String) {
    #expect(refusal([name: .none]) == "the claim \(name) is missing")
  }

  @Test(
    "the issuer is exact",
    arguments: [
      "https://token.actions.githubusercontent.com/",
      "https://token.actions.githubusercontent.com.evil.example",
      "https://token.actions.githubusercontent.com/other-enterprise",
      "https://token.actions.githubusercontent.com:443",
      "http://token.actions.githubusercontent.com",
      "https://TOKEN.actions.githubusercontent.com", "token.actions.githubusercontent.com",
      "https://token.actions.githubusercontent.co",
    ])
  func issuer(_ text: String) {
    #expect(refusal(["iss": .string(text)]) == "the claim iss is another issuer")
  }

  @Test("an issuer with the same letters in another spelling is another one")
  func spelling() {
    let terms = TokenTerms(issuer: "https://caf\u{E9}.example", audience: Claimed.audience)
    let claims = Claimed.with(["iss": "https://cafe\u{301}.example"])
    #expect(
      Claimed.refusal { () throws(WorkflowRefusal) in try terms.check(claims, at: moment(0)) }
        == "the claim iss is another issuer")
  }

  @Test("the issuer is a string", arguments: [7, true, ["x"], .null] as [JSON])
  func issuerType(_ value: JSON) {
    #expect(refusal(["iss": value]) == "the claim iss is no string")
  }

  @Test(
    "the audience is this ledger alone",
    arguments: [
      "https://github.com/acme", "https://ledger.example.com/", "https://ledger.example",
      "https://ledger.example.com.evil.example", "HTTPS://ledger.example.com", "", 7, true, .null,
      [], ["https://github.com/acme"], ["https://ledger.example.com", "https://github.com/acme"],
      ["https://github.com/acme", "https://ledger.example.com"],
      ["https://ledger.example.com", "https://ledger.example.com"],
      [["https://ledger.example.com"]], [7], ["https://ledger.example.com": true],
    ] as [JSON])
  func audience(_ value: JSON) {
    #expect(refusal(["aud": value]) == "the claim aud is not this ledger's audience alone")
  }

  /// The token counts from -600 (nbf) and 0 (iat) to 300 (exp), and a minute more on each side.
  @Test("60 seconds of difference between the clocks are allowed")
  func leeway() {
    for second: Int64 in [-60, -59, 0, 299, 300, 301, 359, 360] {
      #expect(refusal([:], at: moment(second)) == nil, "\(second)")
    }
    for second: Int64 in [361, 362, 4000] {
      #expect(refusal([:], at: moment(second)) == "the claim exp is past: the token has expired")
    }
    for second: Int64 in [-61, -62, -660] {
      #expect(refusal([:], at: moment(second)) == "the claim iat is in the future")
    }
    #expect(refusal([:], at: moment(360).adding(seconds: 0.001)) != nil)
    #expect(refusal([:], at: moment(-60).adding(seconds: -0.001)) != nil)
  }

  @Test("nbf counts for itself")
  func notBefore() {
    func start(_ second: Int64) -> JSON {
      .int(moment(second).microseconds / 1_000_000)
    }
    #expect(refusal(["nbf": start(60)]) == nil)
    #expect(refusal(["nbf": start(61)]) == "the claim nbf is in the future")
  }

  @Test(
    "times are whole seconds", arguments: ["exp", "nbf", "iat"],
    ["1790000000", .number("1790000000.5"), true, .null, .int(.max), .int(.min)] as [JSON])
  func times(_ name: String, _ value: JSON) {
    #expect(refusal([name: value]) == "the claim \(name) is no time in seconds")
  }
}
