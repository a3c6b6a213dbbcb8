import Ledger

/// One commit that a guarded branch was set to.
struct LandingCase {
  let landing: LandingRow
  /// In force when the push was told.
  let policy: Policy
  let gate: MergePolicy
  let tables: any LedgerReader
  let now: Instant

  private struct Audit {
    var kind: Kind
    var reason: String?
    var summary: String
    var entries: [Int64]
    var isConfirming = false
  }

  /// A new conclusion, or `nil` when nothing changed. What is in order at first sight needs none.
  func conclusion() throws -> Entry? {
    let last = try tables.landingAudit(
      landing.repository, branch: landing.branch, sha: landing.sha)
    let audit = try audit()
    guard last != nil || audit.kind != .verified else { return nil }
    if let last, last.isSame(audit.kind, audit.reason, audit.summary, landing.entry) {
      return nil
    }
    let errands = try gate.onBypass.errands(
      after: audit.kind, replacing: last?.entry, hasPull: false, tables)
    return try Entry.conclusion(
      audit.kind, at: landing.at, now: now, data(audit, replacing: last).with(errands: errands))
  }

  private func data(_ audit: Audit, replacing last: LandingAuditRow?) -> JSON {
    [
      "gate": "push", "repository_id": .int(landing.repository),
      "branch": .string(landing.branch), "sha": .string(landing.sha),
      "before": .optional(landing.before), "actor": .optional(landing.actor),
      "pushed_at": .optional(landing.at), "landing_entry": .int(landing.entry),
      "reason": .optional(audit.reason), "summary": .string(audit.summary),
      "confirming": .bool(audit.isConfirming), "entries": .array(audit.entries.map(JSON.int)),
      "policy": .string(policy.hash), "replaces": .optional(last?.entry),
    ]
  }

  // MARK: what it was

  private func audit() throws -> Audit {
    if landing.isForced {
      return Audit(
        kind: .bypass, reason: "force-push",
        summary: line("commits were dropped from \(landing.branch) by a forced push"),
        entries: [landing.entry])
    }
    if let found = try explanation() {
      return Audit(
        kind: .verified, summary: line(found.sentence), entries: [landing.entry, found.entry])
    }
    if let read = try tables.landingRead(landing.repository, sha: landing.sha)?.index,
      read > landing.entry
    {
      return Audit(
        kind: .bypass, reason: "no-pull-request",
        summary: line("pushed to \(landing.branch) without a pull request"),
        entries: [landing.entry, read])
    }
    let isAsked = policy.confirmation == .github
    return Audit(
      kind: .undetermined, reason: isAsked ? "not-read" : "no-credentials",
      summary: line(
        "no pull request is known that was merged into \(landing.branch) as this commit"),
      entries: [landing.entry], isConfirming: isAsked)
  }

  private func line(_ text: String) -> String { Summary.line([text]) }

  private struct Explanation {
    let sentence: String
    let entry: Int64
  }

  private func explanation() throws -> Explanation? {
    let (repository, sha) = (landing.repository, landing.sha)
    for pull in try tables.pulls(repository, landedAs: sha) {
      guard let merge = pull.merge, try isHome(merge.baseRef) else { continue }
      return explanation(pull.number, merge.entry)
    }
    guard let read = try tables.landingRead(repository, sha: sha) else { return nil }
    let pulls = (read.entry.data["pulls"]?.array ?? []).compactMap(LandedPull.init(json:))
    return try pulls.first { pull in
      guard let base = pull.baseRef, pull.landed(as: sha, at: landing.at) else { return false }
      return try isHome(base)
    }.map { explanation($0.number, read.index) }
  }

  private func explanation(_ pull: Int64, _ entry: Int64) -> Explanation {
    Explanation(sentence: "pull request #\(pull) was merged", entry: entry)
  }

  /// A new branch adds nothing when it begins at what another guarded branch took.
  private func isHome(_ base: String) throws -> Bool {
    if landing.isCreated, gate.guards(base) { return true }
    return try isHere(base)
  }

  /// Byte by byte, where the push tells its branch so: two spellings of an accented letter are two
  /// branches. What was concluded of older pushes must be concluded again.
  private func isHere(_ base: String) throws -> Bool {
    guard base == landing.branch, !base.isExactly(landing.branch) else {
      return base.isExactly(landing.branch)
    }
    return try tables.entry(at: landing.entry)?.entry.data["branch"]?.string == nil
  }
}

extension LandingAuditRow {
  fileprivate func isSame(
    _ kind: Kind, _ reason: String?, _ summary: String, _ landing: Int64
  ) -> Bool {
    let word = kind == .bypass ? "bypass" : kind == .verified ? "verified" : "undetermined"
    return result == word && self.reason == reason && self.summary == summary
      && self.landing == landing
  }
}
