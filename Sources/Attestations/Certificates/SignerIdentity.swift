import Ledger
import SwiftASN1
import X509

/// Who signed, by what Fulcio wrote into the certificate
/// (https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md). Its addresses are URLs.
struct SignerIdentity: Hashable, Sendable {
  private static let arc = "1.3.6.1.4.1.57264.1"

  /// The certificate's one name.
  let name: String
  /// Of the identity token.
  let issuer: String
  /// The workflow that signed, with its ref.
  let builder: String
  let repository: String
  let repositoryID: Int64
  let commit: String
  let ref: String?
  /// The workflow that was started, with its ref.
  let workflow: String?
  /// What started it.
  let trigger: String

  init(_ certificate: Certificate) throws(AttestationError) {
    name = try SignerIdentity.name(certificate)
    issuer = try SignerIdentity.required(certificate, 8, "issuer")
    builder = try SignerIdentity.required(certificate, 9, "builder")
    repository = try SignerIdentity.required(certificate, 12, "repository")
    commit = try SignerIdentity.required(certificate, 13, "commit")
    let id = try SignerIdentity.required(certificate, 15, "repository's id")
    guard let number = JSON.string(id).int64, number > 0 else {
      throw AttestationError("the certificate's repository id is no number")
    }
    repositoryID = number
    ref = try SignerIdentity.text(certificate, 14)
    workflow = try SignerIdentity.text(certificate, 18)
    trigger = try SignerIdentity.required(certificate, 20, "trigger")
  }

  private static func name(_ certificate: Certificate) throws(AttestationError) -> String {
    let names: SubjectAlternativeNames?
    do { names = try certificate.extensions.subjectAlternativeNames } catch {
      throw AttestationError("the certificate's name cannot be read")
    }
    guard let names, names.count == 1, case .uniformResourceIdentifier(let name)? = names.first
    else { throw AttestationError("the certificate does not name one signer by a URL") }
    return name
  }

  private static func required(
    _ certificate: Certificate, _ number: UInt, _ what: String
  ) throws(AttestationError) -> String {
    guard let text = try text(certificate, number) else {
      throw AttestationError("the certificate names no \(what)")
    }
    return text
  }

  /// A UTF8String in DER, as all from 8 on.
  private static func text(
    _ certificate: Certificate, _ number: UInt
  ) throws(AttestationError) -> String? {
    let oid = ASN1ObjectIdentifier(stringLiteral: "\(arc).\(number)")
    guard let value = certificate.extensions[oid: oid]?.value else { return nil }
    do { return String(try ASN1UTF8String(derEncoded: value)) } catch {
      throw AttestationError("the certificate's extension \(number) is no text")
    }
  }
}

extension SignerIdentity {
  /// What signer and statement say about one thing has to be one (SLSA, verifying artifacts).
  ///
  /// - Throws: for the first thing in which they differ.
  func check(_ said: Provenance) throws(AttestationError) {
    guard name == builder else {
      throw AttestationError("the certificate is made out to \(name), and names \(builder)")
    }
    guard vouchesForItsCommit else {
      throw AttestationError(
        "a run that \(trigger) started may have built another commit than its certificate names")
    }
    try SignerIdentity.compare("commit", commit, said.commit)
    // GitHub takes no notice of its case.
    try SignerIdentity.compare(
      "repository", repository.lowercased(), said.repository?.lowercased())
    try SignerIdentity.compare("builder", builder, said.builder)
    if let ref, let other = said.ref { try SignerIdentity.compare("ref", ref, other) }
    if let workflow, let path = said.workflow, let ref = said.ref {
      try SignerIdentity.compare("workflow", workflow, "\(repository)/\(path)@\(ref)")
    }
  }

  /// As for a job's identity token: who signs is named by one, too.
  private var vouchesForItsCommit: Bool {
    trigger != "pull_request" && ref?.hasPrefix("refs/pull/") != true
      && [builder, workflow ?? builder].allSatisfy {
        VouchingRun.vouches(event: trigger, workflow: $0)
      }
  }

  private static func compare(
    _ what: String, _ certified: String, _ said: String?
  ) throws(AttestationError) {
    guard let said else { throw AttestationError("the statement names no \(what)") }
    guard certified == said else {
      throw AttestationError(
        "the \(what) is \(certified) by the certificate, and \(said) by the statement")
    }
  }
}
