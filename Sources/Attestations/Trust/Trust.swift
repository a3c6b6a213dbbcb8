import Ledger
import Merkle
import X509

/// Whom one believes about attestations.
public struct Trust: Sendable {
  public static let defaultIssuer = "https://token.actions.githubusercontent.com"

  /// Those that sign envelopes themselves.
  public var keys: [VerificationKey] = []
  /// Those that certify signers.
  public var authorities: [Authority] = []
  public var logs: [TransparencyLog] = []
  public var timestampAuthorities: [Authority] = []
  /// `owner/name`, in lower case; empty for any.
  public var repositories: Set<String> = []
  /// Whether a builder's address is one of those that are meant.
  public var acceptsBuilder: @Sendable (String) -> Bool = { _ in true }
  /// Who told the certificate authority who the signer is.
  public var issuer = Trust.defaultIssuer

  public init() {}

  public var isEmpty: Bool { keys.isEmpty && authorities.isEmpty }
}

/// Certificates up to a root, and when they were in use.
public struct Authority: Sendable {
  let roots: [Certificate]
  let intermediates: [Certificate]
  let validity: Validity

  /// - Throws: where none of them certifies itself.
  init(
    _ certificates: [Certificate], validity: Validity = Validity()
  ) throws(AttestationError) {
    roots = certificates.filter { $0.issuer == $0.subject }
    intermediates = certificates.filter { $0.issuer != $0.subject }
    self.validity = validity
    guard !roots.isEmpty else { throw AttestationError("has no root certificate") }
  }

  /// Of PEM.
  public init(pem: String) throws(AttestationError) {
    try self.init(try PEM.certificates(pem))
  }
}

/// The key of a transparency log, by the log's id.
public struct TransparencyLog: Sendable {
  let key: VerificationKey
  let validity: Validity
}

/// A span of time; open where it has no end.
struct Validity: Sendable {
  var start: Instant?
  var end: Instant?

  func contains(_ instant: Instant) -> Bool {
    start.map { $0 <= instant } ?? true && end.map { instant <= $0 } ?? true
  }
}
