import Crypto
import Ledger
import LedgerTesting
import Merkle
import Testing
import X509

@testable import Attestations

@Suite("A DSSE envelope")
struct DSSETests {
  /// The vector of DSSE's protocol text.
  private static let text = "DSSEv1 29 http://example.com/HelloWorld 11 hello world"

  @Test("signs its type and its payload, each with its length in bytes")
  func encoding() {
    let bytes = Envelope.preAuthenticationEncoding(
      type: "http://example.com/HelloWorld", body: Array("hello world".utf8))
    #expect(String(decoding: bytes, as: UTF8.self) == Self.text)
    let wide = Envelope.preAuthenticationEncoding(type: "ü", body: Array("é".utf8))
    #expect(String(decoding: wide, as: UTF8.self) == "DSSEv1 2 ü 2 é")
  }

  /// The key and the signature of that text: P-256, both numbers one behind the other.
  @Test("of the protocol's own example fits the example's key")
  func example() throws {
    let coordinates =
      "67cd390f77aa359cb08c2235f652270493a9ed832b0abcc01f70954c0390d238"
      + "0c782bd54e269125a44f4433aff1432ce94e12bca73aa67ac80cea12608ddf74"
    let sent: JSON = [
      "payload": "aGVsbG8gd29ybGQ=", "payloadType": "http://example.com/HelloWorld",
      "signatures": [
        [
          "sig":
            "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="
        ]
      ],
    ]
    let key = try VerificationKey(
      .init(P256.Signing.PublicKey(rawRepresentation: try bytes(coordinates))))
    let envelope = try Envelope(sent)
    #expect(key.made(envelope.signatures[0].bytes, of: envelope.signedBytes))
    #expect(!key.made(envelope.signatures[0].bytes, of: envelope.payload))
    #expect(envelope.json == sent)
  }

  @Test("of ECDSA is read in DER as well, and not when a bit of it is wrong")
  func forms() throws {
    let secret = P256.Signing.PrivateKey()
    let key = try VerificationKey(.init(secret.publicKey))
    let signature = try secret.signature(for: Array(Self.text.utf8))
    for bytes in [signature.rawRepresentation, signature.derRepresentation].map(Array.init) {
      #expect(key.made(bytes, of: Array(Self.text.utf8)))
      var wrong = bytes
      wrong[40] ^= 1
      #expect(!key.made(wrong, of: Array(Self.text.utf8)))
    }
  }

  private func bytes(_ digits: String) throws -> [UInt8] {
    let all = Array(digits)
    return try stride(from: 0, to: all.count, by: 2).map {
      try Missing.unwrap(UInt8(String(all[$0...$0 + 1]), radix: 16))
    }
  }

  @Test("is not one without payload, type or signature")
  func malformed() {
    let whole: JSON = [
      "payloadType": "a", "payload": "YQ==", "signatures": [["sig": "YQ=="]],
    ]
    #expect(throws: Never.self) { try Envelope(whole) }
    for (path, value) in [
      (["payload"], nil), (["payload"], "!"), (["payloadType"], nil), (["signatures"], []),
      (["signatures", "0", "sig"], "!"),
    ] as [([String], JSON?)] {
      #expect(throws: AttestationError.self) { try Envelope(whole.setting(path, value)) }
    }
  }
}

@Suite("A statement that a key signed")
struct KeySignedTests {
  private static let made = Result {
    try SignedProvenance(digest: Making.digest, commit: Making.commit)
  }

  private func trust(_ seed: UInt8 = 1) throws -> Trust {
    var trust = Trust()
    let key = try SignedProvenance(seed: seed, digest: Making.digest, commit: Making.commit)
    trust.keys = try PEM.keys(key.pem)
    return trust
  }

  private func verify(_ text: String, _ trust: Trust) async throws -> Verification {
    try await AttestationBundle(Array(text.utf8)).verify(digest: Making.digest, trust: trust)
  }

  @Test("is verified by that key, whatever the key id says")
  func verified() async throws {
    let result = try await verify(try Self.made.get().envelope(), trust())
    #expect(result.word == .verified && result.repository == "acme/api")
    #expect(result.repositoryID == nil)
    let key = try PEM.keys(Self.made.get().pem)[0]
    #expect(result.signer == "key sha256:\(key.id.hex)")
  }

  @Test("fails by another key")
  func otherKey() async throws {
    let result = try await verify(try Self.made.get().envelope(), trust(2))
    #expect(result.word == .failed && result.reason == "no trusted key made its signature")
  }

  @Test("is verified by the second of two keys, and by a key of a ledger")
  func severalKeys() async throws {
    var both = try trust(2)
    both.keys += try trust().keys
    #expect(try await verify(try Self.made.get().envelope(), both).word == .verified)
    let signer = try NoteSigner(name: "ledger.example", seed: Array(repeating: 1, count: 32))
    var own = Trust()
    own.keys = [try VerificationKey(signer.verifier)]
    #expect(try await verify(try Self.made.get().envelope(), own).word == .verified)
  }

  @Test("only vouched for where roots alone are trusted")
  func rootsAlone() async throws {
    let result = try await verify(
      try Self.made.get().envelope(), try FakeSigstore().trust())
    #expect(result.word == .vouched && result.reason?.contains("no key") == true)
  }

  @Test(
    "has to be SLSA provenance of one commit",
    arguments: [
      (["_type"], "https://example.com"), (["predicateType"], "https://spdx.dev/Document"),
      (["predicate", "buildDefinition", "resolvedDependencies"], []),
    ] as [([String], JSON)])
  func otherStatements(_ path: [String], _ value: JSON) throws {
    let statement = try Self.made.get().statement.setting(path, value)
    #expect(throws: AttestationError.self) { try Provenance(statement.canonicalBytes) }
  }

  @Test(
    "keys are read from PEM alone, and no secret is",
    arguments: [
      "", "no key", "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n",
      "-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n",
    ])
  func badKeys(_ text: String) {
    #expect(throws: AttestationError.self) { try PEM.keys(text) }
  }

  @Test("roots without a root, or of nothing, are refused")
  func badRoots() throws {
    let sigstore = try FakeSigstore()
    let pem = try sigstore.authority.serializeAsPEM().pemString
    #expect(throws: AttestationError("has no root certificate")) { try Authority(pem: pem) }
    for text in ["", "{}", "[]", "{\n{", #"{"certificateAuthorities":[{}]}"#] {
      #expect(throws: AttestationError.self) { try TrustedRoot(text) }
    }
    let twice = try sigstore.trustedRoot() + "\n" + FakeSigstore().trustedRoot() + "\n"
    #expect(try TrustedRoot(twice).authorities.count == 2)
  }
}
