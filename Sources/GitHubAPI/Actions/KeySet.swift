import FoundationEssentials
import JWTKit
import Ledger

/// The keys of an issuer that may sign with RS256, by their id.
struct KeySet: Sendable {
  private let keys: [String: TokenKey]

  /// Reads a JWK Set (RFC 7517, 5). Keys for anything else, and keys that cannot be read, are left
  /// out, so that one odd key does not hide the others. `nil` when none is left.
  init?(_ jwks: JSON) async {
    var keys: [String: TokenKey] = [:]
    for jwk in jwks["keys"]?.array ?? [] {
      guard let id = KeySet.id(of: jwk), keys[id] == nil, let key = await TokenKey(jwk) else {
        continue
      }
      keys[id] = key
    }
    guard !keys.isEmpty else { return nil }
    self.keys = keys
  }

  subscript(id: String) -> TokenKey? { keys[id] }

  private static func id(of jwk: JSON) -> String? {
    guard jwk["kty"] == .string("RSA"), jwk["alg"] == nil || jwk["alg"] == .string("RS256"),
      jwk["use"] == nil || jwk["use"] == .string("sig")
    else { return nil }
    return jwk["kid"]?.string
  }
}

/// One public key, for RSASSA-PKCS1-v1_5 with SHA-256 and nothing else.
struct TokenKey: Sendable {
  private let algorithm: any JWTAlgorithm

  /// `nil` unless `n` and `e` make an RSA key of at least 2048 bits.
  fileprivate init?(_ jwk: JSON) async {
    guard let modulus = jwk["n"]?.string, let exponent = jwk["e"]?.string else { return nil }
    do {
      let key = try Insecure.RSA.PublicKey(modulus: modulus, exponent: exponent)
      // A collection of this key alone: with several, jwt-kit takes any other one in place of a
      // key that it does not find.
      let keys = await JWTKeyCollection().add(rsa: key, digestAlgorithm: .sha256)
      algorithm = try await keys.getKey()
    } catch { return nil }
  }

  func signed(_ bytes: [UInt8], as signature: [UInt8]) -> Bool {
    do { return try algorithm.verify(signature, signs: bytes) } catch { return false }
  }
}
