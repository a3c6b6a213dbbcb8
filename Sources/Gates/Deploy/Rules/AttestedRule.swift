import Ledger

/// `attested: true`: provenance that names this image and its commit was recorded by a job of the
/// repository, which vouches for its signature, or its signature was verified here.
/// `attested: verified`: the latter alone. One whose signature failed never counts.
public struct AttestedRule: DeployRule {
  public static let key = "attested"

  public let demandsVerified: Bool

  public init(demandsVerified: Bool = false) { self.demandsVerified = demandsVerified }

  public static func read(
    _ node: ConfigNode, _ path: String, _ reader: inout ConfigReader
  ) -> AttestedRule? {
    switch node.content {
    case .scalar(.bool(true)): return AttestedRule()
    case .scalar(.string("verified")): return AttestedRule(demandsVerified: true)
    default:
      reader.report(node, path, "must be true or verified; leave it out for what is not wanted")
      return nil
    }
  }

  public var json: JSON { demandsVerified ? "verified" : true }

  public func findings(_ evidence: DeployCase) -> [DeployFinding] {
    guard evidence.digest != nil else {
      return [.init(Self.key, .fail("no-digest"), "no digest is named")]
    }
    let own = evidence.attestations.filter { evidence.repositories.contains($0.repository) }
    let newest = own.max { $0.newest < $1.newest }
    let failed = newest.flatMap { $0.verification == "failed" ? $0 : nil }
    let finding = finding(own, failed, evidence.commit)
    guard let failed, finding.word != "failed" else { return [finding] }
    return [finding, AttestedRule.finding(failed, required: false)]
  }

  private func finding(
    _ own: [DeployCase.Attestation], _ failed: DeployCase.Attestation?, _ commit: String?
  ) -> DeployFinding {
    let sound = own.filter { $0.verification != "failed" }
    let wanted = sound.filter { !demandsVerified || $0.verification == "verified" }
    guard !wanted.isEmpty else {
      if let failed { return AttestedRule.finding(failed, required: true) }
      guard sound.isEmpty else {
        return .init(
          Self.key, .fail("unverified"), "the signature of its provenance was not verified",
          entries: sound.map(\.entry))
      }
      return .init(Self.key, .fail("missing"), "no provenance of the digest is recorded")
    }
    return finding(wanted, commit)
  }

  private func finding(
    _ wanted: [DeployCase.Attestation], _ commit: String?
  ) -> DeployFinding {
    let entries = wanted.map(\.entry)
    func found(_ result: LocalResult, _ detail: String) -> DeployFinding {
      .init(Self.key, result, detail, entries: entries)
    }
    let trusted = wanted.filter(\.isTrusted)
    guard !trusted.isEmpty else {
      return found(.fail("unproven"), "no job of the repository vouches for it")
    }
    guard let commit else {
      return found(.unknown("no-commit"), "the image's commit is not known")
    }
    let own = trusted.filter { $0.commit == commit }
    guard !own.isEmpty else {
      return found(.fail("other-commit"), "the provenance names another commit")
    }
    let isVerified = own.contains { $0.verification == "verified" }
    return found(.pass, isVerified ? "provenance verified" : "provenance vouched for")
  }

  private static func finding(
    _ failed: DeployCase.Attestation, required: Bool
  ) -> DeployFinding {
    .init(
      key, .fail("failed"),
      "the newest provenance does not hold: \(failed.reason ?? "no reason is known")",
      required: required, entries: [failed.newest])
  }
}

extension DeployFinding {
  fileprivate var word: String { result.word }
}
