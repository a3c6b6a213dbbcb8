import Crypto
import Foundation
import Ledger
import Merkle
import SwiftASN1
import Testing
import X509

@testable import Attestations

/// What somebody puts into a bundle to keep the ledger busy, or beside what it is verified by.
@Suite("What comes along with an attestation", .timeLimit(.minutes(2)))
struct ForeignCertificateTests {
  private static let noon = Instant(seconds: FakeSigstore.noon)
  private let sigstore: FakeSigstore

  init() throws { sigstore = try FakeSigstore() }

  /// Authorities of one name that all certify each other: each order of them is a path.
  private struct Crossing {
    let certificates: [Certificate]
    let leaf: Certificate

    init(_ count: Int) throws {
      let name = try DistinguishedName { CommonName("x") }
      let keys = (0..<count).map { _ in P256.Signing.PrivateKey() }
      let moment = Date(timeIntervalSince1970: Double(FakeSigstore.noon))
      func made(
        _ key: P256.Signing.PrivateKey, by signer: P256.Signing.PrivateKey,
        _ extensions: Certificate.Extensions
      ) throws -> Certificate {
        try FakeSigstore.certificate(
          .init(key.publicKey), name, signedBy: .init(signer), name,
          from: moment.addingTimeInterval(-60), until: moment.addingTimeInterval(600),
          extensions: extensions)
      }
      certificates = try keys.indices.flatMap { one in
        try keys.indices.filter { $0 != one }.map { other in
          try made(
            keys[one], by: keys[other],
            .init { Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil)) })
        }
      }
      leaf = try made(
        P256.Signing.PrivateKey(), by: keys[0], .init { try ExtendedKeyUsage([.codeSigning]) })
    }
  }

  private func verify(
    _ making: Making, with others: [Certificate] = [], times: Int = 1
  ) async throws -> Verification {
    var json = try making.bundle()
    let own = json.at("verificationMaterial", "certificate") ?? .null
    let all = [own] + (try others.map { ["rawBytes": .string(Base64.encoded(try $0.der))] })
    let entries = json.at("verificationMaterial", "tlogEntries")?.array ?? []
    json = json.setting(["verificationMaterial", "certificate"], nil)
      .setting(
        ["verificationMaterial", "x509CertificateChain"], ["certificates": .array(all)]
      )
      .setting(
        ["verificationMaterial", "tlogEntries"],
        .array(Array(repeating: entries, count: times).flatMap { $0 }))
    return try await AttestationBundle(json.canonicalBytes)
      .verify(digest: Making.digest, trust: sigstore.trust())
  }

  @Test("is not searched through when all of it certifies each other")
  func crossing() async throws {
    let crossing = try Crossing(6)
    let authorities = try sigstore.trust().authorities
    let reason = "30 certificates came along with it, more than 4"
    await #expect(throws: AttestationError(reason)) {
      _ = try await CertificateChain.check(
        crossing.leaf, crossing.certificates, authorities, for: .codeSigning, at: Self.noon)
    }
    let bundle = try await verify(Making(sigstore), with: crossing.certificates)
    #expect(bundle.word == .failed && bundle.reason == reason)
    var stamped = Making(sigstore)
    (stamped.isStamped, stamped.stampChain) = (true, crossing.certificates)
    let token = try await verify(stamped)
    #expect(token.word == .failed && token.reason == "the timestamp: \(reason)")
  }

  @Test("does no harm when there is little of it, nor when it is there many times")
  func few() async throws {
    let crossing = try Crossing(3).certificates
    let others =
      Array(crossing.prefix(4)) + [sigstore.authority, sigstore.root] + crossing.prefix(4)
    #expect(try await verify(Making(sigstore), with: others).word == .verified)
    #expect(try await verify(Making(sigstore), with: crossing).word == .failed)
  }

  @Test("is refused when it tells the time too often", arguments: [8, 9])
  func times(_ count: Int) async throws {
    let result = try await verify(Making(sigstore), times: count)
    #expect(result.word == (count == 8 ? .verified : .failed))
    #expect(result.reason == (count == 8 ? nil : "the bundle has more than 8 times"))
  }

  @Test(
    "is not looked at when it is the timestamp of an authority that nobody named",
    arguments: [true, false], [nil, [1, 2, 3]] as [[UInt8]?])
  func strangeStamp(_ isLogged: Bool, _ stamped: [UInt8]?) async throws {
    var making = Making(sigstore)
    (making.isLogged, making.isStamped, making.stampedBytes) = (isLogged, true, stamped)
    making.stampOffice = try FakeSigstore()
    let result = try await verify(making)
    #expect(result.word == (isLogged ? .verified : .vouched), "\(result.reason ?? "")")
    #expect(isLogged || result.reason?.hasPrefix("timestamp unverified") == true)
  }
}
