import Crypto
import Ledger
import Merkle
import Testing
import X509

@testable import Attestations

@Suite("A Sigstore bundle")
struct VerificationTests {
  private let sigstore: FakeSigstore

  init() throws { sigstore = try FakeSigstore() }

  private func verify(
    _ json: JSON, digest: String = Making.digest, _ trust: Trust? = nil
  ) async throws -> Verification {
    try await AttestationBundle(json.canonicalBytes)
      .verify(digest: digest, trust: trust ?? sigstore.trust())
  }

  private func made(_ change: (inout Making) throws -> Void = { _ in }) throws -> JSON {
    var making = Making(sigstore)
    try change(&making)
    return try making.bundle()
  }

  @Test("is verified by the log's time, and says who signed")
  func verifiedByLog() async throws {
    let result = try await verify(made())
    #expect(result.word == .verified, "\(result.reason ?? "")")
    #expect(result.reason == nil)
    #expect(result.repository == "acme/api" && result.repositoryID == 640_100_200)
    let signer = try #require(result.signer)
    #expect(signer.contains("sigstore.example") && signer.hasSuffix(": \(Making.builder)"))
  }

  @Test("is verified by a timestamp alone, as GitHub makes it for private repositories")
  func verifiedByTimestamp() async throws {
    let json = try made {
      $0.isLogged = false
      $0.isStamped = true
    }
    #expect(try await verify(json).word == .verified)
  }

  @Test("is verified as of a chain in PEM")
  func verifiedByPEM() async throws {
    var trust = Trust()
    let pem =
      try sigstore.authority.serializeAsPEM().pemString + "\n"
      + sigstore.root.serializeAsPEM().pemString
    let office = try Authority(pem: pem)
    (trust.authorities, trust.timestampAuthorities) = ([office], [office])
    let json = try made { $0.isStamped = true }
    #expect(try await verify(json, trust).word == .verified)
  }

  @Test(
    "of an older version, or in the other alphabet, is read as well",
    arguments: ["0.1", "0.2", "url-safe", "unpadded", "kept key id"])
  func forms(_ form: String) async throws {
    var json = try made()
    let certificate = json.at("verificationMaterial", "certificate") ?? .null
    switch form {
    case "url-safe": json = json.urlSafe()
    case "unpadded": json = json.urlSafe(padded: false)
    case "kept key id": json = json.setting(["dsseEnvelope", "signatures", "0", "keyid"], "a lie")
    default:
      json = json.setting(
        ["mediaType"], .string("application/vnd.dev.sigstore.bundle+json;version=\(form)")
      ).setting(["verificationMaterial", "certificate"], nil).setting(
        ["verificationMaterial", "x509CertificateChain"], ["certificates": [certificate]])
    }
    #expect(try await verify(json).word == .verified)
  }

  @Test("fails for each single defect, and says which", arguments: Defect.all)
  func fails(_ defect: Defect) async throws {
    let json = defect.edit(try made(defect.make))
    let result = try await verify(json)
    #expect(result.word == .failed)
    let reason = result.reason ?? ""
    #expect(reason.contains(defect.reason), "\(reason)")
    #expect(result.signer == nil && result.repositoryID == nil)
  }

  @Test("of another authority leads to no root that is trusted")
  func otherRoot() async throws {
    let result = try await verify(made(), try FakeSigstore().trust(logs: false, stamps: false))
    #expect(result.word == .failed)
    #expect(result.reason?.contains("leads to no trusted root") == true)
  }

  /// The authority's office was closed: what it certified later counts for nothing.
  @Test("of an authority that was not in use then is not believed")
  func authorityOutOfUse() async throws {
    let json = try JSON.parse(Array(try sigstore.trustedRoot().utf8)).setting(
      ["certificateAuthorities", "0", "validFor"], ["end": "2021-01-01T00:00:00Z"])
    var trust = Trust()
    trust.add(try TrustedRoot(json.canonicalString))
    #expect(try await verify(made(), trust).word == .failed)
  }

  @Test(
    "about which nobody tells a time is vouched for at most",
    arguments: ["unknown log", "no promise", "nothing"])
  func noTime(_ kind: String) async throws {
    let json = try made {
      if kind == "no promise" { $0.hasPromise = false }
      if kind == "nothing" { $0.isLogged = false }
    }
    let trust = try sigstore.trust(logs: kind != "unknown log")
    let result = try await verify(json, trust)
    #expect(result.word == .vouched)
    #expect(result.reason?.hasPrefix("timestamp unverified") == true)
  }

  @Test("without any trust is vouched for, as it is without roots for its certificate")
  func noTrust() async throws {
    #expect(try await verify(made(), Trust()).word == .vouched)
    var trust = Trust()
    trust.keys = [try VerificationKey(.init(P256.Signing.PrivateKey().publicKey))]
    let result = try await verify(made(), trust)
    #expect(result.word == .vouched && result.reason?.contains("no roots") == true)
  }

  @Test("of a repository or a builder that is not meant fails", arguments: [true, false])
  func pins(_ byBuilder: Bool) async throws {
    var trust = try sigstore.trust()
    trust.repositories = [byBuilder ? "acme/api" : "acme/web"]
    trust.acceptsBuilder = { $0 == Making.builder && !byBuilder }
    let result = try await verify(made(), trust)
    #expect(result.word == .failed && result.reason?.hasSuffix("is not one that is meant") == true)
    trust.repositories = ["acme/api"]
    trust.acceptsBuilder = { $0 == Making.builder }
    #expect(try await verify(made(), trust).word == .verified)
  }

  @Test("that was damaged anywhere never passes for more than it is, and never ends the process")
  func mutations() async throws {
    var generator = Mutations(seed: 7)
    let trust = try sigstore.trust()
    let whole = try made { $0.isStamped = true }
    let bytes = whole.canonicalBytes
    var refused = 0
    for _ in 0..<300 {
      var copy = bytes
      let place = Int(generator.next() % UInt64(copy.count))
      copy[place] ^= UInt8(1 << (generator.next() % 7))
      guard let bundle = try? AttestationBundle(copy) else {
        refused += 1
        continue
      }
      let result = await bundle.verify(digest: Making.digest, trust: trust)
      // What may change and prove nothing: hints, and what is not read.
      guard result.word == .verified else { continue }
      #expect(bundle.envelope.payload == (try AttestationBundle(bytes)).envelope.payload)
    }
    #expect(refused > 0)
  }
}

/// SplitMix64.
private struct Mutations {
  var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
