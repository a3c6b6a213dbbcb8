import FoundationEssentials
import Ledger
import Merkle
import X509

/// What the ledger found out about the signature of an attestation.
public struct Verification: Hashable, Sendable {
  public enum Word: String, Sendable {
    /// A key or a certificate that is trusted signed it, and both say the same.
    case verified
    /// Nothing was found out: whoever recorded it vouches for it.
    case vouched
    /// It was looked at, and does not hold.
    case failed
  }

  public let word: Word
  /// A sentence without a full stop; `nil` where there is nothing to say.
  public let reason: String?
  /// `key sha256:…`, or the certificate's issuer and its name.
  public let signer: String?
  /// The repository that is proven, by its name and by GitHub's number.
  public let repository: String?
  public let repositoryID: Int64?

  init(
    _ word: Word, _ reason: String? = nil, signer: String? = nil, repository: String? = nil,
    repositoryID: Int64? = nil
  ) {
    self.word = word
    self.reason = reason.map { String($0.prefix(500)) }
    self.signer = signer.map { String($0.prefix(1_000)) }
    self.repository = repository
    self.repositoryID = repositoryID
  }

  static func failed(_ error: AttestationError) -> Verification { .init(.failed, error.reason) }
}

extension AttestationBundle {
  /// Checks all that the bundle brings, as of the time that a log or a timestamp authority vouches
  /// for; there is no other clock.
  ///
  /// - Parameter digest: of the image that it has to be about, `sha256:…`.
  public func verify(digest: String, trust: Trust) async -> Verification {
    guard !trust.isEmpty else { return Verification(.vouched) }
    do throws(AttestationError) {
      guard envelope.signatures.count == 1, let signature = envelope.signatures.first else {
        throw AttestationError("the envelope has \(envelope.signatures.count) signatures, not one")
      }
      guard provenance.subjects.contains(digest) else {
        throw AttestationError("the statement is not about \(digest)")
      }
      guard let certificate else { return try byKey(signature, trust) }
      guard !trust.authorities.isEmpty else {
        return Verification(.vouched, "no roots are trusted for its certificate")
      }
      return try await byCertificate(certificate, signature, trust)
    } catch { return .failed(error) }
  }

  private func byKey(
    _ signature: Envelope.Signature, _ trust: Trust
  ) throws(AttestationError) -> Verification {
    guard !trust.keys.isEmpty else {
      return Verification(.vouched, "no key is trusted for its signature")
    }
    let message = envelope.signedBytes
    guard let key = trust.keys.first(where: { $0.made(signature.bytes, of: message) }) else {
      throw AttestationError("no trusted key made its signature")
    }
    let repository = RepositoryAddress.name(provenance.repository)
    try trust.check(repository: repository, builder: provenance.builder)
    return Verification(
      .verified, signer: "key sha256:\(key.id.hex)", repository: repository)
  }

  private func byCertificate(
    _ bytes: [UInt8], _ signature: Envelope.Signature, _ trust: Trust
  ) async throws(AttestationError) -> Verification {
    let certificate = try Certificate.read(bytes)
    let others = try chain.map(Certificate.read)
    guard try VerificationKey(certificate.publicKey).made(signature.bytes, of: envelope.signedBytes)
    else { throw AttestationError("the signature does not fit the certificate") }
    let times = try await times(bytes, signature, trust)
    // Without a time that is vouched for, the chain is looked at as of its first moment.
    for time in times.isEmpty ? [certificate.beginning] : times.sorted() {
      guard
        try await CertificateChain.check(
          certificate, others, trust.authorities, for: .codeSigning, at: time)
      else { throw AttestationError("the certificate leads to no trusted root") }
    }
    let identity = try SignerIdentity(certificate)
    guard identity.issuer == trust.issuer else {
      throw AttestationError("its signer was named by \(identity.issuer)")
    }
    try identity.check(provenance)
    let repository = RepositoryAddress.name(identity.repository)
    try trust.check(repository: repository, builder: identity.builder)
    return Verification(
      times.isEmpty ? .vouched : .verified,
      times.isEmpty ? "timestamp unverified: no trusted log or authority tells its time" : nil,
      signer: "\(certificate.issuer): \(identity.name)", repository: repository,
      repositoryID: identity.repositoryID)
  }

  /// All that are vouched for, each once. What comes from logs and authorities that nobody trusts
  /// is not looked at.
  private func times(
    _ certificate: [UInt8], _ signature: Envelope.Signature, _ trust: Trust
  ) async throws(AttestationError) -> Set<Instant> {
    guard max(logEntries.count, timestamps.count) <= AttestationBundle.maximumTimes else {
      throw AttestationError("the bundle has more than \(AttestationBundle.maximumTimes) times")
    }
    var times: Set<Instant> = []
    for json in logEntries {
      let entry = try LogEntry(json)
      guard let log = trust.logs.first(where: { $0.key.id.bytes == entry.logID }) else { continue }
      try LogBody(entry.body).check(envelope, certificate)
      guard let time = try entry.check(log.key) else { continue }
      guard log.validity.contains(time) else {
        throw AttestationError("the log's key was not in use at \(time)")
      }
      times.insert(time)
    }
    guard !trust.timestampAuthorities.isEmpty else { return times }
    for bytes in timestamps {
      let token = try TimestampToken.read(bytes)
      if let time = try await token.check(signature.bytes, trust.timestampAuthorities) {
        times.insert(time)
      }
    }
    return times
  }
}

extension Trust {
  fileprivate func check(
    repository: String?, builder: String?
  ) throws(AttestationError) {
    if !repositories.isEmpty, repository.map({ repositories.contains($0.lowercased()) }) != true {
      throw AttestationError("the repository \(repository ?? "(none)") is not one that is meant")
    }
    guard acceptsBuilder(builder ?? "") else {
      throw AttestationError("the builder \(builder ?? "(none)") is not one that is meant")
    }
  }
}

extension Certificate {
  fileprivate var beginning: Instant {
    Instant(seconds: Int64(notValidBefore.timeIntervalSince1970.rounded(.up)))
  }
}
