import Gates
import Ledger
import Logging

/// Carries out one effect. The promise stands in the log and is kept there until GitHub confirmed
/// it; a process that dies in between starts again from the log.
struct Effects: Sendable {
  enum Outcome: Sendable, Equatable {
    case done
    /// The log wants something else by now: nothing was done.
    case overtaken
    /// Seconds until it makes sense to try again, when GitHub said so. All calls for
    /// its account wait then.
    case later(Double?, reason: String)
    /// It may have happened: look before trying again.
    case uncertain(reason: String)
    case refused(reason: String)
    /// A read that GitHub refused because of who asks: it said nothing of the commit.
    case barred(reason: String)
  }

  /// Why nothing is asked of GitHub, or written there, by a name.
  static let anothersName = "the name belongs to another repository now"
  /// Of a read that brought nothing new.
  static let lagging = "GitHub does not show what its webhooks told"

  let store: any LedgerStore
  let host: any CodeHost
  let policies: Policies
  /// Those of the store's gates: another answer here would be asked for again and again.
  var zones: any TimeZones = OnlyUTC()
  let publicURL: String?
  let now: @Sendable () -> Instant
  var errands: (any ErrandHost)?
  var branches: BranchEffects?
  /// Called when something was appended, before anything else is done.
  var announce: @Sendable () -> Void = {}

  /// - Parameter chosen: when the tables said that it is due.
  /// - Throws: `StatusRefused` of a status that GitHub will never take, and what the store throws.
  func carryOut(
    _ effect: Effect, isUncertain: Bool, chosen: ContinuousClock.Instant = .now
  ) async throws -> Outcome {
    let repository = effect.repository
    guard try await !store.read({ try $0.isNameTaken(from: repository) }) else {
      return try await withoutName(effect)
    }
    do {
      switch effect {
      case .status(let due):
        return try await post(due, isUncertain: isUncertain, chosen: chosen)
      case .read(let read): return try await carryOut(read)
      case .rule(let due): return try await answer(due)
      case .landing, .errand:
        return try await branches?.carryOut(effect) ?? .refused(reason: "there is no such host")
      }
    } catch let error as CodeHostError {
      switch error {
      case .unavailable(let after, let reason): return .later(after, reason: reason)
      case .ambiguous(let reason): return .uncertain(reason: reason)
      case .refused(let status, let reason):
        let words = "\(status) \(reason)"
        if case .read = effect, error.isAboutUs { return .barred(reason: words) }
        return .refused(reason: words)
      }
    }
  }

  /// Another repository has the name. Nothing is done by it; waiting mends that only where GitHub
  /// tells a new one, so that nobody is woken up for a status, and no answer is due for ever.
  private func withoutName(_ effect: Effect) async throws -> Outcome {
    switch effect {
    case .status: throw StatusRefused(reason: Effects.anothersName)
    case .rule(let due): return try await leave(due)
    case .read, .landing, .errand: return .refused(reason: Effects.anothersName)
    }
  }

  // MARK: reads

  /// Reads although nothing waits for it.
  func read(_ due: DueRead) async throws -> Outcome {
    let read = try await store.read { [policies] in
      try ConfirmingRead(due, by: policies, $0)
    }
    return try await carryOut(.read(read), isUncertain: false)
  }

  /// What GitHub shows becomes an entry, and the gate decides again within the same transaction. If
  /// it still cannot open, GitHub's list lags behind its webhooks: ask again later.
  private func carryOut(_ read: ConfirmingRead) async throws -> Outcome {
    let due = read.due
    guard let gate = read.gate else { return .refused(reason: "no policy") }
    let checks = gate.checks
    let evidence = try await host.evidence(
      for: due.sha, in: due.repository,
      includingStatuses: checks.contains { $0.source == .status },
      includingTriggers: due.isAudit || Effects.lacksTriggers(read.known, checks))
    let base = gate.isStrict ? try await base(of: due) : nil
    let named = evidence.observations.filter { observation in
      observation.headSHA == due.sha
        && checks.contains { $0.isReported(by: observation) }
    }
    let sight = Sight(observations: named, runs: evidence.runs, base: base, raw: evidence.raw)
    do { return try await keep(sight, of: read, checks) } catch let unrecorded as Unrecorded {
      return unrecorded.outcome
    }
  }

  /// What a read brought.
  private struct Sight {
    var observations: [Observation]
    var runs: [WorkflowRunSight]
    let base: JSON?
    let raw: [UInt8]
  }

  /// An entry is small, and GitHub's lists need not be: what decides is kept then, or else nothing,
  /// so that the gate stays closed.
  private func keep(
    _ sight: Sight, of read: ConfirmingRead, _ checks: [CheckRule]
  ) async throws -> Outcome {
    do { return try await confirm(sight, of: read, checks) } catch Unrecorded.tooLarge {
      guard let merges = try await merges(of: read.due) else { throw Unrecorded.tooLarge }
      var sight = sight
      sight.observations = Observation.deciding(
        among: sight.observations, known: read.known, at: merges)
      return try await confirm(sight, of: read, checks)
    }
  }

  /// When pull requests of this commit were merged: their audits go back to that. `nil` for a commit
  /// of a merge queue, which is asked about merges of other commits too.
  private func merges(of due: DueRead) async throws -> [Instant]? {
    let (id, sha) = (due.repository.id, due.sha)
    return try await store.read { tables in
      guard try tables.mergeGroup(id, head: sha) == nil else { return nil }
      return try tables.pulls(id, head: sha).compactMap(\.merge?.at)
    }
  }

