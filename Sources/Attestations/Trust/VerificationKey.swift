import Crypto
import Merkle
import SwiftASN1
import X509

/// A public key that is trusted: Ed25519, ECDSA on P-256 or P-384.
public struct VerificationKey: Hashable, Sendable {
  let key: Certificate.PublicKey
  /// SHA-256 of the SubjectPublicKeyInfo in DER: the id of a log, and how a result names the key.
  public let id: Hash

  /// - Throws: for a kind of key that nothing here can check with.
  init(_ key: Certificate.PublicKey) throws(AttestationError) {
    let isKnown =
      P256.Signing.PublicKey(key) != nil || P384.Signing.PublicKey(key) != nil
      || Curve25519.Signing.PublicKey(key) != nil
    guard isKnown else { throw AttestationError("is no key of Ed25519, P-256 or P-384") }
    var serializer = DER.Serializer()
    do { try serializer.serialize(key) } catch {
      throw AttestationError("is no public key: \(error)")
    }
    self.key = key
    id = .sha256(serializer.serializedBytes)
  }

  /// - Parameter subjectPublicKeyInfo: DER.
  public init(subjectPublicKeyInfo: [UInt8]) throws(AttestationError) {
    let key: Certificate.PublicKey
    do { key = try Certificate.PublicKey(derEncoded: subjectPublicKeyInfo) } catch {
      throw AttestationError("is no public key")
    }
    try self.init(key)
  }

  /// - Parameter note: of a log that signs notes, or of a ledger that signs attestations.
  public init(_ note: NoteVerifier) throws(AttestationError) {
    let key: Curve25519.Signing.PublicKey
    do { key = try Curve25519.Signing.PublicKey(rawRepresentation: note.publicKey) } catch {
      throw AttestationError("is no key of Ed25519")
    }
    try self.init(Certificate.PublicKey(key))
  }

  /// - Parameter signature: of ECDSA in DER, or both numbers in their full length one behind the
  ///   other, as the example of DSSE has it.
  public func made(_ signature: [UInt8], of message: [UInt8]) -> Bool {
    if let key = Curve25519.Signing.PublicKey(key) {
      return key.isValidSignature(signature, for: message)
    }
    if let key = P256.Signing.PublicKey(key) {
      return VerificationKey.p256(signature).map { key.isValidSignature($0, for: message) } ?? false
    }
    guard let key = P384.Signing.PublicKey(key), let read = VerificationKey.p384(signature) else {
      return false
    }
    return key.isValidSignature(read, for: message)
  }

  private static func p256(_ bytes: [UInt8]) -> P256.Signing.ECDSASignature? {
    do {
      return bytes.count == 64
        ? try P256.Signing.ECDSASignature(rawRepresentation: bytes)
        : try P256.Signing.ECDSASignature(derRepresentation: bytes)
    } catch { return nil }
  }

  private static func p384(_ bytes: [UInt8]) -> P384.Signing.ECDSASignature? {
    do {
      return bytes.count == 96
        ? try P384.Signing.ECDSASignature(rawRepresentation: bytes)
        : try P384.Signing.ECDSASignature(derRepresentation: bytes)
    } catch { return nil }
  }
}
