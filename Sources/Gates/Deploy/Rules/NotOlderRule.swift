/// `not-older: true`: what runs there must not be replaced by something that landed before it.
public struct NotOlderRule: FlagRule {
  public static let key = "not-older"

  public init() {}

  public func findings(_ evidence: DeployCase) -> [DeployFinding] { [finding(evidence)] }

  private func finding(_ evidence: DeployCase) -> DeployFinding {
    guard let running = evidence.running else {
      return .init(Self.key, .pass, "nothing runs there yet")
    }
    if let digest = evidence.digest, digest == running.digest {
      return .init(Self.key, .pass, "it runs there already", entries: [running.entry])
    }
    guard let commit = evidence.commit else {
      return .init(Self.key, .unknown("no-commit"), "the commit is not known")
    }
    if commit == running.commit {
      return .init(Self.key, .pass, "the same commit runs there", entries: [running.entry])
    }
    guard let landing = evidence.landing, let other = running.landing else {
      return .init(
        Self.key, .unknown("no-order"), "nobody knows which of them landed first",
        entries: [running.entry])
    }
    let entries = [landing.entry, other.entry, running.entry]
    if landing.at >= other.at {
      return .init(Self.key, .pass, "newer than what runs there", entries: entries)
    }
    if evidence.request.isRollback {
      return .init(Self.key, .pass, "a rollback, as was asked for", entries: entries)
    }
    return .init(Self.key, .fail("older"), "older than what runs there", entries: entries)
  }
}