  private func confirm(
    _ sight: Sight, of read: ConfirmingRead, _ checks: [CheckRule]
  ) async throws -> Outcome {
    let (seen, due) = (sight.observations, read.due)
    var sight = sight
    sight.runs = Effects.news(sight.runs, seen, read.known)
    guard
      due.isAudit || !sight.runs.isEmpty || sight.base != nil || Effects.isNews(seen, read.known)
        || Effects.isStale(seen, read.known, checks)
    else { return .later(nil, reason: Effects.lagging) }
    try await record(sight, of: read)
    return try await store.read { try due.isWanted(by: $0) }
      ? .later(nil, reason: Effects.lagging) : .done
  }

  /// Whether a check of Actions was told whose trigger was not.
  private static func lacksTriggers(_ known: [CheckRow], _ checks: [CheckRule]) -> Bool {
    known.contains { row in
      row.trigger == nil && row.observation.isOfActions
        && checks.contains { $0.isReported(by: row.observation) }
    }
  }

  /// Runs of the suites of what was seen whose trigger is not known yet.
  private static func news(
    _ runs: [WorkflowRunSight], _ seen: [Observation], _ known: [CheckRow]
  ) -> [WorkflowRunSight] {
    let told = Set(known.filter { $0.trigger != nil }.compactMap(\.observation.suiteID))
    let open = Set(seen.compactMap(\.suiteID) + known.compactMap(\.observation.suiteID))
      .subtracting(told)
    return runs.filter { run in run.event != nil && run.suiteID.map(open.contains) ?? false }
  }

  /// How far the head is behind its base, when that is news.
  private func base(of due: DueRead) async throws -> JSON? {
    guard let branch = due.base else { return nil }
    let seen = try await host.distance(of: due.sha, behind: branch, in: due.repository)
    let isKnown = try await store.read { tables in
      let pushed = try tables.lastPush(due.repository.id, to: branch) ?? -1
      return try tables.base(due.repository.id, of: due.sha, branch).map {
        $0.behindBy == seen.behindBy && $0.since > pushed
      } ?? false
    }
    guard !isKnown else { return nil }
    return [
      "ref": .string(branch), "sha": .string(seen.baseSHA), "behind_by": .int(seen.behindBy),
    ]
  }

  /// Whether anything was told since a read last saw one of these: the same sight says more now.
  private static func isStale(
    _ seen: [Observation], _ known: [CheckRow], _ checks: [CheckRule]
  ) -> Bool {
    let rows = known.filter { row in checks.contains { $0.isReported(by: row.observation) } }
    let lastTold = rows.compactMap(\.toldEntry).max() ?? -1
    return rows.contains { row in
      (row.readSince ?? .max) <= lastTold
        && seen.contains {
          $0.runID == row.observation.runID && $0.stateKey == row.observation.stateKey
        }
    }
  }

  /// Whether the read saw anything else than the newest read before it did.
  private static func isNews(_ seen: [Observation], _ known: [CheckRow]) -> Bool {
    func run(_ observation: Observation) -> String {
      "\(observation.source) \(observation.runID)"
    }
    let read = known.filter { $0.readEntry != nil }
    let newest = Dictionary(grouping: read) { run($0.observation) }
      .compactMapValues { $0.compactMap(\.readEntry).max() }
    let confirmed = Set(
      read.filter { $0.readEntry == newest[run($0.observation)] }
        .map { run($0.observation) + $0.observation.stateKey })
    return seen.contains { !confirmed.contains(run($0) + $0.stateKey) }
  }

  private func record(_ sight: Sight, of read: ConfirmingRead) async throws {
    let (evidence, due) = (Evidence(sight.raw), read.due)
    var data: [String: JSON] = [
      "repository_id": .int(due.repository.id), "head_sha": .string(due.sha),
      "since": .int(read.since),
      "check_runs": .array(
        sight.observations.filter { $0.source == .checkRun }.map(\.json)),
      "statuses": .array(sight.observations.filter { $0.source == .status }.map(\.json)),
    ]
    if !sight.runs.isEmpty { data["runs"] = .array(sight.runs.map(\.json)) }
    if let base = sight.base { data["base"] = base }
    let entry = try Unrecorded.entry(.checksRead, .object(data), evidence.reference, now())
    try await append(Submission(entry: entry, evidence: evidence))
  }

  func append(_ submission: Submission) async throws {
    _ = try await store.append([submission])
    announce()
  }
}

extension DueRead {
  /// Whether a verdict still waits for GitHub's word about this commit.
  fileprivate func isWanted(by tables: any LedgerReader) throws -> Bool {
    let (id, pulls) = (repository.id, try tables.pulls(repository.id, head: sha))
    if isAudit {
      return try pulls.contains { pull in
        let audit = try tables.audit(id, pull.number)
        return audit?.result == "undetermined" && audit?.sha == sha
      }
    }
    if try tables.verdict(id, 0, head: sha)?.confirming == true,
      try tables.mergeGroup(id, head: sha)?.isOpen == true
    {
      return true
    }
    return try pulls.contains { pull in
      guard pull.isOpen, pull.headSHA == sha, base == nil || pull.baseRef == base else {
        return false
      }
      return try tables.verdict(id, pull.number, head: sha)?.confirming ?? false
    }
  }
}
