import Crypto
import Foundation
import Ledger
import Merkle
import SwiftASN1
import X509

@testable import Attestations

/// A certificate authority, a transparency log and a timestamp authority, as Sigstore has them.
struct FakeSigstore: Sendable {
  static let noon: Int64 = 1_790_000_000
  static let year: Double = 365 * 86_400

  let rootKey = P256.Signing.PrivateKey()
  let authorityKey = P256.Signing.PrivateKey()
  let logKey = P256.Signing.PrivateKey()
  let stampKey = P384.Signing.PrivateKey()
  let root: Certificate
  let authority: Certificate
  let stamper: Certificate

  init() throws {
    let name = try DistinguishedName { OrganizationName("sigstore.example") }
    root = try FakeSigstore.office(
      .init(rootKey.publicKey), name, signedBy: .init(rootKey), name, usage: nil)
    let office = try DistinguishedName {
      OrganizationName("sigstore.example")
      CommonName("intermediate")
    }
    authority = try FakeSigstore.office(
      .init(authorityKey.publicKey), office, signedBy: .init(rootKey), name, usage: .codeSigning)
    let stamping = try DistinguishedName { CommonName("stamper") }
    stamper = try FakeSigstore.certificate(
      .init(stampKey.publicKey), stamping, signedBy: .init(rootKey), name,
      from: Date(timeIntervalSince1970: Double(Self.noon) - Self.year),
      until: Date(timeIntervalSince1970: Double(Self.noon) + Self.year),
      extensions: try .init { Critical(try ExtendedKeyUsage([.timeStamping])) })
  }

  private static func office(
    _ key: Certificate.PublicKey, _ subject: DistinguishedName,
    signedBy signer: Certificate.PrivateKey, _ issuer: DistinguishedName,
    usage: ExtendedKeyUsage.Usage?
  ) throws -> Certificate {
    try certificate(
      key, subject, signedBy: signer, issuer,
      from: Date(timeIntervalSince1970: Double(noon) - year),
      until: Date(timeIntervalSince1970: Double(noon) + year),
      extensions: try .init {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
        Critical(KeyUsage(keyCertSign: true))
        if let usage { try ExtendedKeyUsage([usage]) }
      })
  }

  static func certificate(
    _ key: Certificate.PublicKey, _ subject: DistinguishedName,
    signedBy signer: Certificate.PrivateKey, _ issuer: DistinguishedName, from: Date, until: Date,
    extensions: Certificate.Extensions
  ) throws -> Certificate {
    try Certificate(
      version: .v3, serialNumber: .init(), publicKey: key, notValidBefore: from,
      notValidAfter: until, issuer: issuer, subject: subject,
      signatureAlgorithm: .ecdsaWithSHA256, extensions: extensions, issuerPrivateKey: signer)
  }

  /// As Sigstore publishes it.
  func trustedRoot(logs: Bool = true, stamps: Bool = true) throws -> String {
    func chain(_ certificates: Certificate...) throws -> JSON {
      [
        "certChain": [
          "certificates": .array(
            try certificates.map { ["rawBytes": .string(Base64.encoded(try $0.der))] })
        ],
        "validFor": ["start": "2020-01-01T00:00:00Z"],
      ]
    }
    let log: JSON = [
      "baseUrl": "https://rekor.example",
      "publicKey": [
        "rawBytes": .string(Base64.encoded(Array(logKey.publicKey.derRepresentation))),
        "keyDetails": "PKIX_ECDSA_P256_SHA_256", "validFor": ["start": "2020-01-01T00:00:00Z"],
      ],
    ]
    let json: JSON = [
      "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
      "certificateAuthorities": [try chain(authority, root)],
      "tlogs": logs ? [log] : [],
      "timestampAuthorities": stamps ? [try chain(stamper, root)] : [],
    ]
    return json.canonicalString
  }

  func trust(logs: Bool = true, stamps: Bool = true) throws -> Trust {
    var trust = Trust()
    trust.add(try TrustedRoot(try trustedRoot(logs: logs, stamps: stamps)))
    return trust
  }
}

extension Certificate {
  var der: [UInt8] {
    get throws {
      var serializer = DER.Serializer()
      try serializer.serialize(self)
      return serializer.serializedBytes
    }
  }
}
