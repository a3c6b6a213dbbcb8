import Ledger

/// A made-up history of one commit, and what a policy shall say about it
/// (`schema/policy-tests.schema.json`).
public struct PolicyCase: Hashable, Sendable {
  public enum Answer: String, Sendable, CaseIterable {
    case allow, deny, pending
    /// After the merge: it was in order, or not.
    case verified, bypass
    /// The policy says nothing about this branch.
    case unguarded
  }

  public struct Result: Hashable, Sendable {
    public let name: String
    public let expected: Answer
    public let found: Answer
    /// The line that GitHub would show.
    public let summary: String
    /// What is not as it was expected; `nil` when the case holds.
    public let difference: String?
  }

  public var name: String
  public var base: String
  /// 40 hexadecimal digits.
  public var head: String
  public var evidence: [CheckRow]
  /// With it the merge is judged, without it the open pull request.
  public var mergedAt: Instant?
  public var expected: Answer
  /// Part of the summary.
  public var words: String?

  /// Every success is taken as confirmed by GitHub.
  public func run(on policy: Policy) -> Result {
    let (found, summary) = answer(of: policy)
    return Result(
      name: name, expected: expected, found: found, summary: summary,
      difference: difference(found, summary))
  }

  private func answer(of policy: Policy) -> (Answer, String) {
    guard let merge = policy.merge, merge.guards(base) else {
      return (.unguarded, "no gate guards the branch \(base)")
    }
    if let mergedAt {
      let audit = merge.audit(evidence, mergedAt: mergedAt)
      return (audit.reason == nil ? .verified : .bypass, audit.summary)
    }
    let verdict = merge.verdict(on: evidence, headSHA: head, confirmation: .webhooks)
    let answers: [Verdict.State: Answer] = [.allow: .allow, .deny: .deny, .pending: .pending]
    return (answers[verdict.state] ?? .deny, verdict.summary)
  }

  private func difference(_ found: Answer, _ summary: String) -> String? {
    if found != expected {
      return "expected \(expected.rawValue), found \(found.rawValue): \(summary)"
    }
    guard let words, !summary.contains(words) else { return nil }
    return "the summary does not contain \"\(words)\": \(summary)"
  }
}

/// A file of cases.
public struct PolicyCases: Hashable, Sendable {
  /// The policy file, as the file of cases names it.
  public var policy: String
  public var cases: [PolicyCase]

  /// Throws everything that is wrong with it at once.
  public init(_ root: ConfigNode) throws(PolicyProblems) {
    var reader = ConfigReader()
    let read = reader.policyCases(root)
    guard reader.problems.isEmpty, let read else { throw PolicyProblems(reader.problemsInOrder) }
    (policy, cases) = read
  }
}
