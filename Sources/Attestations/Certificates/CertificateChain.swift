import FoundationEssentials
import Ledger
import SwiftASN1
@_spi(DisableValidityCheck) import X509

/// Whether a certificate leads to a trusted root, as of an instant that lies in the past.
enum CertificateChain {
  /// - Parameter usage: what the leaf must have been made for.
  static func check(
    _ leaf: Certificate, _ others: [Certificate], _ authorities: [Authority],
    for usage: ExtendedKeyUsage.Usage, at instant: Instant
  ) async throws(AttestationError) {
    let authorities = authorities.filter { $0.validity.contains(instant) }
    let roots = CertificateStore(authorities.flatMap(\.roots))
    let intermediates = CertificateStore(authorities.flatMap(\.intermediates) + others)
    var verifier = Verifier(rootCertificates: roots) {
      // Its own check of the time is by its own clock unless it is switched off.
      RFC5280Policy.withValidityCheckDisabled()
      LifetimePolicy(instant: instant)
      UsagePolicy(usage: usage)
    }
    switch await verifier.validate(leaf: leaf, intermediates: intermediates) {
    case .validCertificate: return
    case .couldNotValidate(let failures):
      let reason = failures.first.map { String("\($0.policyFailureReason)".prefix(200)) }
      throw AttestationError(
        "the certificate leads to no trusted root" + (reason.map { ": \($0)" } ?? ""))
    }
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
