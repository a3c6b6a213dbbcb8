import Ledger
import SwiftASN1
import X509

/// A timestamp as its authority signed it, unchecked (RFC 3161 in RFC 5652's signed data). Only what
/// a check needs is read.
struct TimestampToken: Sendable {
  private static let signedData: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 7, 2]
  static let timestampInfo: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 16, 1, 4]

  /// The signed information in DER, and what is read of it.
  let content: [UInt8]
  let info: TimestampInfo
  let certificates: [Certificate]
  let signer: TimestampSigner

  /// - Parameter response: `TimeStampResp ::= SEQUENCE { status, timeStampToken OPTIONAL }`.
  init(response: [UInt8]) throws {
    let response = try Nodes(BER.parse(response), .sequence)
    let status = try Nodes(response.node(0), .sequence)
    let granted = try Int(berEncoded: try status.node(0))
    guard granted == 0 || granted == 1 else {
      throw AttestationError("the timestamp was not granted")
    }
    let contentInfo = try Nodes(response.node(1), .sequence)
    guard try ASN1ObjectIdentifier(berEncoded: contentInfo.node(0)) == TimestampToken.signedData
    else { throw AttestationError("the timestamp is no signed data") }
    try self.init(Nodes(try Nodes(contentInfo.node(1), .tagged(0)).node(0), .sequence))
  }

  /// `SignedData ::= SEQUENCE { version, digestAlgorithms, encapContentInfo, [0] certificates
  /// OPTIONAL, [1] crls OPTIONAL, signerInfos }`
  private init(_ data: Nodes) throws {
    let encapsulated = try Nodes(data.node(2), .sequence)
    guard try ASN1ObjectIdentifier(berEncoded: encapsulated.node(0)) == TimestampToken.timestampInfo
    else { throw AttestationError("the timestamp holds something else") }
    let octets = try ASN1OctetString(
      berEncoded: Nodes(encapsulated.node(1), .tagged(0)).node(0))
    content = Array(octets.bytes)
    info = try TimestampInfo(content)
    certificates =
      try data.tagged(0).map {
        try Nodes($0, .tagged(0)).all.map { try Certificate(derEncoded: $0) }
      } ?? []
    // What is optional stands before it.
    let signers = try Nodes(data.node(data.all.count - 1), .set)
    guard signers.all.count == 1 else {
      throw AttestationError("the timestamp has \(signers.all.count) signers, not one")
    }
    signer = try TimestampSigner(Nodes(signers.node(0), .sequence))
  }
}

/// `TSTInfo ::= SEQUENCE { version, policy, messageImprint, serialNumber, genTime, … }`
struct TimestampInfo: Sendable {
  let digest: DigestAlgorithm
  let imprint: [UInt8]
  let time: Instant

  init(_ bytes: [UInt8]) throws {
    let info = try Nodes(DER.parse(bytes), .sequence)
    let message = try Nodes(info.node(2), .sequence)
    digest = try DigestAlgorithm(message.node(0))
    imprint = Array(try ASN1OctetString(derEncoded: message.node(1)).bytes)
    let time = try GeneralizedTime(derEncoded: info.node(4))
    // Leap seconds are none here; a fraction makes no difference to a certificate.
    let parts = [time.month, time.day, time.hours, time.minutes, min(time.seconds, 59)]
      .map { $0 < 10 ? "0\($0)" : "\($0)" }
    let text = "\(time.year)-\(parts[0])-\(parts[1])T\(parts[2]):\(parts[3]):\(parts[4])Z"
    guard let instant = Instant(text) else {
      throw AttestationError("the timestamp's time is none")
    }
    self.time = instant
  }
}

/// `SignerInfo ::= SEQUENCE { version, sid, digestAlgorithm, [0] signedAttrs OPTIONAL,
/// signatureAlgorithm, signature, [1] unsignedAttrs OPTIONAL }`
struct TimestampSigner: Sendable {
  private static let contentType: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 3]
  private static let messageDigest: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 4]

  let identifier: ASN1Node
  let digest: DigestAlgorithm
  let algorithm: ASN1ObjectIdentifier
  let signature: [UInt8]
  /// The attributes as they are signed: with the tag of a set (RFC 5652, 5.4).
  let signedBytes: [UInt8]
  let contentDigest: [UInt8]

  init(_ info: Nodes) throws {
    identifier = try info.node(1)
    digest = try DigestAlgorithm(info.node(2))
    let attributes = try info.node(3)
    guard attributes.identifier == .tagged(0) else {
      throw AttestationError("the timestamp signs no attributes")
    }
    signedBytes = [0x31] + attributes.encodedBytes.dropFirst()
    let all = try Nodes(attributes, .tagged(0)).all.map { try Nodes($0, .sequence) }
    let type = try ASN1ObjectIdentifier(
      derEncoded: TimestampSigner.value(all, TimestampSigner.contentType))
    guard type == TimestampToken.timestampInfo else {
      throw AttestationError("the timestamp signs something else")
    }
    let digest = try ASN1OctetString(
      derEncoded: TimestampSigner.value(all, TimestampSigner.messageDigest))
    contentDigest = Array(digest.bytes)
    algorithm = try ASN1ObjectIdentifier(derEncoded: Nodes(info.node(4), .sequence).node(0))
    signature = Array(try ASN1OctetString(berEncoded: info.node(5)).bytes)
  }

  /// The one value of the one attribute of a type.
  private static func value(
    _ attributes: [Nodes], _ type: ASN1ObjectIdentifier
  ) throws -> ASN1Node {
    let found = try attributes.filter { try ASN1ObjectIdentifier(derEncoded: $0.node(0)) == type }
    guard found.count == 1, let attribute = found.first,
      case let values = try Nodes(attribute.node(1), .set), values.all.count == 1
    else { throw AttestationError("the timestamp lacks a signed attribute") }
    return try values.node(0)
  }

  /// Whether the certificate is the one that the signer names: by issuer and serial number, or by
  /// the id of its key.
  func isMade(by certificate: Certificate) throws -> Bool {
    if identifier.identifier == .sequence {
      let named = try Nodes(identifier, .sequence)
      let serial = try ArraySlice<UInt8>(derEncoded: named.node(1)).drop { $0 == 0 }
      return try DistinguishedName(derEncoded: named.node(0)) == certificate.issuer
        && serial.elementsEqual(certificate.serialNumber.bytes.drop { $0 == 0 })
    }
    guard case .primitive(let bytes) = identifier.content else { return false }
    return try certificate.extensions.subjectKeyIdentifier?.keyIdentifier.elementsEqual(bytes)
      ?? false
  }
}

/// The children of a node, by their place.
struct Nodes: Sendable {
  let all: [ASN1Node]

  init(_ node: ASN1Node, _ identifier: ASN1Identifier) throws {
    guard node.identifier == identifier, case .constructed(let children) = node.content else {
      throw AttestationError("the timestamp is not built as one")
    }
    all = Array(children)
  }

  func node(_ index: Int) throws -> ASN1Node {
    guard all.indices.contains(index) else {
      throw AttestationError("the timestamp is not complete")
    }
    return all[index]
  }

  func tagged(_ number: UInt) -> ASN1Node? { all.first { $0.identifier == .tagged(number) } }
}

extension ASN1Identifier {
  static func tagged(_ number: UInt) -> ASN1Identifier {
    ASN1Identifier(tagWithNumber: number, tagClass: .contextSpecific)
  }
}
