import Gates
import Ledger
import LedgerTesting
import Synchronization

@testable import Service

/// GitHub in memory: what it shows, what it delivered, and what of that it lists, loses and
/// delivers again.
final class LossyGitHub: QuietHost, DeliveryHost, RepositoryHost {
  /// What becomes of one delivery.
  enum Fate: Sendable {
    case arrives
    /// The receiver was away, and GitHub knows.
    case fails
    /// Somebody said 2xx and lost it.
    case isSwallowed
    /// As `fails`, and GitHub does not deliver it again.
    case isGone
    /// GitHub says that it knows no such delivery.
    case isUnknown
  }

  struct Tried: Sendable {
    var delivery: WebhookDelivery
    var at: Instant
    var fate: Fate
    var attempts: [DeliverySight]
  }

  struct State: Sendable {
    var pulls: [Int64: LedgerTesting.Deliveries.PullRequest] = [:]
    /// The latest run of each name, by commit.
    var runs: [String: [String: LedgerTesting.Deliveries.CheckRun]] = [:]
    /// What a commit shows besides.
    var results: [String: [Observation]] = [:]
    var tried: [Tried] = []
    /// Of a page of the list of deliveries.
    var pageSize = 100
    /// Down to where each list was asked for.
    var lists: [Instant] = []
    /// Whether nobody gets an answer about hooks.
    var isHeld = false
    var onItsWay: [WebhookDelivery] = []
    var calls: [String: Int] = [:]
    var errors: [String: CodeHostError] = [:]
    /// Calls until GitHub is away.
    var callsLeft = Int.max
    var nextID: Int64 = 1
  }

  static let hook: Int64 = 480_120_001
  let state = Mutex(State())
  let now: @Sendable () -> Instant
  let hooks: [Hook]?
  let form: Posted.Form

  /// - Parameters:
  ///   - hooks: instead of the one that leads here.
  ///   - form: what it is written as: an App's check run, or a status.
  init(hooks: [Hook]? = nil, form: Posted.Form = .status, now: @escaping @Sendable () -> Instant) {
    self.hooks = hooks
    self.form = form
    self.now = now
  }

  // MARK: what happens

  func happen(_ event: Life.Event) {
    state.withLock { event.change(&$0) }
  }

  func deliver(_ delivery: WebhookDelivery, at: Instant, _ fate: Fate) {
    state.withLock { state in
      let isOK = fate == .arrives || fate == .isSwallowed
      state.tried.append(Tried(delivery: delivery, at: at, fate: fate, attempts: []))
      LossyGitHub.attempt(&state, state.tried.count - 1, at: at, isOK: isOK, isRedelivery: false)
    }
  }

  private static func attempt(
    _ state: inout State, _ place: Int, at: Instant, isOK: Bool, isRedelivery: Bool
  ) {
    let delivery = state.tried[place].delivery
    let sight = DeliverySight(
      id: state.nextID, guid: delivery.id, event: delivery.event, action: nil, deliveredAt: at,
      status: isOK ? "OK" : "Service Unavailable", isRedelivery: isRedelivery,
      repositoryID: Scene.acme.repository.id,
      hook: .repository(Scene.acme.row, hook: hook))
    state.nextID += 1
    state.tried[place].attempts.append(sight)
  }

  /// What was asked for since.
  func takeArrivals() -> [WebhookDelivery] {
    state.withLock { state in
      defer { state.onItsWay = [] }
      return state.onItsWay
    }
  }

  func count(_ call: String, of repository: Int64? = nil) -> Int {
    state.withLock { $0.calls[LossyGitHub.key(call, repository)] ?? 0 }
  }

  /// - Parameter thing: the commit, or the number of a pull request.
  func count(_ call: String, about thing: String) -> Int {
    state.withLock { $0.calls[LossyGitHub.key(call, thing)] ?? 0 }
  }

  /// - Parameter repository: only what is asked about it.
  func fail(_ call: String, of repository: Int64? = nil, with error: CodeHostError?) {
    state.withLock { $0.errors[LossyGitHub.key(call, repository)] = error }
  }

  func fail(_ call: String, about thing: String, with error: CodeHostError?) {
    state.withLock { $0.errors[LossyGitHub.key(call, thing)] = error }
  }

  private static func key(_ call: String, _ repository: Int64?) -> String {
    repository.map { "\(call) \($0)" } ?? call
  }

  private static func key(_ call: String, _ thing: String) -> String { "\(call) about \(thing)" }

  func goAway(afterCalls calls: Int) { state.withLock { $0.callsLeft = calls } }

  private func called(
    _ call: String, of repository: Int64? = nil, about thing: String? = nil
  ) throws(CodeHostError) {
    let narrow = LossyGitHub.key(call, repository)
    let narrowest = thing.map { LossyGitHub.key(call, $0) } ?? narrow
    let error = state.withLock { state -> CodeHostError? in
      for key in Set([call, narrow, narrowest]) { state.calls[key, default: 0] += 1 }
      state.callsLeft -= 1
      return state.callsLeft < 0
        ? .unavailable(after: nil, reason: "it is away")
        : state.errors[call] ?? state.errors[narrow] ?? state.errors[narrowest]
    }
    if let error { throw error }
  }

  // MARK: deliveries

