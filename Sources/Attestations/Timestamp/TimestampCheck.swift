import Crypto
import Ledger
import SwiftASN1
import X509

/// SHA-2, by its object identifier.
enum DigestAlgorithm: Sendable {
  case sha256, sha384, sha512

  /// - Parameter node: `AlgorithmIdentifier ::= SEQUENCE { algorithm, parameters OPTIONAL }`.
  init(_ node: ASN1Node) throws {
    switch try ASN1ObjectIdentifier(berEncoded: Nodes(node, .sequence).node(0)) {
    case [2, 16, 840, 1, 101, 3, 4, 2, 1]: self = .sha256
    case [2, 16, 840, 1, 101, 3, 4, 2, 2]: self = .sha384
    case [2, 16, 840, 1, 101, 3, 4, 2, 3]: self = .sha512
    default: throw AttestationError("the timestamp's digest is not of SHA-2")
    }
  }

  func digest(_ bytes: [UInt8]) -> [UInt8] {
    switch self {
    case .sha256: Array(SHA256.hash(data: bytes))
    case .sha384: Array(SHA384.hash(data: bytes))
    case .sha512: Array(SHA512.hash(data: bytes))
    }
  }

  /// Of a signature whose algorithm names no digest, or names one: then it has to be this one.
  func signature(_ algorithm: ASN1ObjectIdentifier) -> Certificate.SignatureAlgorithm? {
    switch (self, algorithm) {
    case (.sha256, [1, 2, 840, 10045, 4, 3, 2]): .ecdsaWithSHA256
    case (.sha384, [1, 2, 840, 10045, 4, 3, 3]): .ecdsaWithSHA384
    case (.sha512, [1, 2, 840, 10045, 4, 3, 4]): .ecdsaWithSHA512
    case (.sha256, [1, 2, 840, 113549, 1, 1, 1]), (.sha256, [1, 2, 840, 113549, 1, 1, 11]):
      .sha256WithRSAEncryption
    case (.sha384, [1, 2, 840, 113549, 1, 1, 1]), (.sha384, [1, 2, 840, 113549, 1, 1, 12]):
      .sha384WithRSAEncryption
    case (.sha512, [1, 2, 840, 113549, 1, 1, 1]), (.sha512, [1, 2, 840, 113549, 1, 1, 13]):
      .sha512WithRSAEncryption
    default: nil
    }
  }
}

extension TimestampToken {
  /// When an authority that is trusted saw these bytes.
  ///
  /// - Parameter bytes: what was stamped: a signature.
  /// - Returns: `nil` when the token is of somebody else.
  func check(
    _ bytes: [UInt8], _ authorities: [Authority]
  ) async throws(AttestationError) -> Instant? {
    let known = authorities.flatMap(\.intermediates) + authorities.flatMap(\.roots)
    guard let certificate = try certificate(among: certificates + known),
      try await isTrusted(certificate, authorities)
    else { return nil }
    guard info.digest.digest(bytes) == info.imprint else {
      throw AttestationError("the timestamp is about another signature")
    }
    guard signer.digest.digest(content) == signer.contentDigest else {
      throw AttestationError("the timestamp does not fit what its authority signed")
    }
    guard let algorithm = signer.digest.signature(signer.algorithm),
      certificate.publicKey.isValidSignature(
        signer.signature, for: signer.signedBytes, signatureAlgorithm: algorithm)
    else { throw AttestationError("the timestamp's signature does not fit its certificate") }
    return info.time
  }

  private func isTrusted(
    _ certificate: Certificate, _ authorities: [Authority]
  ) async throws(AttestationError) -> Bool {
    do {
      return try await CertificateChain.check(
        certificate, certificates, authorities, for: .timeStamping, at: info.time)
    } catch { throw AttestationError("the timestamp: \(error.reason)") }
  }

  private func certificate(
    among certificates: [Certificate]
  ) throws(AttestationError) -> Certificate? {
    do { return try certificates.first { try signer.isMade(by: $0) } } catch let error
      as AttestationError
    { throw error } catch {
      throw AttestationError("the timestamp's certificate cannot be read")
    }
  }

  static func read(_ bytes: [UInt8]) throws(AttestationError) -> TimestampToken {
    do { return try TimestampToken(response: bytes) } catch let error as AttestationError {
      throw error
    } catch { throw AttestationError("the timestamp cannot be read") }
  }
}
