import Ledger

extension CheckRule {
  /// The words of GitHub that say that a completed run did not pass. `skipped` and `neutral` are
  /// among them, although GitHub lets them merge: a test that did not run did not pass.
  private static let failures: Set<String> = [
    "failure", "timed_out", "cancelled", "startup_failure", "action_required", "stale", "skipped",
    "neutral", "error",
  ]

  /// What this check says about a commit, from all that was observed of it.
  ///
  /// The latest run decides, also when it is worse, and of each run its newest observation. With
  /// `instant`, only what existed then is looked at, and a run that ended later had not ended.
  func finding(in rows: [CheckRow], at instant: Instant? = nil) -> Finding {
    let evidence = rows.filter { row in
      isReported(by: row.observation) && row.trigger != "pull_request_target"
        && row.existed(at: instant)
    }
    let runs = Dictionary(grouping: evidence, by: \.observation.runID).values.compactMap {
      $0.max { $0.observation.stateKey < $1.observation.stateKey }
    }
    guard let latest = runs.max(by: { $0.startedBefore($1) }) else {
      return Finding(rule: self, result: .pending("missing"))
    }
    return Finding(
      rule: self, result: CheckRule.result(of: latest.observation, at: instant),
      runID: latest.observation.runID,
      entries: Set([latest.entry, latest.readEntry].compactMap { $0 }).sorted(),
      isConfirmed: latest.readEntry != nil)
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
}

extension CheckRow {
  /// A run without a start is taken to have existed: leaving it out could only open the gate.
  fileprivate func existed(at instant: Instant?) -> Bool {
    guard let instant, let started = observation.startedAt else { return true }
    return started <= instant
  }

  fileprivate func startedBefore(_ other: CheckRow) -> Bool {
    let (mine, theirs) = (
      observation.startedAt?.sortKey ?? "", other.observation.startedAt?.sortKey ?? ""
    )
    return (mine, observation.runID) < (theirs, other.observation.runID)
  }
}
