import Ledger

/// How the head lies to the tip of its base, as far as it is known.
public enum BaseState: Hashable, Sendable {
  /// The policy does not ask, or what is tested is built on the base.
  case contained
  /// A read that nothing was pushed after; 0 is contained.
  case behind(Int64)
  /// No read, or something was pushed since.
  case unknown
}

extension MergePolicy {
  /// May this commit be merged now? A pure function of policy and evidence.
  public func verdict(
    on rows: [CheckRow], headSHA: String, confirmation: Policy.Confirmation,
    base: BaseState = .contained
  ) -> Verdict {
    let findings = findings(in: rows, confirmation)
    let required = findings.filter(\.rule.isRequired)
    guard !required.isEmpty else {
      return Verdict(
        state: .deny, findings: findings,
        summary: Summary.line(["no check is required: correct gates.merge.checks"]),
        isConfirming: false)
    }
    let state = MergePolicy.state(of: required.map(\.result))
    guard state == .allow else {
      return Verdict(
        state: state, findings: findings, summary: Summary.blocked(findings), isConfirming: false)
    }
    return passed(required, findings, headSHA, confirmation, base)
  }

  private func findings(
    in rows: [CheckRow], _ confirmation: Policy.Confirmation
  ) -> [Finding] {
    let findings = checks.map { $0.finding(in: rows, among: checks) }
    return confirmation == .github ? findings : findings.map { $0.withoutTriggers() }
  }

  /// Every required check passed. Is that what GitHub shows, and on what will be merged?
  private func passed(
    _ required: [Finding], _ findings: [Finding], _ headSHA: String,
    _ confirmation: Policy.Confirmation, _ base: BaseState
  ) -> Verdict {
    let unconfirmed = confirmation == .github ? required.filter { !$0.isConfirmed } : []
    guard unconfirmed.isEmpty else {
      return Verdict(
        state: .pending, findings: findings, summary: Summary.confirming(unconfirmed, findings),
        isConfirming: true)
    }
    guard !isStrict || base == .contained || base == .behind(0) else {
      return Verdict(
        state: .pending, findings: findings, summary: Summary.behind(base, findings),
        isConfirming: base == .unknown)
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
  /// Whether nothing that may still be told changes the answer, but evidence that GitHub has not
  /// told in time.
  public var isConclusive: Bool
  /// The entry that let it pass although its checks had not.
  public var override: Int64?
}

extension MergePolicy {
  /// Judges by everything that was ever observed, whenever it arrived, as it stood at `mergedAt`.
  /// A success that came later repairs nothing; evidence that came late but tells of a success
  /// before the merge does.
  public func audit(_ rows: [CheckRow], mergedAt: Instant) -> MergeAudit {
    let findings = checks.map {
      $0.finding(in: rows, at: mergedAt, among: checks).withoutTriggers()
    }
    let required = findings.filter(\.rule.isRequired)
    let reason = MergePolicy.reason(required.map(\.result))
    let blocking = required.filter { $0.result != .pass }
    return MergeAudit(
      reason: reason, findings: findings,
      summary: reason == nil ? Summary.hadPassed(required) : Summary.bypassed(required),
      isConclusive: blocking.isEmpty || blocking.contains { !$0.isOpenEnded })
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
