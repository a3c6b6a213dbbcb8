import Ledger
import Merkle

/// A DSSE envelope: a payload, its type, and signatures of both (DSSE 1.0).
public struct Envelope: Hashable, Sendable {
  public struct Signature: Hashable, Sendable {
    /// A hint that anybody may have written; never trusted.
    public let keyID: String?
    public let bytes: [UInt8]

    public init(keyID: String?, bytes: [UInt8]) {
      self.keyID = keyID
      self.bytes = bytes
    }
  }

  public static let statementType = "application/vnd.in-toto+json"

  public let payloadType: String
  public let payload: [UInt8]
  public let signatures: [Signature]

  public init(payloadType: String, payload: [UInt8], signatures: [Signature]) {
    self.payloadType = payloadType
    self.payload = payload
    self.signatures = signatures
  }

  public init(_ json: JSON) throws(AttestationError) {
    guard let type = json["payloadType"]?.string, let payload = json["payload"]?.bytes else {
      throw AttestationError("the bundle has no DSSE envelope with a payload")
    }
    guard let list = json["signatures"]?.array, !list.isEmpty else {
      throw AttestationError("the DSSE envelope has no signature")
    }
    var signatures: [Signature] = []
    for element in list {
      guard let bytes = element["sig"]?.bytes else {
        throw AttestationError("a signature of the DSSE envelope is not base64")
      }
      signatures.append(Signature(keyID: element["keyid"]?.string, bytes: bytes))
    }
    self.init(payloadType: type, payload: payload, signatures: signatures)
  }

  /// What is signed: `DSSEv1 LEN(type) type LEN(body) body`, lengths in bytes.
  public static func preAuthenticationEncoding(type: String, body: [UInt8]) -> [UInt8] {
    Array("DSSEv1 \(type.utf8.count) \(type) \(body.count) ".utf8) + body
  }

  public var signedBytes: [UInt8] {
    Envelope.preAuthenticationEncoding(type: payloadType, body: payload)
  }

  public var json: JSON {
    [
      "payloadType": .string(payloadType), "payload": .string(Base64.encoded(payload)),
      "signatures": .array(
        signatures.map { signature in
          var members: [String: JSON] = ["sig": .string(Base64.encoded(signature.bytes))]
          if let keyID = signature.keyID { members["keyid"] = .string(keyID) }
          return .object(members)
        }),
    ]
  }
}
