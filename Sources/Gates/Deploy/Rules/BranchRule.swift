import Ledger

/// `branch: [main]`: the commit was pushed to one of these branches of this repository. A commit of
/// a fork can be shown under its name and never was.
public struct BranchRule: DeployRule {
  public static let key = "branch"

  public let branches: [BranchPattern]

  public init(branches: [BranchPattern]) { self.branches = branches }

  public static func read(
    _ node: ConfigNode, _ path: String, _ reader: inout ConfigReader
  ) -> BranchRule? {
    BranchRule(branches: reader.texts(node, path).map(BranchPattern.init))
  }

  public var json: JSON { .array(branches.map { .string($0.text) }) }

  public func findings(_ evidence: DeployCase) -> [DeployFinding] {
    guard let commit = evidence.commit else {
      return [.init(Self.key, .unknown("no-commit"), "the commit is not known")]
    }
    let prefix = "refs/heads/"
    let pushed = evidence.pushes.first { push in
      push.ref.hasPrefix(prefix)
        && branches.contains { $0.matches(String(push.ref.dropFirst(prefix.count))) }
    }
    guard let pushed else {
      let names = branches.map(\.text).joined(separator: ", ")
      return [
        .init(Self.key, .fail("elsewhere"), "no push put \(commit.prefix(7)) on \(names)")
      ]
    }
    return [
      .init(
        Self.key, .pass, "on \(pushed.ref.dropFirst(prefix.count))", entries: [pushed.entry])
    ]
  }
}
