import Ledger

/// One pull request before the gate.
struct PullCase {
  let pull: PullRow
  let policy: Policy
  let tables: any LedgerReader
  let now: Instant

  /// A new verdict, or `nil` when nothing changed. `wanted` carries what earlier verdicts of this
  /// group want GitHub to show.
  func verdict(_ wanted: inout [Commit: StatusText]) throws -> Entry? {
    guard pull.isOpen, let gate = policy.merge, gate.guards(pull.baseRef) else { return nil }
    let verdict = gate.verdict(
      on: try tables.checks(pull.repository, head: pull.headSHA), headSHA: pull.headSHA,
      confirmation: policy.confirmation
    ).lifted(by: try pull.override(tables, now: now), headSHA: pull.headSHA)
    let last = try tables.verdict(pull.repository, pull.number, head: pull.headSHA)
    if let last, try isSame(verdict, last) { return nil }
    let post = try status(verdict, gate, &wanted)
    var data: [String: JSON] = [
      "gate": "merge", "repository_id": .int(pull.repository), "pull": .int(pull.number),
      "head_sha": .string(pull.headSHA), "head_entry": .int(pull.headEntry),
      "state": .string(verdict.state.rawValue), "summary": .string(verdict.summary),
      "confirming": .bool(verdict.isConfirming), "policy": .string(policy.hash),
      "findings": .array(verdict.findings.map(\.json)), "replaces": .optional(last?.entry),
      "post": post.map {
        [
          "context": .string(gate.context), "state": .string($0.state),
          "description": .string($0.description),
        ]
      } ?? .null,
    ]
    if let override = verdict.override { data["override"] = .int(override.entry) }
    return try Entry(
      kind: .verdict, at: now, received: now, source: .ledger, data: .object(data))
  }

  private func isSame(_ verdict: Verdict, _ last: VerdictRow) throws -> Bool {
    guard verdict.isSame(as: last, policy: policy.hash) else { return false }
    guard let override = verdict.override else { return true }
    return try tables.entry(at: last.entry)?.entry.data["override"]?.int == override.entry
  }

  /// What GitHub shall show for the commit, if that is something new.
  ///
  /// A status belongs to a commit: pull requests with the same head have the same evidence and the
  /// same policy, hence one verdict. While a pass is being confirmed a blocking status stands as it
  /// is. A success is taken back, unless GitHub had confirmed it and only an older state was told since:
  /// a delivery that is late would otherwise make every status flicker.
  private func status(
    _ verdict: Verdict, _ gate: MergePolicy, _ wanted: inout [Commit: StatusText]
  ) throws -> StatusText? {
    guard policy.confirmation == .github else { return nil }
    let commit = Commit(repository: pull.repository, sha: pull.headSHA)
    let shown =
      try wanted[commit] ?? tables.wantedStatus(pull.repository, pull.headSHA, gate.context)
    let text = StatusText(state: verdict.state.statusState, description: verdict.summary)
    let isShownAsAllowed = shown?.state == Verdict.State.allow.statusState
    let isOverridden = verdict.override != nil
    // The other one was not let pass, and GitHub shows one status for both.
    if isOverridden, try !pull.others(tables).isEmpty { return nil }
    if shown != nil, !isOverridden, verdict.isConfirming, verdict.isRechecking || !isShownAsAllowed
    {
      return nil
    }
    guard text != shown else { return nil }
    wanted[commit] = text
    return text
  }

  /// Whether the gate stood before this merge: it looked at the pull request while that was open, or
  /// the delivery about the merge came when this policy was in force. What was merged before anything
  /// was guarded is nobody's bypass.
  private func isGuarded(_ merge: PullRow.Merge) throws -> Bool {
    let verdict = try tables.verdict(pull.repository, pull.number, head: merge.headSHA)
    if verdict != nil { return true }
    guard let inForce = try tables.policy(hash: policy.hash)?.index else { return false }
    return merge.isFirsthand && merge.entry > inForce
  }

  /// `gate.bypass.v1` or `gate.verified.v1` about the merge, or `nil` when nothing changed. It is
  /// judged by the policy that was in force when the merge was first seen.
  func audit(policyNamed named: (String) throws -> Policy?) throws -> Entry? {
    guard let merge = pull.merge else { return nil }
    let last = try tables.audit(pull.repository, pull.number)
    guard try last != nil || isGuarded(merge) else { return nil }
    let judge = try last.flatMap { try named($0.policy) } ?? policy
    guard let gate = judge.merge, gate.guards(merge.baseRef) else { return nil }
    let rows = try tables.checks(pull.repository, head: merge.headSHA)
    let audit = gate.audit(rows, mergedAt: merge.at)
      .lifted(by: try pull.override(of: merge, tables))
    let kind: Kind = audit.reason == nil ? .verified : .bypass
    if let last, last.result == (audit.reason == nil ? "verified" : "bypass"),
      last.summary == audit.summary
    {
      return nil
    }
    var data: [String: JSON] = [
      "gate": "merge", "repository_id": .int(pull.repository), "pull": .int(pull.number),
      "head_sha": .string(merge.headSHA), "merged_at": .optional(merge.at),
      "merged_by": .optional(merge.by), "merge_entry": .int(merge.entry),
      "reason": .optional(audit.reason?.rawValue), "summary": .string(audit.summary),
      "findings": .array(audit.findings.map(\.json)), "policy": .string(judge.hash),
      "replaces": .optional(last?.entry),
    ]
    if let override = audit.override { data["override"] = .int(override) }
    return try Entry(
      kind: kind, at: merge.at, received: now, source: .ledger, data: .object(data))
  }
}

extension Verdict {
  fileprivate func isSame(as row: VerdictRow, policy: String) -> Bool {
    row.state == state.rawValue && row.summary == summary && row.confirming == isConfirming
      && row.policy == policy
  }
}
