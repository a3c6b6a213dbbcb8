import Gates
import Ledger

/// A JWT in compact form (RFC 7515, 7.1), taken apart. Nothing in it is believed yet.
struct CompactToken {
  /// In bytes. GitHub's tokens have about 2,000.
  static let maximumSize = 16_384

  /// Names the key, among those that the issuer publishes and no others: `jku`, `jwk`, `x5u` and
  /// `x5c`, with which a token would bring its own key, are not looked at.
  let keyID: String
  /// Header and payload as they were signed.
  let signedBytes: [UInt8]
  let signature: [UInt8]
  private let payload: [UInt8]

  init(_ text: String) throws(WorkflowRefusal) {
    guard text.utf8.count <= CompactToken.maximumSize else {
      throw .invalid("the token has more than \(CompactToken.maximumSize) bytes")
    }
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3, let header = Base64URL.decode(parts[0]),
      let payload = Base64URL.decode(parts[1]), let signature = Base64URL.decode(parts[2])
    else { throw .invalid("the token is no JWT of three base64url parts") }
    keyID = try CompactToken.keyID(try CompactToken.json(header, "header"))
    signedBytes = Array(text.utf8.dropLast(parts[2].count + 1))
    self.signature = signature
    self.payload = payload
  }

  /// To be asked for once the signature was checked.
  func claims() throws(WorkflowRefusal) -> JSON { try CompactToken.json(payload, "payload") }

  private static func keyID(_ header: JSON) throws(WorkflowRefusal) -> String {
    guard header["alg"] == .string("RS256") else {
      throw .invalid("the token's alg is not RS256")
    }
    // RFC 7515, 4.1.11: what is critical and not understood refuses the token.
    guard header["crit"] == nil else {
      throw .invalid("the token's header demands an extension")
    }
    guard let keyID = header["kid"]?.string, (1...255).contains(keyID.utf8.count) else {
      throw .invalid("the token names no key (kid)")
    }
    return keyID
  }

  /// Duplicate keys are refused: two readers could take one each.
  private static func json(_ bytes: [UInt8], _ part: String) throws(WorkflowRefusal) -> JSON {
    do { return try JSON.parse(bytes) } catch {
      throw .invalid("the token's \(part) is not valid JSON: \(error)")
    }
  }
}
