import Ledger
import Merkle
import SwiftASN1

/// What an entry of Rekor v1 is about: `dsse` 0.0.1, or `intoto` 0.0.2 of older bundles.
struct LogBody: Sendable {
  let payloadHash: String
  /// Bytes of signatures, and who made each, as PEM.
  let signatures: [(bytes: [UInt8], verifier: [UInt8])]

  init(_ bytes: [UInt8]) throws(AttestationError) {
    let json = try JSON.parsed(bytes, "the log's entry")
    switch (json["kind"]?.string, json["apiVersion"]?.string) {
    case ("dsse", "0.0.1"):
      payloadHash = json.at("spec", "payloadHash", "value")?.string ?? ""
      signatures = LogBody.signatures(json.at("spec", "signatures"), "signature", "verifier")
    case ("intoto", "0.0.2"):
      payloadHash = json.at("spec", "content", "payloadHash", "value")?.string ?? ""
      signatures = LogBody.signatures(
        json.at("spec", "content", "envelope", "signatures"), "sig", "publicKey")
    default:
      throw AttestationError(
        "the log's entry is of a kind that is not known: \(json["kind"]?.string ?? "none")")
    }
  }

  private static func signatures(
    _ list: JSON?, _ signature: String, _ verifier: String
  ) -> [(bytes: [UInt8], verifier: [UInt8])] {
    (list?.array ?? []).compactMap { element in
      guard let bytes = element[signature]?.bytes, let pem = element[verifier]?.bytes else {
        return nil
      }
      return (bytes, pem)
    }
  }

  /// - Parameter certificate: DER.
  /// - Throws: where the entry is about something else than this envelope.
  func check(_ envelope: Envelope, _ certificate: [UInt8]) throws(AttestationError) {
    guard payloadHash == Hash.sha256(envelope.payload).hex, signatures.count == 1,
      let signature = signatures.first, let own = envelope.signatures.first?.bytes
    else { throw AttestationError("the log's entry is about another payload") }
    // `intoto` wraps the signature twice.
    guard signature.bytes == own || signature.bytes == Array(Base64.encoded(own).utf8) else {
      throw AttestationError("the log's entry is about another signature")
    }
    let pem: PEMDocument
    do {
      pem = try PEMDocument(pemString: String(decoding: signature.verifier, as: UTF8.self))
    } catch { throw AttestationError("the log's entry names no certificate") }
    guard pem.derBytes == certificate else {
      throw AttestationError("the log's entry is about another certificate")
    }
  }
}
