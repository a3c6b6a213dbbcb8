import Ledger
import Merkle
import SwiftASN1
import X509

/// A Sigstore bundle (v0.1 to v0.3), or a DSSE envelope alone.
public struct AttestationBundle: Sendable {
  private static let mediaTypes = [
    "application/vnd.dev.sigstore.bundle+json;version=0.1",
    "application/vnd.dev.sigstore.bundle+json;version=0.2",
    "application/vnd.dev.sigstore.bundle+json;version=0.3",
    "application/vnd.dev.sigstore.bundle.v0.3+json",
  ]

  /// Bytes. Larger than what GitHub writes by a factor of ten.
  public static let maximumSize = 256 << 10

  /// Of logs and of authorities each: every one costs a check of all certificates.
  static let maximumTimes = 8

  public let envelope: Envelope
  public let provenance: Provenance
  /// The signer's certificate, in DER; `nil` where a key of its own signed.
  let certificate: [UInt8]?
  /// Those that came along with it; they prove nothing.
  let chain: [[UInt8]]
  let logEntries: [JSON]
  /// Each a `TimeStampResp` (RFC 3161).
  let timestamps: [[UInt8]]

  /// - Parameter bytes: one bundle, as JSON or as the one line of JSON lines.
  public init(_ bytes: [UInt8]) throws(AttestationError) {
    guard bytes.count <= AttestationBundle.maximumSize else {
      throw AttestationError("the bundle has more than \(AttestationBundle.maximumSize) bytes")
    }
    let json = try JSON.parsed(bytes, "the bundle")
    if let type = json["mediaType"]?.string, !AttestationBundle.mediaTypes.contains(type) {
      throw AttestationError("bundles of the type \(type.prefix(100)) are not known")
    }
    envelope = try Envelope(json["dsseEnvelope"] ?? json)
    guard envelope.payloadType == Envelope.statementType else {
      throw AttestationError("the envelope holds no in-toto statement")
    }
    provenance = try Provenance(envelope.payload)
    let material = json["verificationMaterial"]
    let certificates = try AttestationBundle.certificates(material)
    (certificate, chain) = (certificates.first, Array(certificates.dropFirst()))
    logEntries = material?["tlogEntries"]?.array ?? []
    let stamps = material?.at("timestampVerificationData", "rfc3161Timestamps")?.array ?? []
    timestamps = try stamps.map { stamp throws(AttestationError) in
      guard let bytes = stamp["signedTimestamp"]?.bytes else {
        throw AttestationError("a timestamp of the bundle is not base64")
      }
      return bytes
    }
  }

  /// v0.3 has one certificate, v0.1 and v0.2 a chain that begins with it.
  private static func certificates(
    _ material: JSON?
  ) throws(AttestationError) -> [[UInt8]] {
    let chain = material?.at("x509CertificateChain", "certificates")?.array
    let list = material?["certificate"].map { [$0] } ?? chain ?? []
    return try list.map { element throws(AttestationError) in
      guard let bytes = element["rawBytes"]?.bytes else {
        throw AttestationError("a certificate of the bundle is not base64")
      }
      return bytes
    }
  }
}
