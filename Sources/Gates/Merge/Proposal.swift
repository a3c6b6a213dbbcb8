import Ledger

/// What would be merged: the head of a pull request, or the commit of a merge group.
struct Proposal {
  let repository: Int64
  /// `nil` for a merge group: it may hold several.
  let pull: Int64?
  /// The branch of a merge group.
  let mergeGroup: String?
  let headSHA: String
  let headEntry: Int64
  let baseRef: String
  private let row: PullRow?

  init(_ pull: PullRow) {
    repository = pull.repository
    self.pull = pull.number
    row = pull
    mergeGroup = nil
    headSHA = pull.headSHA
    headEntry = pull.headEntry
    baseRef = pull.baseRef
  }

  init(_ group: MergeGroupRow) {
    repository = group.repository
    pull = nil
    row = nil
    mergeGroup = group.headRef
    headSHA = group.headSHA
    headEntry = group.entry
    baseRef = group.baseRef
  }

  var commit: Commit { Commit(repository: repository, sha: headSHA) }

  /// What somebody lets pass is a pull request's head, never a merge group.
  func override(_ tables: any LedgerReader, now: Instant) throws -> OverrideRow? {
    try row?.override(tables, now: now)
  }

  /// Whether GitHub shows one status for this and others.
  func isShared(_ tables: any LedgerReader) throws -> Bool {
    try row.map { try !$0.others(tables).isEmpty } ?? false
  }
}

extension Round {
  /// A new verdict, or `nil` when nothing changed.
  mutating func verdict(on proposal: Proposal) throws -> Entry? {
    guard gate.guards(proposal.baseRef) else { return nil }
    let verdict = try judge(proposal)
      .lifted(by: proposal.override(tables, now: now), headSHA: proposal.headSHA)
    let last = try tables.verdict(
      proposal.repository, proposal.pull ?? 0, head: proposal.headSHA)
    if let last, try isSame(verdict, last) { return nil }
    let post = try status(verdict, proposal)
    var data: [String: JSON] = [
      "gate": "merge", "repository_id": .int(proposal.repository),
      "pull": .optional(proposal.pull), "head_sha": .string(proposal.headSHA),
      "head_entry": .int(proposal.headEntry), "state": .string(verdict.state.rawValue),
      "summary": .string(verdict.summary), "confirming": .bool(verdict.isConfirming),
      "policy": .string(policy.hash), "findings": .array(verdict.findings.map(\.json)),
      "replaces": .optional(last?.entry), "post": post.map { json($0) } ?? .null,
    ]
    if let group = proposal.mergeGroup { data["merge_group"] = .string(group) }
    if let override = verdict.override { data["override"] = .int(override.entry) }
    return try Entry.conclusion(.verdict, at: now, now: now, .object(data))
  }

  private func isSame(_ verdict: Verdict, _ last: VerdictRow) throws -> Bool {
    guard verdict.isSame(as: last, policy: policy.hash) else { return false }
    guard let override = verdict.override else { return true }
    return try tables.entry(at: last.entry)?.entry.data["override"]?.int == override.entry
  }

  private func json(_ post: StatusText) -> JSON {
    [
      "context": .string(gate.context), "state": .string(post.state),
      "description": .string(post.description),
    ]
  }

  private mutating func judge(_ proposal: Proposal) throws -> Verdict {
    var verdict = gate.verdict(
      on: try checks(of: proposal.commit), headSHA: proposal.headSHA,
      confirmation: policy.confirmation, base: try base(of: proposal))
    verdict.note(try tables.capability(proposal.repository, branch: proposal.baseRef))
    return verdict
  }

  /// A merge group is made on the tip of its base. Without credentials nobody can ask.
  private func base(of proposal: Proposal) throws -> BaseState {
    guard gate.isStrict, proposal.pull != nil else { return .contained }
    let (repository, branch) = (proposal.repository, proposal.baseRef)
    guard let row = try tables.base(repository, of: proposal.headSHA, branch),
      try tables.lastPush(repository, to: branch).map({ row.since > $0 }) ?? true
    else { return .unknown }
    return .behind(row.behindBy)
  }

  /// What GitHub shall show for the commit, if that is something new.
  ///
  /// A status belongs to a commit: pull requests with the same head have the same evidence and the
  /// same policy, hence one verdict, unless the policy is strict. While a pass is being confirmed a
  /// blocking status stands as it is. A success is taken back, unless GitHub had confirmed it and
  /// only an older state was told since: a delivery that is late would otherwise make every status
  /// flicker.
  private mutating func status(_ own: Verdict, _ proposal: Proposal) throws -> StatusText? {
    guard policy.confirmation == .github else { return nil }
    let verdict = try worst(own, proposal)
    let commit = proposal.commit
    let shown =
      try wanted[commit] ?? tables.wantedStatus(commit.repository, commit.sha, gate.context)
    let text = StatusText(state: verdict.state.statusState, description: verdict.summary)
    let isShownAsAllowed = shown?.state == Verdict.State.allow.statusState
    let isOverridden = verdict.override != nil
    // The other one was not let pass, and GitHub shows one status for both.
    if isOverridden, try proposal.isShared(tables) { return nil }
    if shown != nil, !isOverridden, verdict.isConfirming, verdict.isRechecking || !isShownAsAllowed
    {
      return nil
    }
    guard text != shown else { return nil }
    wanted[commit] = text
    return text
  }

  /// One head may be proposed to several bases, and be behind one of them alone.
  private mutating func worst(_ own: Verdict, _ proposal: Proposal) throws -> Verdict {
    guard gate.isStrict, own.state == .allow, let number = proposal.pull else { return own }
    let others = try tables.pulls(proposal.repository, head: proposal.headSHA).filter {
      $0.isOpen && $0.headSHA == proposal.headSHA && $0.number != number
        && gate.guards($0.baseRef)
    }
    for other in others {
      let verdict = try judge(Proposal(other))
      if verdict.state != .allow { return verdict }
    }
    return own
  }
}

extension Verdict {
  fileprivate func isSame(as row: VerdictRow, policy: String) -> Bool {
    row.state == state.rawValue && row.summary == summary && row.confirming == isConfirming
      && row.policy == policy
  }
}
