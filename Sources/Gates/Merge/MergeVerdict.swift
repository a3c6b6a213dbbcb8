import Ledger

extension MergePolicy {
  /// May this commit be merged now? A pure function of policy and evidence.
  public func verdict(
    on rows: [CheckRow], headSHA: String, confirmation: Policy.Confirmation
  ) -> Verdict {
    let findings = checks.map { $0.finding(in: rows) }
    let required = findings.filter(\.rule.isRequired)
    guard !required.isEmpty else {
      return Verdict(
        state: .deny, findings: findings,
        summary: Summary.line(["no check is required: correct gates.merge.checks"]),
        isConfirming: false)
    }
    let unconfirmed =
      confirmation == .github
      ? required.filter { $0.result == .pass && !$0.isConfirmed } : []
    let state = MergePolicy.state(of: required.map(\.result))
    guard state == .allow else {
      return Verdict(
        state: state, findings: findings, summary: Summary.blocked(findings), isConfirming: false)
    }
    guard unconfirmed.isEmpty else {
      return Verdict(
        state: .pending, findings: findings, summary: Summary.confirming(unconfirmed, findings),
        isConfirming: true)
    }
    return Verdict(
      state: .allow, findings: findings,
      summary: Summary.passed(required.count, at: headSHA, findings), isConfirming: false)
  }

  /// The greatest result in the order fail, unknown, pending, pass.
  private static func state(of results: [LocalResult]) -> Verdict.State {
    var state = Verdict.State.allow
    for result in results {
      switch result {
      case .pass: continue
      case .fail, .unknown: return .deny
      case .pending: state = .pending
      }
    }
    return state
  }
}

/// Was a merge in order at its instant?
public struct MergeAudit: Hashable, Sendable {
  public enum Reason: String, Sendable {
    case failed
    case pendingAtMerge = "pending-at-merge"
    case missing
    /// A person had let it pass.
    case overridden
  }

  /// `nil`: all required checks had passed.
  public var reason: Reason?
  public var findings: [Finding]
  public var summary: String
  /// The entry that let it pass although its checks had not.
  public var override: Int64?
}

extension MergePolicy {
  /// Judges by everything that was ever observed, whenever it arrived, as it stood at `mergedAt`.
  /// A success that came later repairs nothing; evidence that came late but tells of a success
  /// before the merge does.
  public func audit(_ rows: [CheckRow], mergedAt: Instant) -> MergeAudit {
    let findings = checks.map { $0.finding(in: rows, at: mergedAt) }
    let required = findings.filter(\.rule.isRequired)
    let reason = MergePolicy.reason(required.map(\.result))
    let summary =
      reason == nil
      ? Summary.line(["\(required.count) of \(required.count) had passed"])
      : Summary.bypassed(required)
    return MergeAudit(reason: reason, findings: findings, summary: summary)
  }

  private static func reason(_ results: [LocalResult]) -> MergeAudit.Reason? {
    if results.isEmpty { return .missing }
    var reason: MergeAudit.Reason?
    for result in results {
      switch result {
      case .pass: continue
      case .fail, .unknown: return .failed
      case .pending("missing"): reason = reason ?? .missing
      case .pending: reason = .pendingAtMerge
      }
    }
    return reason
  }
}
