import Crypto
import CryptoExtras
import Foundation
import Ledger

/// An RSA key of 2048 bits that was made just now, and the tokens that it signs: good ones, and
/// every kind that must not be believed.
public struct SigningKey: Sendable {
  public enum Algorithm: String, Sendable, CaseIterable {
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    /// With the public key's PEM as the secret, which everyone knows.
    case hs256 = "HS256"
    /// Without a signature.
    case none
  }

  /// The `kid`.
  public let id: String
  private let key: _RSA.Signing.PrivateKey

  public init(id: String) throws {
    self.id = id
    key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
  }

  /// The public key as a key set has it (RFC 7517).
  public func jwk() throws -> JSON {
    let numbers = try key.publicKey.getKeyPrimitives()
    return [
      "kty": "RSA", "alg": "RS256", "use": "sig", "kid": .string(id),
      "n": .string(SigningKey.base64URL(numbers.modulus)),
      "e": .string(SigningKey.base64URL(numbers.publicExponent)),
    ]
  }

  /// The private key, as GitHub makes those of Apps.
  public var pkcs1PEM: String { key.pemRepresentation }
  public var pkcs8PEM: String { key.pkcs8PEMRepresentation }

  /// Whether this key signed `bytes` with RS256.
  public func signed(_ bytes: [UInt8], as signature: Data) -> Bool {
    key.publicKey.isValidSignature(
      _RSA.Signing.RSASignature(rawRepresentation: signature), for: SHA256.hash(data: bytes),
      padding: .insecurePKCS1v1_5)
  }

  /// base64url without padding; `nil` for anything else.
  public static func decoded(_ text: some StringProtocol) -> Data? {
    let plain = String(text).replacing("-", with: "+").replacing("_", with: "/")
    return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.count % 4) % 4))
  }

  /// A token with these claims. `header` is added to `alg`, `kid` and `typ`, or stands in their
  /// place; `null` takes one away.
  public func token(
    _ claims: [String: JSON], header: [String: JSON] = [:], algorithm: Algorithm = .rs256
  ) throws -> String {
    let usual: [String: JSON] = [
      "alg": .string(algorithm.rawValue), "kid": .string(id), "typ": "JWT",
    ]
    let members = usual.merging(header) { $1 }.filter { !$0.value.isNull }
    return try token(
      header: JSON.object(members).canonicalBytes, payload: JSON.object(claims).canonicalBytes,
      algorithm: algorithm)
  }

  /// A token of these bytes, whatever they are.
  public func token(
    header: [UInt8], payload: [UInt8], algorithm: Algorithm = .rs256
  ) throws -> String {
    let signed = "\(SigningKey.base64URL(header)).\(SigningKey.base64URL(payload))"
    return "\(signed).\(SigningKey.base64URL(try sign(Array(signed.utf8), algorithm)))"
  }

  private func sign(_ bytes: [UInt8], _ algorithm: Algorithm) throws -> Data {
    switch algorithm {
    case .rs256: try pkcs1(SHA256.hash(data: bytes))
    case .rs384: try pkcs1(SHA384.hash(data: bytes))
    case .rs512: try pkcs1(SHA512.hash(data: bytes))
    case .ps256: try key.signature(for: SHA256.hash(data: bytes), padding: .PSS).rawRepresentation
    case .hs256:
      Data(
        HMAC<SHA256>.authenticationCode(
          for: bytes,
          using: SymmetricKey(data: Data(key.publicKey.pemRepresentation.utf8))))
    case .none: Data()
    }
  }

  private func pkcs1(_ digest: some Digest) throws -> Data {
    try key.signature(for: digest, padding: .insecurePKCS1v1_5).rawRepresentation
  }

  /// base64url without padding (RFC 4648, 5).
  static func base64URL(_ bytes: some Sequence<UInt8>) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }
}
