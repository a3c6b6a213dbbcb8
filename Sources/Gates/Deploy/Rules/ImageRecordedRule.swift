/// `image-recorded: true`: a build of the service's repository made this image, and whoever says so
/// is believed. What a registry or an image's label says proves nothing.
public struct ImageRecordedRule: FlagRule {
  public static let key = "image-recorded"

  public init() {}

  public func findings(_ evidence: DeployCase) -> [DeployFinding] { [finding(evidence)] }

  private func finding(_ evidence: DeployCase) -> DeployFinding {
    guard evidence.digest != nil else {
      return .init(Self.key, .fail("no-digest"), "no digest is named, and no image is known")
    }
    let links = evidence.links.filter { evidence.repositories.contains($0.repository) }
    let trusted = links.filter(\.isTrusted)
    guard !trusted.isEmpty else {
      return links.isEmpty
        ? .init(
          Self.key, .fail("unknown"), "the digest is not recorded by any build of the service")
        : .init(
          Self.key, .fail("unproven"), "no job of the repository vouches for the digest's commit",
          entries: links.map(\.entry))
    }
    let commits = Set(trusted.map(\.commit))
    guard let commit = evidence.commit, commits.contains(commit) else {
      let named =
        evidence.request.commit == nil
        ? "it was built of several commits" : "the digest is of another commit"
      return .init(Self.key, .fail("other-commit"), named, entries: trusted.map(\.entry))
    }
    return .init(
      Self.key, .pass, "built of \(commit.prefix(7))",
      entries: trusted.filter { $0.commit == commit }.map(\.entry))
  }
}
