import Gates
import Ledger

/// One run: compares GitHub's list of deliveries with the log, asks for what is missing, and asks
/// GitHub itself where deliveries may be lost. What it found out is recorded last, so that a run
/// that was interrupted is repeated by the next one.
struct Reconciliation {
  /// GitHub cannot be asked now.
  struct Interrupted: Error {
    /// Seconds until it makes sense to go on, when GitHub said so.
    let after: Double?
    let reason: String
  }

  let store: any LedgerStore
  let host: any ReconcileHost
  let effects: Effects
  let policies: Policies
  let settings: ReconcileSettings
  let now: @Sendable () -> Instant
  let sleep: @Sendable (Duration) async throws -> Void
  let announce: @Sendable () -> Void
  let metrics: Metrics
  let tell: @Sendable (ReconcileStep) -> Void
  /// Widens what is looked at.
  let since: Instant?

  var problems: [String] = []
  var lists: [HookList] = []
  /// Across hooks: one delivery has one GUID at all of them.
  var asked: Set<String> = []
  /// What GitHub refused to deliver again.
  var refused: Set<String> = []
  var owed = ReadsOwed(patience: 600)
  /// Until when this process read the pull requests of each repository: the log does not tell.
  var pullsRead: [Int64: Instant] = [:]
  /// Repositories that GitHub is asked about.
  private(set) var reachable: Set<Int64> = []
  /// Whether GitHub answered anything in this run.
  private(set) var hasAnswered = false
  /// Calls that had no answer.
  private(set) var unanswered = 0
  /// Of those the ones since GitHub answered last.
  private(set) var silence = 0
  /// After so many no more checks are asked for in this run.
  static let maximumUnanswered = 100
  /// So many are no trouble of single repositories: GitHub went away.
  static let maximumSilence = 20
  /// Repositories that they were about.
  private(set) var silent: Set<Int64> = []
  /// So many of them are none either.
  static let maximumSilent = 10
  /// How many calls about each had none since one about it had. A refusal that is about us is none.
  private(set) var missing: [Int64: Int] = [:]
  /// After so many no more pull requests, or checks, of one are asked for in this run: each may
  /// take as long as GitHub lets a caller wait.
  private static let patience = 3

  /// GitHub's list of one hook.
  struct HookList {
    let hook: HookAddress
    let hookID: Int64?
    let window: DeliveryWindow
    let listedAt: Instant
    let listed: ListedDeliveries
    let plan: DeliveryPlan
    var asked: Set<String> = []
  }

  /// - Throws: `Interrupted`, `CancellationError`, and what the store throws.
  mutating func run() async throws {
    owed.patience = Double(settings.pendingMinutes) * 60
    let repositories = try await knownRepositories()
    for hook in try await hooks(of: repositories) { try await list(hook) }
    for place in lists.indices { try await ask(place) }
    try await waitForArrivals()
    let reads = try await results()
    for read in reads { owed.gaps.add(read) }
    try await readPulls(of: repositories)
    // Pull requests that GitHub cannot show say nothing about checks.
    missing = [:]
    try await readChecks()
    try await record(reads)
  }

  private mutating func knownRepositories() async throws -> [RepositoryRow] {
    let isApp = host.form == .checkRun
    let known = try await store.read { try ReconciledRepositories($0, isApp: isApp) }
    reachable = Set(known.asked.map(\.id))
    for (repository, reason) in known.leftOut {
      var step = ReconcileStep(.hooks, message: "left out: \(reason)")
      step.repository = repository.name
      tell(step)
    }
    if known.hearsay > 0 {
      tell(ReconcileStep(.hooks, message: "left out: \(known.hearsay) that only reports name"))
    }
    return known.asked
  }

  private func record(_ reads: [DeliveriesRead]) async throws {
    guard !reads.isEmpty else { return }
    let received = now()
    _ = try await store.append(
      try reads.map { Submission(entry: try $0.entry(received: received)) })
    announce()
  }

  // MARK: what GitHub says

  /// Asks GitHub; `nil` when it refuses, which is noted and hinders nothing else. What it says of
  /// who asks is no answer about the repository.
  ///
  /// - Parameter repository: whose page it is. One that does not come, such as a list that GitHub
  ///   cannot make in time, hinders no other repository; without one it ends the run.
  mutating func asking<Value>(
    _ what: String, of repository: Int64? = nil, _ call: () async throws -> Value
  ) async throws -> Value? {
    do {
      let answer = try await call()
      answered(about: repository)
      return answer
    } catch let error as CodeHostError {
      switch error {
      case .refused(let status, let reason):
        let problem = "\(what): \(status) \(reason)"
        if error.isAboutUs, let repository {
          barred(problem, of: repository)
        } else {
          answered(about: repository)
          note(problem)
        }
      case .unavailable(nil, let reason):
        guard let repository else { throw Interrupted(after: nil, reason: reason) }
        try missed(what, reason, of: repository)
      case .unavailable(let after, let reason): throw Interrupted(after: after, reason: reason)
      case .ambiguous(let reason): throw Interrupted(after: nil, reason: reason)
      }
      return nil
    }
  }

  /// Notes a call that had no answer; the next run makes it again.
  ///
  /// - Parameter isNews: whether an earlier run had an answer, or did not ask. What never has one says
  ///   nothing about GitHub, and stands together at the end of each run.
  /// - Throws: `Interrupted` where it is no trouble of single repositories: all of them have it and
  ///   nothing was answered, or GitHub is silent for too long.
  mutating func missed(
    _ what: String, _ reason: String, of repository: Int64, isNews: Bool = true
  ) throws {
    if isNews {
      silent.insert(repository)
      silence += 1
    }
    guard hasAnswered || silent.count < reachable.count else {
      throw Interrupted(after: nil, reason: reason)
    }
    note("\(what): \(reason)")
    unanswered += 1
    missing[repository, default: 0] += 1
    if silent.count >= Reconciliation.maximumSilent { throw away("\(silent.count) repositories") }
    if silence >= Reconciliation.maximumSilence { throw away("\(silence) calls") }
  }

  /// Notes a refusal that is about us: it was no answer, and there will be none to the next call
  /// about the repository either. But GitHub is there.
  mutating func barred(_ problem: String, of repository: Int64) {
    answered(about: nil)
    missing[repository, default: 0] += 1
    note(problem)
  }

  private func away(_ what: String) -> Interrupted {
    Interrupted(after: nil, reason: "\(what) in a row had no answer")
  }

  mutating func answered(about repository: Int64?) {
    hasAnswered = true
    silence = 0
    silent = []
    if let repository { missing[repository] = nil }
  }

  /// Whether more of its pull requests, or checks, are asked for in this run.
  func isAnswering(_ repository: Int64) -> Bool {
    missing[repository, default: 0] < Reconciliation.patience
  }

  mutating func note(_ problem: String) {
    problems.append(problem)
    tell(ReconcileStep(.problem, message: problem))
  }
}
