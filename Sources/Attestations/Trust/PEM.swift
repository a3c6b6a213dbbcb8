import SwiftASN1
import X509

/// Keys and certificates as text (RFC 7468).
public enum PEM {
  /// All public keys of a file.
  public static func keys(_ text: String) throws(AttestationError) -> [VerificationKey] {
    try blocks(text, "PUBLIC KEY").map { block throws(AttestationError) in
      try VerificationKey(subjectPublicKeyInfo: block)
    }
  }

  static func certificates(_ text: String) throws(AttestationError) -> [Certificate] {
    try blocks(text, "CERTIFICATE").map { block throws(AttestationError) in
      try Certificate.read(block)
    }
  }

  private static func blocks(
    _ text: String, _ type: String
  ) throws(AttestationError) -> [[UInt8]] {
    let documents: [PEMDocument]
    do { documents = try PEMDocument.parseMultiple(pemString: text) } catch {
      throw AttestationError("is not PEM")
    }
    // What else is there is not looked at: it may be a secret.
    guard !documents.isEmpty, documents.allSatisfy({ $0.discriminator == type }) else {
      throw AttestationError("must hold blocks of the type \(type) alone")
    }
    return documents.map(\.derBytes)
  }
}

extension Certificate {
  static func read(_ bytes: [UInt8]) throws(AttestationError) -> Certificate {
    do { return try Certificate(derEncoded: bytes) } catch {
      throw AttestationError("is no certificate")
    }
  }
}
