import FoundationEssentials
import Ledger
import SwiftASN1
@_spi(DisableValidityCheck) import X509

/// Whether a certificate leads to a trusted root, as of an instant that lies in the past.
enum CertificateChain {
  /// All ways from the leaf to a root are tried, and certificates that certify each other have more
  /// ways than there is time for. Signers and authorities for timestamps bring three at most.
  static let maximumForeign = 4

  /// - Parameters:
  ///   - others: those that came along with it, whoever made them.
  ///   - usage: what the leaf must have been made for.
  /// - Returns: `false` when it leads to no authority that was in use then.
  /// - Throws: when it leads to one and does not hold.
  static func check(
    _ leaf: Certificate, _ others: [Certificate], _ authorities: [Authority],
    for usage: ExtendedKeyUsage.Usage, at instant: Instant
  ) async throws(AttestationError) -> Bool {
    let authorities = authorities.filter { $0.validity.contains(instant) }
    let roots = CertificateStore(authorities.flatMap(\.roots))
    let foreign = try foreign(others, beside: leaf, authorities)
    let intermediates = CertificateStore(authorities.flatMap(\.intermediates) + foreign)
    var verifier = Verifier(rootCertificates: roots) {
      // Its own check of the time is by its own clock unless it is switched off.
      RFC5280Policy.withValidityCheckDisabled()
      LifetimePolicy(instant: instant)
      UsagePolicy(usage: usage)
    }
    switch await verifier.validate(leaf: leaf, intermediates: intermediates) {
    case .validCertificate: return true
    case .couldNotValidate(let failures):
      guard let failure = failures.first else { return false }
      let reason = "\(failure.policyFailureReason)".prefix(200)
      throw AttestationError("the certificate leads to no trusted root: \(reason)")
    }
  }

  /// Each once, without those that are known anyway.
  private static func foreign(
    _ others: [Certificate], beside leaf: Certificate, _ authorities: [Authority]
  ) throws(AttestationError) -> [Certificate] {
    var seen = Set(authorities.flatMap { $0.roots + $0.intermediates } + [leaf])
    let foreign = others.filter { seen.insert($0).inserted }
    guard foreign.count <= maximumForeign else {
      throw AttestationError(
        "\(foreign.count) certificates came along with it, more than \(maximumForeign)")
    }
    return foreign
  }
}

/// All of the chain were valid at that instant (RFC 5280, 6.1.3 (a)(2)).
private struct LifetimePolicy: VerifierPolicy {
  let instant: Instant
  let verifyingCriticalExtensions: [ASN1ObjectIdentifier] = []

  func chainMeetsPolicyRequirements(
    chain: UnverifiedCertificateChain
  ) -> PolicyEvaluationResult {
    let seconds = Double(instant.microseconds) / 1_000_000
    for certificate in chain {
      guard certificate.notValidBefore.timeIntervalSince1970 <= seconds,
        seconds <= certificate.notValidAfter.timeIntervalSince1970
      else {
        let (subject, instant) = ("\(certificate.subject)", "\(instant)")
        return .failsToMeetPolicy(reason: "[\(subject)] was not valid at \(instant)")
      }
    }
    return .meetsPolicy
  }
}

/// The leaf was made for this use (RFC 5280, 4.2.1.12).
private struct UsagePolicy: VerifierPolicy {
  let usage: ExtendedKeyUsage.Usage
  /// The name of the signer is compared afterwards.
  let verifyingCriticalExtensions: [ASN1ObjectIdentifier] = [
    .X509ExtensionID.extendedKeyUsage, .X509ExtensionID.subjectAlternativeName,
  ]

  func chainMeetsPolicyRequirements(
    chain: UnverifiedCertificateChain
  ) -> PolicyEvaluationResult {
    do {
      guard let usages = try chain.leaf.extensions.extendedKeyUsage, usages.contains(usage) else {
        return .failsToMeetPolicy(reason: "it was not made for this use")
      }
      return .meetsPolicy
    } catch { return .failsToMeetPolicy(reason: "its extensions cannot be read") }
  }
}
