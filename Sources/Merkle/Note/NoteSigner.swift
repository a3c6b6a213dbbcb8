import Crypto

/// The secret half of a key that signs notes.
public struct NoteSigner: Sendable {
  private static let prefix = "PRIVATE+KEY+"

  public let verifier: NoteVerifier
  private let key: Curve25519.Signing.PrivateKey

  /// - Parameter seed: 32 bytes of chance.
  public init(
    name: String, seed: [UInt8], algorithm: NoteVerifier.Algorithm = .ed25519
  ) throws(NoteError) {
    do { key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed) } catch {
      throw .malformed("a secret key of Ed25519 has 32 bytes, this one \(seed.count)")
    }
    verifier = try NoteVerifier(
      name: name, algorithm: algorithm, publicKey: Array(key.publicKey.rawRepresentation))
  }

  /// Reads what `text` writes: the form of Go's `golang.org/x/mod/sumdb/note`. Errors never hold the
  /// text.
  public init(_ text: String) throws(NoteError) {
    let parts = text.dropFirst(NoteSigner.prefix.count)
      .split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
    guard text.hasPrefix(NoteSigner.prefix), parts.count == 3,
      let key = Base64.decoded(parts[2]),
      let algorithm = key.first.flatMap(NoteVerifier.Algorithm.init(rawValue:))
    else { throw .malformed("a signing key has the form PRIVATE+KEY+NAME+ID+KEY") }
    try self.init(name: String(parts[0]), seed: Array(key.dropFirst()), algorithm: algorithm)
    guard parts[1] == verifier.hexID else {
      throw .malformed("the signing key's id does not fit its name and key")
    }
  }

  /// The secret itself, for a file that only its owner reads.
  public var text: String {
    let key = Base64.encoded([verifier.algorithm.rawValue] + Array(key.rawRepresentation))
    return "\(NoteSigner.prefix)\(verifier.name)+\(verifier.hexID)+\(key)"
  }

  /// - Precondition: the key is one for `ed25519`.
  public func sign(_ text: String) throws -> NoteSignature {
    precondition(verifier.algorithm == .ed25519, "a witness signs with a time")
    return signature(try key.signature(for: Array(text.utf8)).map(\.self))
  }

  /// Vouches, as a witness, that this checkpoint was the newest one at this time.
  ///
  /// - Parameter time: seconds since 1970.
  /// - Precondition: the key is one for `cosignature`.
  public func cosign(_ text: String, at time: UInt64) throws -> NoteSignature {
    precondition(verifier.algorithm == .cosignature, "only a witness signs with a time")
    let signature = try key.signature(for: Cosignature.message(text, at: time))
    return self.signature(Cosignature.bytes(time) + signature)
  }

  /// Ed25519 over bytes that are no note: of an attestation, whose encoding begins otherwise than
  /// any note or checkpoint does.
  ///
  /// - Precondition: the key is one for `ed25519`.
  /// - Returns: 64 bytes.
  public func signature(of bytes: [UInt8]) throws -> [UInt8] {
    precondition(verifier.algorithm == .ed25519, "a witness signs checkpoints alone")
    return Array(try key.signature(for: bytes))
  }

  private func signature(_ bytes: [UInt8]) -> NoteSignature {
    NoteSignature(name: verifier.name, id: verifier.id, bytes: bytes)
  }
}

extension NoteSigner: CustomStringConvertible {
  /// Without the secret, wherever it is printed.
  public var description: String { verifier.vkey }
}

/// What a witness signs (C2SP tlog-cosignature, `cosignature/v1`).
enum Cosignature {
  static func message(_ text: String, at time: UInt64) -> [UInt8] {
    Array("cosignature/v1\ntime \(time)\n\(text)".utf8)
  }

  static func bytes(_ time: UInt64) -> [UInt8] {
    withUnsafeBytes(of: time.bigEndian) { Array($0) }
  }
}
