import Ledger

/// One merged pull request: was the merge in order?
struct AuditCase {
  let pull: PullRow
  let policy: Policy
  let tables: any LedgerReader
  let now: Instant

  static let untested = "head tested, merge result not tested"

  /// `gate.verified.v1`, `gate.bypass.v1` or `gate.undetermined.v1`, or `nil` when nothing changed.
  /// It is judged by the policy that was in force when the merge was first seen.
  func entry(policyNamed named: (String) throws -> Policy?) throws -> Entry? {
    guard let merge = pull.merge else { return nil }
    let last = try tables.audit(pull.repository, pull.number)
    guard try last != nil || isGuarded(merge) else { return nil }
    let judge = try last.flatMap { try named($0.policy) } ?? policy
    guard let gate = judge.merge, gate.guards(merge.baseRef) else { return nil }
    let decision = try decide(merge, gate, canAsk: judge.confirmation == .github)
      .lifted(by: pull.override(of: merge, tables))
    if let last, !decision.replaces(last) { return nil }
    var data: [String: JSON] = [
      "gate": "merge", "repository_id": .int(pull.repository), "pull": .int(pull.number),
      "head_sha": .string(merge.headSHA), "merged_at": .optional(merge.at),
      "merged_by": .optional(merge.by), "merge_entry": .int(merge.entry),
      "reason": .optional(decision.audit.reason?.rawValue),
      "summary": .string(decision.audit.summary),
      "findings": .array(decision.audit.findings.map(\.json)), "policy": .string(judge.hash),
      "replaces": .optional(last?.entry),
    ]
    if let override = decision.audit.override { data["override"] = .int(override) }
    if decision.sha != merge.headSHA { data["evidence_sha"] = .string(decision.sha) }
    if decision.kind == .verified, try isUntested(merge, gate, decision.sha) {
      data["label"] = .string(AuditCase.untested)
    }
    let errands = try gate.onBypass.errands(
      after: decision.kind, replacing: last?.entry, hasPull: true, tables)
    return try Entry.conclusion(
      decision.kind, at: merge.at, now: now, JSON.object(data).with(errands: errands))
  }

  /// Whether the gate stood before this merge: it looked at the pull request while that was open,
  /// or the delivery about the merge came when this policy was in force, or, where that was lost,
  /// GitHub says that it was merged since. What was merged before anything was guarded is nobody's
  /// bypass.
  private func isGuarded(_ merge: PullRow.Merge) throws -> Bool {
    let verdict = try tables.verdict(pull.repository, pull.number, head: merge.headSHA)
    if verdict != nil { return true }
    guard let inForce = try tables.policy(hash: policy.hash) else { return false }
    if merge.isFirsthand { return merge.entry > inForce.index }
    let isRead = try tables.entry(at: merge.entry)?.entry.kind == .pullRead
    return isRead && merge.at >= inForce.entry.received
  }

  private struct Decision {
    let kind: Kind
    let audit: MergeAudit
    /// The commit whose evidence decided, or is waited for.
    let sha: String

    func lifted(by override: OverrideRow?) -> Decision {
      guard kind != .verified, override != nil else { return self }
      return Decision(kind: .bypass, audit: audit.lifted(by: override), sha: sha)
    }

    /// A bypass is taken back by evidence alone, never by waiting for some.
    func replaces(_ last: AuditRow) -> Bool {
      switch (last.result, kind) {
      case ("verified", .verified), ("bypass", .bypass): last.summary != audit.summary
      case ("bypass", .undetermined): false
      case ("undetermined", .undetermined): last.summary != audit.summary || last.sha != sha
      default: true
      }
    }
  }

  /// What is missing may only be late: GitHub is asked once after the merge was told, and what it
  /// shows then decides.
  private func decide(
    _ merge: PullRow.Merge, _ gate: MergePolicy, canAsk: Bool
  ) throws -> Decision {
    var (open, decided): (Decision?, Decision?)
    for candidate in try candidates(merge) {
      let rows = try candidate.rows.map { try tables.checks(pull.repository, head: $0) } ?? []
      let audit = gate.audit(rows, mergedAt: merge.at)
      guard audit.reason != nil else {
        return Decision(kind: .verified, audit: audit, sha: candidate.sha)
      }
      guard candidate.isBinding else { continue }
      let isAsked = try tables.lastRead(pull.repository, of: candidate.sha) ?? -1 > merge.entry
      if canAsk, !isAsked, !audit.isConclusive {
        open = open ?? Decision(kind: .undetermined, audit: audit, sha: candidate.sha)
      }
      decided = Decision(kind: .bypass, audit: audit, sha: candidate.sha)
    }
    if let decision = open ?? decided { return decision }
    return Decision(
      kind: .bypass, audit: gate.audit([], mergedAt: merge.at), sha: merge.headSHA)
  }

  /// A commit whose checks may answer for the merge.
  private struct Candidate {
    let sha: String
    /// Whose checks count; `nil`: nobody's.
    let rows: String?
    /// Whether what it lacks is the merge's lack. A group that was told after the merge only ever
    /// helps.
    let isBinding: Bool
  }

  /// The head that was merged; or, when it went through a merge queue, the groups that held it: the
  /// success of its own head is not enough then.
  private func candidates(_ merge: PullRow.Merge) throws -> [Candidate] {
    var named = try tables.mergeGroups(pull.repository, pull: pull.number)
    if let sha = merge.sha, let group = try tables.mergeGroup(pull.repository, head: sha),
      !named.contains(group)
    {
      named.append(group)
    }
    named = try named.filter {
      try ExactBranch.isMeant($0.baseRef, merge.baseRef, at: $0.entry, tables)
    }
    guard !named.isEmpty else {
      return [Candidate(sha: merge.headSHA, rows: merge.headSHA, isBinding: true)]
    }
    let groups = try stacked(on: named.filter(\.mayHaveLanded))
    let candidates = groups.sorted { $0.entry < $1.entry }.map { group in
      Candidate(
        sha: group.headSHA, rows: group.headSHA,
        isBinding: named.contains(group) || group.entry < merge.entry)
    }
    let none = Candidate(sha: merge.headSHA, rows: nil, isBinding: true)
    return candidates.contains(where: \.isBinding) ? candidates : [none] + candidates
  }

  /// These groups and those behind them in the queue, which hold what these hold.
  private func stacked(on groups: [MergeGroupRow]) throws -> Set<MergeGroupRow> {
    var (all, next) = (Set(groups), groups)
    while let group = next.popLast(), all.count < Affected.longestQueue {
      for behind in try tables.mergeGroups(pull.repository, on: group.headSHA)
      where behind.mayHaveLanded && all.insert(behind).inserted {
        next.append(behind)
      }
    }
    return all
  }

  /// Whether nothing but the head was tested: what a merge makes of it may be something else.
  private func isUntested(
    _ merge: PullRow.Merge, _ gate: MergePolicy, _ sha: String
  ) throws -> Bool {
    guard sha == merge.headSHA, let result = merge.sha, result != sha else { return false }
    return try !tables.checks(pull.repository, head: result).contains { row in
      gate.checks.contains { $0.isRequired && $0.isEvidence(row) }
    }
  }
}

extension MergeGroupRow {
  /// GitHub dropped it without a merge: its checks were about something that is nowhere.
  fileprivate var mayHaveLanded: Bool { endReason != "invalidated" && endReason != "dequeued" }
}
