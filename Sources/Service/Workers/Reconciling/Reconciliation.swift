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
  /// Repositories that GitHub has no more, or does not show.
  private(set) var gone: Set<Int64> = []

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
    try await readChecks()
    try await record(reads)
  }

  private mutating func knownRepositories() async throws -> [RepositoryRow] {
    let isApp = host.form == .checkRun
    let (rows, gone) = try await store.read { tables in
      (
        try tables.repositoryNames().map { RepositoryRow(id: $0.key, name: $0.value) },
        try GoneRepositories(tables, isApp: isApp).ids
      )
    }
    self.gone = gone
    let known = rows.sorted { $0.id < $1.id }
    for repository in known where gone.contains(repository.id) {
      var step = ReconcileStep(.hooks, message: "left out: it was removed")
      step.repository = repository.name
      tell(step)
    }
    return known.filter { !gone.contains($0.id) }
  }

  private func record(_ reads: [DeliveriesRead]) async throws {
    let received = now()
    let entries = try reads.map { try $0.entry(received: received) }
    guard !entries.isEmpty else { return }
    _ = try await store.append(entries.map { Submission(entry: $0) })
    announce()
  }

  // MARK: what GitHub says

  /// Asks GitHub; `nil` when it refuses, which is noted and hinders nothing else.
  mutating func asking<Value>(
    _ what: String, _ call: () async throws -> Value
  ) async throws -> Value? {
    do { return try await call() } catch let error as CodeHostError {
      switch error {
      case .refused(let status, let reason):
        note("\(what): \(status) \(reason)")
        return nil
      case .unavailable(let after, let reason): throw Interrupted(after: after, reason: reason)
      case .ambiguous(let reason): throw Interrupted(after: nil, reason: reason)
      }
    }
  }

  mutating func note(_ problem: String) {
    problems.append(problem)
    tell(ReconcileStep(.problem, message: problem))
  }
}