  func hooks(of repository: RepositoryRow) async throws(CodeHostError) -> [Hook] {
    try called("hooks", of: repository.id)
    while state.withLock({ $0.isHeld }), !Task.isCancelled {
      do { try await Task.sleep(for: .milliseconds(1)) } catch { break }
    }
    if let hooks { return hooks }
    return [
      Hook(
        id: LossyGitHub.hook, url: "https://ledger.example/webhooks/github", events: ["*"],
        isActive: true),
      Hook(
        id: 99, url: "https://elsewhere.example/",
        events: ["*"],
        isActive: true),
    ]
  }

  func deliveries(
    of hook: HookAddress, until oldest: Instant, from place: String?
  ) async throws(CodeHostError) -> DeliveryPage {
    try called("deliveries", of: hook.repository?.id)
    return state.withLock { state in
      if place == nil { state.lists.append(oldest) }
      let all = state.tried.flatMap(\.attempts).filter { ($0.deliveredAt ?? oldest) >= oldest }
        .sorted { $0.id > $1.id }
      let start = place.flatMap { Int($0) } ?? 0
      let end = min(all.count, start + state.pageSize)
      return DeliveryPage(
        deliveries: Array(all[start..<end]), next: end < all.count ? String(end) : nil)
    }
  }

  func appHook(thatMade id: Int64) async throws(CodeHostError) -> Int64? {
    try called("appHook")
    return LossyGitHub.hook
  }

  func redeliver(_ id: Int64, of hook: HookAddress) async throws(CodeHostError) {
    try called("redeliver")
    let at = now()
    let refusal = state.withLock { state -> Int? in
      guard let place = state.tried.firstIndex(where: { $0.attempts.contains { $0.id == id } }),
        state.tried[place].fate != .isUnknown
      else { return 404 }
      guard state.tried[place].fate != .isGone else { return 422 }
      LossyGitHub.attempt(&state, place, at: at, isOK: true, isRedelivery: true)
      state.onItsWay.append(state.tried[place].delivery)
      return nil
    }
    if let refusal { throw .refused(status: refusal, reason: "no such delivery") }
  }

  // MARK: what it shows

  func pulls(
    in repository: RepositoryRow, open: Bool, updatedSince: Instant?
  ) async throws(CodeHostError) -> [PullSight] {
    try called(open ? "openPulls" : "closedPulls", of: repository.id)
    guard repository.id == Scene.acme.repository.id else { return [] }
    return sights { pull in
      open
        ? pull.closedAt == nil
        : pull.closedAt != nil && updatedSince.map { pull.updatedAt >= $0 } ?? true
    }
  }

  func pull(
    _ number: Int64, in repository: RepositoryRow
  ) async throws(CodeHostError) -> PullSight {
    try called("pull", of: repository.id, about: String(number))
    guard let pull = state.withLock({ $0.pulls[number] }) else {
      throw .refused(status: 404, reason: "there is none")
    }
    return LossyGitHub.sight(pull, isAlone: true)
  }

  private func sights(
    _ isWanted: (LedgerTesting.Deliveries.PullRequest) -> Bool
  ) -> [PullSight] {
    let pulls = state.withLock { Array($0.pulls.values) }
    return pulls.filter(isWanted).sorted { $0.number < $1.number }
      .map { LossyGitHub.sight($0, isAlone: false) }
  }

  /// - Parameter isAlone: lists leave out who merged.
  private static func sight(
    _ pull: LedgerTesting.Deliveries.PullRequest, isAlone: Bool
  ) -> PullSight {
    PullSight(
      repository: Scene.acme.row, id: pull.id, number: pull.number, headSHA: pull.headSHA,
      headRepositoryID: Scene.acme.repository.id, baseRef: pull.baseRef, baseSHA: pull.baseSHA,
      state: pull.closedAt == nil ? "open" : "closed", isDraft: pull.isDraft,
      author: pull.author.id, updatedAt: pull.updatedAt, mergedAt: pull.mergedAt,
      mergedBy: isAlone ? pull.mergedBy?.id : nil, mergeSHA: pull.mergeCommitSHA,
      raw: JSON.int(pull.number).canonicalBytes)
  }

  func evidence(
    for sha: String, in repository: RepositoryRow, includingStatuses: Bool, includingTriggers: Bool
  ) async throws(CodeHostError) -> CommitEvidence {
    try called("evidence", of: repository.id, about: sha)
    let (shown, results) = state.withLock { ($0.runs[sha] ?? [:], $0.results[sha] ?? []) }
    let runs = shown.values.sorted { $0.id < $1.id }
    let latest = runs.map { run in
      Observation(
        source: .checkRun, runID: run.id, headSHA: run.headSHA, name: run.name, appID: run.app.id,
        appSlug: run.app.slug, suiteID: run.suiteID, status: run.status,
        conclusion: run.conclusion, startedAt: run.startedAt, completedAt: run.completedAt)
    }
    let observations = results + latest
    return CommitEvidence(
      observations: observations,
      runs: includingTriggers ? SocketHost.runs(of: observations) : [],
      raw: JSON.array(observations.map(\.json)).canonicalBytes)
  }

  func post(
    _ status: CommitStatus, replacing id: Int64?, to sha: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Posted { Posted(id: 1, form: .status, reporter: nil) }

  func pulls(
    of sha: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> [PullSight] { [] }

  func protection(
    of branch: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Protection { .none }
}
