import Ledger

/// Anyone who may write statuses can write under the gate's context. GitHub shows the last writer.
extension Round {
  /// Of one commit and context. Two ledgers that guard the same one would never stop; the alarm
  /// after these is the last one, and does not make ours due again.
  static let maximumAlarms = 5

  /// One alarm for each result of somebody else under our context, on commits that are guarded.
  mutating func alarms(on affected: Affected) throws -> [Entry] {
    guard policy.confirmation == .github else { return [] }
    let pulls = affected.pulls.filter { $0.isOpen && gate.guards($0.baseRef) }
      .map { Proposal($0).commit }
    let groups = affected.groups.filter { $0.isOpen && gate.guards($0.baseRef) }
      .map { Proposal($0).commit }
    let confirmed = affected.confirmed.filter { $0.context == gate.context }.map(\.commit)
    var (entries, seen): ([Entry], Set<Commit>) = ([], [])
    for commit in pulls + groups + confirmed where seen.insert(commit).inserted {
      entries += try alarms(on: commit)
    }
    return entries
  }

  /// While a post of ours is under way a status may be ours without our knowing: its confirmation
  /// brings the question up again.
  private mutating func alarms(on commit: Commit) throws -> [Entry] {
    let (repository, sha) = (commit.repository, commit.sha)
    guard let posted = try tables.postedStatus(repository, sha, gate.context),
      posted.reporter != nil, let text = posted.text,
      try text == wanted[commit] ?? tables.wantedStatus(repository, sha, gate.context)
    else { return [] }
    let context = gate.context.lowercased()
    let rows = try checks(of: commit).filter { $0.observation.name.lowercased() == context }
    let runs = Dictionary(grouping: rows) { Run($0.observation) }
    var count = try runs.keys.count { try tables.hasAlarm(repository, $0.source, run: $0.id) }
    return try runs.keys.sorted().compactMap { run in
      guard count <= Round.maximumAlarms,
        let row = runs[run]?.max(by: { $0.observation.stateKey < $1.observation.stateKey }),
        try isForeign(row.observation),
        try !tables.hasAlarm(repository, row.observation.source, run: run.id)
      else { return nil }
      count += 1
      return try alarm(about: row, on: commit, givesUp: count > Round.maximumAlarms)
    }
  }

  private struct Run: Hashable, Comparable {
    let source: Observation.Source
    let id: Int64

    init(_ observation: Observation) {
      source = observation.source
      id = observation.runID
    }

    static func < (left: Run, right: Run) -> Bool {
      (left.source.rawValue, left.id) < (right.source.rawValue, right.id)
    }
  }

  private func isForeign(_ observation: Observation) throws -> Bool {
    guard let reporter = observation.reporter else { return true }
    return try !tables.isOwnReporter(observation.source.rawValue, reporter)
  }

  private func alarm(
    about row: CheckRow, on commit: Commit, givesUp: Bool
  ) throws -> Entry {
    let seen = row.observation
    var data: [String: JSON] = [
      "repository_id": .int(commit.repository), "head_sha": .string(commit.sha),
      "context": .string(gate.context), "source": .string(seen.source.rawValue),
      "run": .int(seen.runID), "reporter": .optional(seen.reporter),
      "state": .string(seen.state), "seen": .int(row.entry),
    ]
    if givesUp { data["gives_up"] = true }
    return try Entry.conclusion(
      .statusOverwritten, at: seen.completedAt ?? seen.startedAt, now: now, .object(data))
  }
}

extension Observation {
  /// The user of a status, the App of a check run.
  fileprivate var reporter: Int64? { source == .status ? creatorID : appID }

  /// GitHub's word for what it shows.
  fileprivate var state: String {
    conclusion ?? (source == .status ? "pending" : status)
  }
}
