import Crypto

/// The public half of a key that signs notes (C2SP signed-note and tlog-cosignature).
public struct NoteVerifier: Hashable, Sendable {
  /// The byte that tells kinds of signatures apart.
  public enum Algorithm: UInt8, Sendable {
    case ed25519 = 0x01
    /// Of a witness: Ed25519 over the time and the checkpoint.
    case cosignature = 0x04
  }

  public let name: String
  public let algorithm: Algorithm
  /// 32 bytes.
  public let publicKey: [UInt8]
  /// Tells keys of one name apart; a hint, no proof.
  public let id: UInt32

  public init(name: String, algorithm: Algorithm, publicKey: [UInt8]) throws(NoteError) {
    guard NoteVerifier.isName(name) else {
      throw .malformed("a key's name must not be empty nor have a space or + in it")
    }
    guard publicKey.count == 32 else {
      throw .malformed("a public key of Ed25519 has 32 bytes, this one \(publicKey.count)")
    }
    self.name = name
    self.algorithm = algorithm
    self.publicKey = publicKey
    let named = Array(name.utf8) + [0x0A, algorithm.rawValue] + publicKey
    id = Hash.sha256(named).bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Reads `name+id+key`. The last part may hold a `+` itself.
  public init(_ vkey: String) throws(NoteError) {
    let parts = vkey.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let key = Base64.decoded(parts[2]), let first = key.first else {
      throw .malformed("a verifier key has the form NAME+ID+KEY")
    }
    guard let algorithm = Algorithm(rawValue: first) else {
      throw .malformed("signatures of kind \(first) are not known")
    }
    try self.init(
      name: String(parts[0]), algorithm: algorithm, publicKey: Array(key.dropFirst()))
    guard parts[1] == hexID else {
      throw .malformed("the key's id is \(hexID), not \(parts[1])")
    }
  }

  public var vkey: String {
    "\(name)+\(hexID)+\(Base64.encoded([algorithm.rawValue] + publicKey))"
  }

  public var hexID: String {
    let digits = String(id, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  /// Whether this key made the signature of a text of this name and id.
  func made(_ signature: NoteSignature, of text: String) -> Bool {
    switch algorithm {
    case .ed25519: isValid(signature.bytes[...], Array(text.utf8))
    case .cosignature: isCosignature(signature, of: text)
    }
  }

  private func isCosignature(_ signature: NoteSignature, of text: String) -> Bool {
    guard let time = signature.time else { return false }
    return isValid(signature.bytes.dropFirst(8), Cosignature.message(text, at: time))
  }

  private func isValid(_ signature: ArraySlice<UInt8>, _ message: [UInt8]) -> Bool {
    do {
      return try Curve25519.Signing.PublicKey(rawRepresentation: publicKey)
        .isValidSignature(Array(signature), for: message)
    } catch { return false }
  }

  static func isName(_ name: some StringProtocol) -> Bool {
    !name.isEmpty
      && name.unicodeScalars.allSatisfy {
        !$0.properties.isWhitespace && $0 != "+" && $0.value >= 0x20
      }
  }
}
