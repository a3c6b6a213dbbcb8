import Crypto
import Foundation
import Ledger
import LedgerTesting
import Testing

@testable import GitHubAPI

struct AppCredentialsTests {
  @Test func bothFormsOfAKeyAreTaken() throws {
    let key = try TestKeys.own()
    try #require(key.pkcs1PEM.hasPrefix("-----BEGIN RSA PRIVATE KEY-----"))
    try #require(key.pkcs8PEM.hasPrefix("-----BEGIN PRIVATE KEY-----"))
    for pem in [key.pkcs1PEM, key.pkcs8PEM, " \n\(key.pkcs1PEM)\r\n"] {
      _ = try AppCredentials(issuer: "Iv1", privateKey: pem)
    }
    let oneLine = key.pkcs1PEM.replacing("\n", with: "\\n")
    _ = try AppCredentials(issuer: "Iv1", privateKey: oneLine)
  }

  /// One for ECDSA, a public key, a cut one, and no key at all.
  @Test func anythingElseIsRefused() throws {
    let pem = try TestKeys.own().pkcs1PEM
    let damaged = [
      "", "garbage", String(pem.dropLast(200)), String(pem.dropFirst(40)),
      pem.replacing("RSA PRIVATE", with: "PUBLIC"),
      pem.replacing("RSA PRIVATE", with: "EC PRIVATE"), P256.Signing.PrivateKey().pemRepresentation,
    ]
    for text in damaged {
      #expect(throws: AppCredentials.Problem.key) {
        try AppCredentials(issuer: "Iv1", privateKey: text)
      }
    }
  }

  @Test(arguments: ["", " \n", "a b", "ä"])
  func anIssuerIsOneWord(_ issuer: String) throws {
    let pem = try TestKeys.own().pkcs1PEM
    #expect(throws: AppCredentials.Problem.issuer) {
      try AppCredentials(issuer: issuer, privateKey: pem)
    }
  }

  @Test func aNumericIssuerIsTheAppsID() throws {
    let pem = try TestKeys.own().pkcs1PEM
    #expect(try AppCredentials(issuer: " 7700\n", privateKey: pem).appID == 7700)
    #expect(try AppCredentials(issuer: "Iv23", privateKey: pem).appID == nil)
    #expect(try AppCredentials(issuer: "Iv23", appID: 5, privateKey: pem).appID == 5)
  }

  @Test func theWebTokenIsSignedAndShort() async throws {
    let key = try TestKeys.own()
    let app = try AppCredentials(issuer: "Iv23", privateKey: key.pkcs8PEM)
    let token = try #require(try await app.webToken(at: moment)).text
    let parts = token.split(separator: ".").map(String.init)
    try #require(parts.count == 3)
    let signature = try #require(SigningKey.decoded(parts[2]))
    #expect(key.signed(Array("\(parts[0]).\(parts[1])".utf8), as: signature))
    #expect(!key.signed(Array("\(parts[0]).\(parts[1])x".utf8), as: signature))
    let header = try JSON.parse(try #require(SigningKey.decoded(parts[0])))
    #expect(header["alg"] == "RS256")
    let claims = try JSON.parse(try #require(SigningKey.decoded(parts[1])))
    let now = moment.microseconds / 1_000_000
    #expect(claims == ["iss": "Iv23", "iat": .int(now - 60), "exp": .int(now + 540)])
  }

  @Test func printsRedacted() throws {
    let pem = try TestKeys.own().pkcs1PEM
    let app = try AppCredentials(issuer: "Iv23", privateKey: pem)
    let credentials = GitHubCredentials.app(app)
    var dumped = ""
    dump(credentials, to: &dumped)
    let lines = pem.split(separator: "\n").dropFirst().dropLast()
    let texts = ["\(app)", String(reflecting: app), "\(credentials)", dumped, "\([credentials])"]
    for text in texts {
      #expect(text.contains("Iv23"))
      #expect(!lines.contains { text.contains($0) })
      #expect(!text.contains("backing"))
    }
  }
}
