import Ledger

extension Observation {
  /// Those that can decide about their commit, of all that one read shows: of the runs that are
  /// evidence for the same checks the latest, as it is now and as it was at each instant. The
  /// others change no verdict.
  ///
  /// - Parameter known: what the log has. A run of which it has a later state stays: the read
  ///   contradicts it, and a verdict must learn of that.
  public static func deciding(
    among seen: [Observation], known: [CheckRow], at instants: [Instant]
  ) -> [Observation] {
    let rows = seen.map { CheckRow(observation: $0, trigger: nil, entry: 0, readEntry: nil) }
    let moments = [nil] + instants.map(Optional.some)
    let latest = Dictionary(grouping: rows) { Sort($0.observation) }.values.flatMap { rows in
      moments.compactMap { CheckRow.latest(of: CheckRow.runs(in: rows, at: $0))?.observation }
    }
    let deciding = Set(latest)
    let states = Dictionary(known.map { ($0.observation.run, $0.observation.stateKey) }) {
      max($0, $1)
    }
    return seen.filter { deciding.contains($0) || (states[$0.run] ?? "") > $0.stateKey }
  }

  private var run: String { "\(source) \(runID)" }
}

/// Runs of one sort are evidence for the same checks: a check names what they are called and who
/// reports them, and what triggered them is the same for all of a suite.
private struct Sort: Hashable {
  let source: Observation.Source
  /// Bytes: two spellings of one name are two names.
  let name: [UInt8]
  let app: Int64?
  let slug: String?
  let creator: Int64?
  let suite: Int64?

  init(_ observation: Observation) {
    source = observation.source
    name = Array(observation.name.utf8)
    (app, slug) = (observation.appID, observation.appSlug)
    (creator, suite) = (observation.creatorID, observation.suiteID)
  }
}
