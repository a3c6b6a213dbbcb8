/// `merge-gate: true`: the commit came in by a pull request whose merge was in order.
public struct MergeGateRule: FlagRule {
  public static let key = "merge-gate"

  public init() {}

  public func findings(_ evidence: DeployCase) -> [DeployFinding] { [finding(evidence)] }

  private func finding(_ evidence: DeployCase) -> DeployFinding {
    guard let commit = evidence.commit else {
      return .init(Self.key, .unknown("no-commit"), "the commit is not known")
    }
    let merged = evidence.pulls.filter { $0.mergedAt != nil }
    guard !merged.isEmpty else {
      return .init(
        Self.key, .fail("not-merged"), "no merged pull request led to \(commit.prefix(7))",
        entries: evidence.pulls.flatMap(\.entries))
    }
    // One that was forced in stays so, whatever else leads to the same commit.
    let bad = merged.first { $0.audit == "bypass" && $0.override == nil }
    if let bad {
      return .init(Self.key, .fail("bypass"), "#\(bad.number) bypassed it", entries: bad.entries)
    }
    guard let good = merged.first(where: { $0.audit == "verified" || $0.override != nil }) else {
      return .init(
        Self.key, .unknown("undetermined"), "nobody judged the merge of #\(merged[0].number)",
        entries: merged[0].entries)
    }
    let how = good.audit == "verified" ? "verified" : "overridden by #\(good.override ?? 0)"
    return .init(
      Self.key, .pass, "#\(good.number) \(how)",
      entries: good.entries + [good.override].compactMap { $0 })
  }
}
