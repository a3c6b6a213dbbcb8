import Ledger

/// `checks:` the same as of the merge gate, on the commit that is deployed.
public struct CommitChecksRule: DeployRule {
  public static let key = "checks"

  public let checks: [CheckRule]

  public init(checks: [CheckRule]) { self.checks = checks }

  public static func read(
    _ node: ConfigNode, _ path: String, _ reader: inout ConfigReader
  ) -> CommitChecksRule? {
    let checks = reader.checks(reader.list(node, in: node, path), path)
    if !checks.isEmpty, !checks.contains(where: \.isRequired) {
      reader.report(node, path, "requires none of its checks")
    }
    return CommitChecksRule(checks: checks)
  }

  public var json: JSON { .array(checks.map(\.json)) }

  public func findings(_ evidence: DeployCase) -> [DeployFinding] {
    guard evidence.commit != nil else {
      return [.init(Self.key, .unknown("no-commit"), "the commit is not known")]
    }
    return checks.map { check in
      let finding = check.finding(in: evidence.checks).withoutTriggers()
      // What was never reported does not come by itself.
      let isMissing = finding.result == .pending("missing")
      return .init(
        Self.key, isMissing ? .fail("missing") : finding.result,
        "\(check.name): \(finding.result.word)", required: check.isRequired,
        entries: finding.entries)
    }
  }
}
