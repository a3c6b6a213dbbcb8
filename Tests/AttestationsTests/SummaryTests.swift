import Ledger
import LedgerTesting
import Merkle
import Testing

@testable import Attestations

@Suite("The summary of a verdict")
struct SummaryTests {
  private static let noon = Instant(seconds: 1_790_000_000)
  private static let policy = String(repeating: "ab", count: 32)
  private static let bundle = String(repeating: "cd", count: 32)

  private func verdict(_ change: [String: JSON] = [:]) throws -> Entry {
    let own: [String: JSON] = [
      "policy": .string(Self.policy),
      "findings": [
        ["rule": "attested", "result": "pass", "entries": [3, 4]],
        ["rule": "scan", "result": "pass", "entries": [5]],
      ],
    ]
    return try DeployEntries(start: Self.noon).entry(
      .deployVerdict, own.merging(change) { $1 })
  }

  private var signer: NoteSigner {
    get throws {
      try NoteSigner(name: "ledger.example/log1", seed: Array(UInt8(0)...31))
    }
  }

  @Test("is an in-toto statement about the image")
  func statement() throws {
    let verdict = try verdict()
    #expect(VerificationSummary.cited(by: verdict) == [3, 4])
    let summary = try VerificationSummary(
      verdict, inputs: [.init(entry: 3, bundle: Self.bundle, isVerified: true)])
    let json = summary.statement(verifier: "ledger.example/log1")
    let digest = String(DeployEntries.digest.dropFirst("sha256:".count))
    #expect(json["subject"] == [["name": "api", "digest": ["sha256": .string(digest)]]])
    #expect(
      json["predicate"] == [
        "verifier": ["id": "https://ledger.example/log1"],
        "timeVerified": .string(Self.noon.description),
        "resourceUri": "urn:release-ledger:deploy/api/prod",
        "policy": [
          "uri": .string("urn:release-ledger:policy/\(Self.policy)"),
          "digest": ["sha256": .string(Self.policy)],
        ],
        "inputAttestations": [
          ["uri": "urn:release-ledger:entries/3", "digest": ["sha256": .string(Self.bundle)]]
        ],
        "verificationResult": "PASSED", "verifiedLevels": ["SLSA_BUILD_LEVEL_1"],
        "slsaVersion": "1.1",
      ])
  }

  @Test("says nothing of a level that was not looked at")
  func level() throws {
    let json = try VerificationSummary(
      verdict(), inputs: [.init(entry: 3, bundle: Self.bundle, isVerified: false)]
    ).statement(verifier: "a", resource: "https://example.com/x")
    #expect(json.at("predicate", "verifiedLevels") == ["SLSA_BUILD_LEVEL_UNEVALUATED"])
    #expect(json.at("predicate", "resourceUri") == "https://example.com/x")
  }

  @Test("does not name what the gate only shows: the newest provenance, which failed")
  func failed() throws {
    let verdict = try verdict([
      "findings": [
        ["rule": "attested", "result": "pass", "entries": [3]],
        ["rule": "attested", "result": "fail", "required": false, "entries": [6]],
      ]
    ])
    #expect(VerificationSummary.cited(by: verdict) == [3])
  }

  @Test(
    "rests on provenance of the verdict's commit alone",
    arguments: [
      ([:], false), (["verification": "verified"], true),
      (["verification": "verified", "commit": .string(Derived.commit("other"))], nil),
      (["verification": "verified", "commit": nil], nil),
      (["verification": "verified", "bundle": nil], nil),
    ] as [([String: JSON], Bool?)])
  func input(_ change: [String: JSON], _ isVerified: Bool?) throws {
    let own: [String: JSON] = ["bundle": .string(Self.bundle)]
    let attestation = try DeployEntries(start: Self.noon).entry(
      .attestationRecorded, own.merging(change) { $1 })
    let input = VerificationSummary.Input(attestation, at: 3, of: try verdict())
    #expect(input?.isVerified == isVerified)
    #expect(input.map { $0.entry == 3 && $0.bundle == Self.bundle } != false)
    #expect(VerificationSummary.Input(attestation, at: 3, of: try verdict(["commit": nil])) == nil)
  }

  @Test(
    "is made for an allow by the rules alone",
    arguments: [
      ["state": "deny"], ["override": 9], ["digest": nil], ["policy": nil],
    ] as [[String: JSON]])
  func refused(_ change: [String: JSON]) throws {
    let verdict = try verdict(change)
    #expect(throws: AttestationError.self) { try VerificationSummary(verdict, inputs: []) }
  }

  @Test("of another kind of entry is refused")
  func otherKind() throws {
    let entry = try DeployEntries(start: Self.noon).entry(.deployAsked)
    #expect(throws: AttestationError.self) { try VerificationSummary(entry, inputs: []) }
  }

  @Test("is signed by the ledger's key, in an envelope that names it")
  func signature() throws {
    let json = try VerificationSummary(verdict(), inputs: [])
      .statement(verifier: "ledger.example/log1")
    let envelope = try VerificationSummary.signed(json, by: signer)
    #expect(envelope.signatures.map(\.keyID) == ["7d41893d"])
    let key = try VerificationKey(signer.verifier)
    #expect(key.made(envelope.signatures[0].bytes, of: envelope.signedBytes))
    #expect(!key.made(envelope.signatures[0].bytes, of: envelope.payload))
    #expect(try Envelope(envelope.json) == envelope)
    #expect(try JSON.parse(envelope.payload) == json)
  }
}
