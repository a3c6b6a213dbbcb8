import Gates
import Ledger

/// The rules of the gate said a second time, in another way: nothing is sorted or grouped; a row
/// decides when no other row beats it. `Slip` makes it wrong in one point.
struct SecondModel {
  enum Slip: CaseIterable {
    case acceptsSkipped, acceptsNeutral, ignoresApp, ignoresTrigger, matchesPrefix
    case firstRunWins, lastRowWins, ignoresReads, opensWhenMissing, ignoresKind
    case unknownStartIsOldest, anyReadWillDo
    case ignoresUnknownTrigger, ignoresPinnedTrigger, ignoresPinnedWorkflow
    case acceptsForever, acceptsAnyWord
  }

  var slip: Slip?

  func state(of history: History) -> Verdict.State {
    let required = history.rules.filter(\.isRequired)
    if required.isEmpty { return .deny }
    var (waits, unread) = (false, false)
    for rule in required {
      guard let row = decisive(history.rows.filter { counts($0, for: rule) }) else {
        if slip != .opensWhenMissing { waits = true }
        continue
      }
      if row.observation.status != "completed" || row.observation.conclusion == nil {
        waits = true
      } else if !passes(row.observation.conclusion) && !isAccepted(row.observation, by: rule) {
        return .deny
      } else if isOfUnknownTrigger(row, for: rule) {
        if history.confirmation == .github { unread = true } else { waits = true }
      } else if !isRead(row, history.rows) {
        unread = true
      }
    }
    if waits { return .pending }
    return unread && history.confirmation == .github && slip != .ignoresReads ? .pending : .allow
  }

  private func passes(_ word: String?) -> Bool {
    switch word {
    case "success": true
    case "skipped": slip == .acceptsSkipped
    case "neutral": slip == .acceptsNeutral
    default: false
    }
  }

  private func isAccepted(_ seen: Observation, by rule: CheckRule) -> Bool {
    for exception in rule.accepted {
      guard slip == .acceptsAnyWord || exception.word == seen.conclusion else { continue }
      guard let end = seen.completedAt else { continue }
      let day = String(end.description.prefix(10))
      if slip == .acceptsForever || day <= exception.until {
        return ["skipped", "neutral", "failure"].contains(seen.conclusion)
      }
    }
    return false
  }

  private func isOfUnknownTrigger(_ row: CheckRow, for rule: CheckRule) -> Bool {
    if slip == .ignoresUnknownTrigger || row.observation.source == .status { return false }
    if row.observation.appID == actions {
      return row.trigger == nil || rule.workflow != nil && row.workflow == nil
    }
    return !rule.triggers.isEmpty || rule.workflow != nil
  }

  /// The newest read that saw the run saw this.
  private func isRead(_ row: CheckRow, _ rows: [CheckRow]) -> Bool {
    guard let read = row.readEntry else { return false }
    if slip == .anyReadWillDo { return true }
    return !rows.contains { isSameRun($0, row) && ($0.readEntry ?? 0) > read }
  }

  private func counts(_ row: CheckRow, for rule: CheckRule) -> Bool {
    let seen = row.observation
    if row.trigger == "pull_request_target", slip != .ignoresTrigger { return false }
    if let trigger = row.trigger, !rule.triggers.isEmpty, slip != .ignoresPinnedTrigger {
      if !rule.triggers.contains(trigger) { return false }
    }
    if let path = row.workflow, let pinned = rule.workflow, slip != .ignoresPinnedWorkflow {
      if path != pinned { return false }
    }
    let isNamed =
      slip == .matchesPrefix ? seen.name.hasPrefix(rule.name) : seen.name == rule.name
    if !isNamed { return false }
    if case .creator(let id) = rule.reporter {
      return slip == .ignoresKind || seen.source == .status && seen.creatorID == id
    }
    if seen.source == .status { return slip == .ignoresKind }
    switch rule.reporter {
    case .app: return slip == .ignoresApp || seen.appID == actions
    case .appID(let id): return slip == .ignoresApp || seen.appID == id
    case .anyApp, .creator: return true
    }
  }

  private func isSameRun(_ one: CheckRow, _ other: CheckRow) -> Bool {
    one.observation.runID == other.observation.runID
      && one.observation.source == other.observation.source
  }

  private func decisive(_ rows: [CheckRow]) -> CheckRow? {
    if slip == .lastRowWins { return rows.last }
    let newest = rows.filter { row in
      !rows.contains { isSameRun($0, row) && isNewer($0.observation, row.observation) }
    }
    let later: (Observation, Observation) -> Bool =
      slip == .firstRunWins ? { isLater($1, $0) } : { isLater($0, $1) }
    let last = newest.filter { row in
      !newest.contains { later($0.observation, row.observation) }
    }
    return last.max { ($0.readEntry ?? 0) < ($1.readEntry ?? 0) }
  }

  /// Of two observations of one run. Where times and rank do not tell, the one that blocks.
  private func isNewer(_ one: Observation, _ other: Observation) -> Bool {
    let (start, otherStart) = (time(one.startedAt), time(other.startedAt))
    if start != otherStart { return start > otherStart }
    let (rank, otherRank) = (self.rank(one.status), self.rank(other.status))
    if rank != otherRank { return rank > otherRank }
    let (end, otherEnd) = (time(one.completedAt), time(other.completedAt))
    if end != otherEnd { return end > otherEnd }
    let (good, otherGood) = (one.conclusion == "success", other.conclusion == "success")
    if good != otherGood { return otherGood }
    return (one.conclusion ?? "") > (other.conclusion ?? "")
  }

  /// Of two runs.
  private func isLater(_ one: Observation, _ other: Observation) -> Bool {
    let (start, otherStart) = (begin(one), begin(other))
    return start == otherStart ? one.runID > other.runID : start > otherStart
  }

  /// A start that is not known counts against the gate.
  private func begin(_ run: Observation) -> Int64 {
    if let start = run.startedAt { return start.microseconds }
    if run.conclusion == "success" || slip == .unknownStartIsOldest { return .min }
    return run.completedAt?.microseconds ?? .max
  }

  private func time(_ instant: Instant?) -> Int64 { instant?.microseconds ?? .min }

  private func rank(_ status: String) -> Int {
    ["queued", "in_progress", "completed"].firstIndex(of: status) ?? 0
  }
}
