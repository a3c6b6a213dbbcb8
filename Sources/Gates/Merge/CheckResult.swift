import Ledger

extension CheckRule {
  /// The words of GitHub that say that a completed run did not pass. `skipped` and `neutral` are
  /// among them, although GitHub lets them merge: a test that did not run did not pass.
  static let failures: Set<String> = [
    "failure", "timed_out", "cancelled", "startup_failure", "action_required", "stale", "skipped",
    "neutral", "error",
  ]

  /// What this check says about a commit, from all that was observed of it.
  ///
  /// The latest run decides, also when it is worse, and of each run its newest observation. With
  /// `instant`, only what existed then is looked at, and a run that ended later had not ended.
  ///
  /// - Parameter rules: all of the policy: what one of them expects is no new name of another.
  func finding(
    in rows: [CheckRow], at instant: Instant? = nil, among rules: [CheckRule] = []
  ) -> Finding {
    let evidence = rows.filter(isEvidence)
    let runs = CheckRow.runs(in: evidence, at: instant)
    guard let latest = CheckRow.latest(of: runs) else {
      var finding = Finding(rule: self, result: .pending("missing"))
      finding.hint = newName(in: rows, besides: rules).map { "reported under a new name? \($0)" }
      return finding
    }
    // A read that shows the run in another state than an earlier one settles what their times do
    // not: an App may reset a run within the second of its start.
    let lastRead = runs[latest.observation.runID]?.compactMap(\.readEntry).max()
    // A read confirms what had been told when it began. Whatever was told since, even a state that
    // the times call older, may mean that a run was reset: it takes another read.
    let lastTold = evidence.compactMap(\.toldEntry).max() ?? -1
    let isSeen = latest.readEntry != nil && latest.readEntry == lastRead
    let isFresh = (latest.readSince ?? -1) > lastTold
    let knowsTrigger = isTriggerKnown(of: latest)
    var finding = Finding(
      rule: self, result: CheckRule.result(of: latest.observation, at: instant),
      runID: latest.observation.runID,
      entries: Set([latest.entry, latest.readEntry].compactMap { $0 }).sorted(),
      isConfirmed: isSeen && isFresh && knowsTrigger, isStale: isSeen && !isFresh && knowsTrigger)
    finding.isTriggerUnknown = !knowsTrigger
    finding.isOpenEnded = CheckRule.isOpenEnded(latest.observation)
    finding.accept(latest.observation)
    if finding.result == .pass, finding.label == nil, instant != nil,
      latest.observation.completedAt == instant
    {
      finding.label = .sameSecond
    }
    return finding
  }

  private static func result(of observation: Observation, at instant: Instant?) -> LocalResult {
    guard observation.isCompleted else { return .pending(observation.status) }
    if let instant {
      // GitHub's clock has whole seconds: auto-merge merges in the second of the last check.
      guard let completed = observation.completedAt, completed <= instant else {
        return .pending("unfinished")
      }
    }
    switch observation.conclusion {
    case "success": return .pass
    case nil: return .pending("no conclusion")
    case let word? where failures.contains(word): return .fail(word)
    case let word?: return .unknown(word)
    }
  }

  /// Whether something that happened before may still be told that changes the result.
  private static func isOpenEnded(_ observation: Observation) -> Bool {
    !observation.isCompleted || observation.conclusion == nil || observation.completedAt == nil
  }
}

extension Finding {
  /// An exception that is written out in the policy makes a pass of one word, for a time.
  fileprivate mutating func accept(_ observation: Observation) {
    guard case .fail(let word) = result, let completed = observation.completedAt,
      rule.accepted.contains(where: { $0.word == word && completed < $0.end })
    else { return }
    (result, label, acceptedWord) = (.pass, .byException, word)
  }

  /// As it counts where nobody can be asked what triggered a run.
  func withoutTriggers() -> Finding {
    guard result == .pass, isTriggerUnknown else { return self }
    var finding = self
    (finding.result, finding.label) = (.pending("trigger unknown"), nil)
    (finding.isOpenEnded, finding.acceptedWord) = (true, nil)
    return finding
  }
}

extension CheckRow {
  /// What there was of each run.
  static func runs(in rows: [CheckRow], at instant: Instant?) -> [Int64: [CheckRow]] {
    Dictionary(grouping: rows, by: \.observation.runID).mapValues { existing(of: $0, at: instant) }
  }

  /// The newest observation of the run that decides.
  static func latest(of runs: [Int64: [CheckRow]]) -> CheckRow? {
    let newest = runs.values.compactMap {
      $0.max { $0.observation.stateKey < $1.observation.stateKey }
    }
    return newest.max { $0.startedBefore($1) }
  }

  /// What there was of one run. An observation without a start is taken to have been there, because
  /// leaving it out could only open the gate, unless the run is known to have started later.
  private static func existing(of rows: [CheckRow], at instant: Instant?) -> [CheckRow] {
    guard let instant else { return rows }
    if let first = rows.compactMap(\.observation.startedAt).min(), first > instant { return [] }
    return rows.filter { ($0.observation.startedAt ?? instant) <= instant }
  }

  private func startedBefore(_ other: CheckRow) -> Bool {
    (startKey, observation.runID) < (other.startKey, other.observation.runID)
  }

  /// An unknown start counts against the gate: such a success is older than all other runs, any
  /// other result as new as it can be.
  private var startKey: String {
    if let started = observation.startedAt { return started.sortKey }
    if observation.isCompleted && observation.conclusion == "success" { return "" }
    return observation.completedAt?.sortKey ?? "~"
  }
}
