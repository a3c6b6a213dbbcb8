import Crypto
import Ledger
import SwiftASN1
import X509

@testable import Attestations

/// A `TimeStampResp` of RFC 3161, as Sigstore's timestamp authority writes it.
enum FakeTimestamp {
  private static let sha256: ASN1ObjectIdentifier = [2, 16, 840, 1, 101, 3, 4, 2, 1]
  private static let sha384: ASN1ObjectIdentifier = [2, 16, 840, 1, 101, 3, 4, 2, 2]
  private static let info: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 16, 1, 4]

  static func response(of bytes: [UInt8], _ making: Making) throws -> [UInt8] {
    let content = try information(bytes, making)
    let attributes = try attributes(content)
    let key = making.stampKey ?? (making.stampOffice ?? making.sigstore).stampKey
    let signature = try key.signature(for: [0x31] + attributes.dropFirst()).derRepresentation
    return try der { coder in
      try coder.appendConstructedNode(identifier: .sequence) { coder in
        try sequence(&coder) { try $0.serialize(0) }
        try sequence(&coder) { coder in
          try coder.serialize([1, 2, 840, 113549, 1, 7, 2] as ASN1ObjectIdentifier)
          try coder.appendConstructedNode(identifier: .tagged(0)) { coder in
            try sequence(&coder) {
              try signedData(&$0, content, attributes, Array(signature), making)
            }
          }
        }
      }
    }
  }

  private static func signedData(
    _ coder: inout DER.Serializer, _ content: [UInt8], _ attributes: [UInt8],
    _ signature: [UInt8], _ making: Making
  ) throws {
    let stamper = (making.stampOffice ?? making.sigstore).stamper
    try coder.serialize(3)
    try coder.appendConstructedNode(identifier: .set) { try algorithm(&$0, sha384) }
    try sequence(&coder) { coder in
      try coder.serialize(info)
      try coder.appendConstructedNode(identifier: .tagged(0)) {
        try $0.serialize(ASN1OctetString(contentBytes: content[...]))
      }
    }
    try coder.appendConstructedNode(identifier: .tagged(0)) { coder in
      for certificate in [stamper] + making.stampChain { try coder.serialize(certificate) }
    }
    try coder.appendConstructedNode(identifier: .set) { coder in
      try sequence(&coder) { coder in
        try coder.serialize(1)
        try sequence(&coder) { coder in
          try coder.serialize(stamper.issuer)
          try coder.serialize(stamper.serialNumber.bytes)
        }
        try algorithm(&coder, sha384)
        coder.serializeRawBytes(attributes)
        try algorithm(&coder, [1, 2, 840, 10045, 4, 3, 3])
        try coder.serialize(ASN1OctetString(contentBytes: signature[...]))
      }
    }
  }

  /// `TSTInfo`, in DER.
  private static func information(_ bytes: [UInt8], _ making: Making) throws -> [UInt8] {
    let time = Instant(seconds: FakeSigstore.noon + making.stampedAt).description
    let digits = time.filter(\.isNumber).compactMap { Int(String($0)) }
    func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + $1 } }
    return try der { coder in
      try sequence(&coder) { coder in
        try coder.serialize(1)
        try coder.serialize([1, 2, 3] as ASN1ObjectIdentifier)
        try sequence(&coder) { coder in
          try algorithm(&coder, sha256)
          try coder.serialize(
            ASN1OctetString(contentBytes: Array(SHA256.hash(data: bytes))[...]))
        }
        try coder.serialize(77)
        try coder.serialize(
          try GeneralizedTime(
            year: number(0..<4), month: number(4..<6), day: number(6..<8), hours: number(8..<10),
            minutes: number(10..<12), seconds: number(12..<14), fractionalSeconds: 0))
      }
    }
  }

  /// The signed attributes, with the tag that they have in the message.
  private static func attributes(_ content: [UInt8]) throws -> [UInt8] {
    try der { coder in
      try coder.appendConstructedNode(identifier: .tagged(0)) { coder in
        try sequence(&coder) { coder in
          try coder.serialize([1, 2, 840, 113549, 1, 9, 3] as ASN1ObjectIdentifier)
          try coder.appendConstructedNode(identifier: .set) { try $0.serialize(info) }
        }
        try sequence(&coder) { coder in
          try coder.serialize([1, 2, 840, 113549, 1, 9, 4] as ASN1ObjectIdentifier)
          try coder.appendConstructedNode(identifier: .set) {
            try $0.serialize(
              ASN1OctetString(contentBytes: Array(SHA384.hash(data: content))[...]))
          }
        }
      }
    }
  }

  private static func algorithm(
    _ coder: inout DER.Serializer, _ oid: ASN1ObjectIdentifier
  ) throws {
    try sequence(&coder) { try $0.serialize(oid) }
  }

  private static func sequence(
    _ coder: inout DER.Serializer, _ body: (inout DER.Serializer) throws -> Void
  ) throws {
    try coder.appendConstructedNode(identifier: .sequence, body)
  }

  private static func der(
    _ body: (inout DER.Serializer) throws -> Void
  ) throws -> [UInt8] {
    var serializer = DER.Serializer()
    try body(&serializer)
    return serializer.serializedBytes
  }
}
