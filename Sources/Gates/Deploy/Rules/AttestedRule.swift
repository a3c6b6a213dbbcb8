/// `attested: true`: provenance that names this image and its commit was recorded by a job of the
/// repository. Its signature is vouched for by that job and not checked here.
public struct AttestedRule: FlagRule {
  public static let key = "attested"

  public init() {}

  public func findings(_ evidence: DeployCase) -> [DeployFinding] {
    guard evidence.digest != nil else {
      return [.init(Self.key, .fail("no-digest"), "no digest is named")]
    }
    let own = evidence.attestations.filter { evidence.repositories.contains($0.repository) }
    guard !own.isEmpty else {
      return [.init(Self.key, .fail("missing"), "no provenance of the digest is recorded")]
    }
    let entries = own.map(\.entry)
    let trusted = own.filter(\.isTrusted)
    guard !trusted.isEmpty else {
      return [
        .init(
          Self.key, .fail("unproven"), "no job of the repository vouches for it", entries: entries)
      ]
    }
    guard let commit = evidence.commit else {
      return [
        .init(Self.key, .unknown("no-commit"), "the image's commit is not known", entries: entries)
      ]
    }
    guard trusted.contains(where: { $0.commit == commit }) else {
      return [
        .init(
          Self.key, .fail("other-commit"), "the provenance names another commit", entries: entries)
      ]
    }
    return [.init(Self.key, .pass, "provenance vouched for", entries: entries)]
  }
}
