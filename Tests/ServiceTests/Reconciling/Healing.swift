import Gates
import Ledger
import LedgerTesting
import SQLiteStore
import Synchronization
import Testing

@testable import Service

/// A service, GitHub, and the worker that carries out due reads, on one clock that only the test
/// moves.
struct Healing: Sendable {
  let parts: Parts
  let service: TestService
  let github: LossyGitHub

  static func with(
    hooks: [Hook]? = nil, form: Posted.Form = .status,
    settings: ReconcileSettings = Healing.settings,
    _ test: @escaping @Sendable (Healing) async throws -> Void
  ) async throws {
    let clock = Clock()
    let github = LossyGitHub(hooks: hooks, form: form, now: { clock.now })
    let hook = SleepHook()
    var setup = Setup(confirmation: .github)
    setup.gitHub = github
    setup.reconcileSettings = settings
    setup.sleep = { duration in
      clock.advance(duration)
      try await hook.call()
    }
    try await withParts(setup) { parts in
      clock.base.withLock { $0 = parts.clock }
      try await withRouter(parts) { service in
        let healing = Healing(parts: parts, service: service, github: github)
        hook.body.withLock { $0 = { try await healing.arrive() } }
        try await test(healing)
      }
    }
  }

  static var settings: ReconcileSettings { ReconcileSettings(publicURL: "https://ledger.example") }

  private init(parts: Parts, service: TestService, github: LossyGitHub) {
    (self.parts, self.service, self.github) = (parts, service, github)
  }

  // MARK: what happens

  /// Something is known of the repository, so that its hooks can be looked at.
  func know() async throws {
    github.happen(Life.Event(at: noon, delivery: Scene.opened()) { $0.pulls[7] = Scene.pull() })
    github.deliver(Scene.opened(), at: noon, .arrives)
    _ = try await service.deliver(Scene.opened())
  }

  /// GitHub's events one after the other, each delivered when it happens.
  func live(_ life: Life) async throws {
    for event in life.events {
      move(to: event.at)
      github.happen(event)
      github.deliver(event.delivery, at: event.at, .arrives)
      _ = try await service.deliver(event.delivery)
      try await carryOut()
    }
    move(to: Healing.end)
  }

  /// The same while the ledger is mostly away: what is not lost comes late, shuffled and doubled.
  func outage(_ life: Life, seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    var arriving: [WebhookDelivery] = []
    for event in life.events {
      github.happen(event)
      let fate = Healing.fate(&random)
      github.deliver(event.delivery, at: event.at, fate)
      guard fate == .arrives else { continue }
      arriving += Array(
        repeating: event.delivery, count: Int.random(in: 0..<10, using: &random) < 3 ? 2 : 1)
    }
    move(to: Healing.end)
    for delivery in arriving.shuffled(using: &random) {
      _ = try await service.deliver(delivery)
    }
    try await carryOut()
  }

  private static func fate(_ random: inout SeededGenerator) -> LossyGitHub.Fate {
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<12: .fails
    case 12..<22: .isSwallowed
    case 22..<30: .isGone
    default: .arrives
    }
  }

  static let end = noon.adding(seconds: 16_200)

  func move(to instant: Instant) {
    parts.clock.advance(seconds: max(0, instant.seconds(since: parts.clock.now)))
  }

  /// What GitHub was asked for comes.
  private func arrive() async throws {
    for delivery in github.takeArrivals() { _ = try await service.deliver(delivery) }
    try await carryOut()
  }

  /// As the outbox does, until nothing changes any more.
  func carryOut() async throws {
    let effects = Effects(
      store: parts.store, host: github, policies: parts.policies, publicURL: nil,
      now: { [clock = parts.clock] in clock.now })
    var size: Int64 = -1
    while case let now = try await parts.store.read({ try $0.size() }), now != size {
      size = now
      for due in try await parts.store.read({ try $0.dueReads(limit: 1_000) }) {
        _ = try await effects.read(due)
      }
    }
  }

  // MARK: the reconciler

  /// Its last step.
  @discardableResult
  func reconcile() async throws -> ReconcileStep { try #require(try await steps().last) }

  /// Of one run.
  func steps() async throws -> [ReconcileStep] {
    let reconciler = try #require(parts.service.reconciler)
    var steps: [ReconcileStep] = []
    for await step in await reconciler.start().steps() { steps.append(step) }
    try await carryOut()
    return steps
  }

  /// Of the one pull request.
  func verdict() async throws -> String? {
    try await parts.store.read {
      try $0.verdict(Scene.acme.repository.id, 7, head: Scene.head)?.state
    }
  }

  func coverage() async throws -> [CoverageRow] {
    try await parts.store.read { try $0.coverage() }
  }

  func entries(_ kind: Kind) async throws -> [Stored] {
    try await parts.store.read { try $0.entries(from: 0, limit: 10_000, kind: kind) }
  }

  func size() async throws -> Int64 { try await parts.store.read { try $0.size() } }
}

/// The clock of the parts, which are made after those that need it.
private final class Clock: Sendable {
  let base = Mutex(TestClock())
  var now: Instant { base.withLock { $0 }.now }
  func advance(_ duration: Duration) {
    base.withLock { $0 }.advance(seconds: Double(duration.components.seconds))
  }
}

private final class SleepHook: Sendable {
  let body = Mutex<(@Sendable () async throws -> Void)?>(nil)
  func call() async throws { try await body.withLock { $0 }?() }
}

/// What the tables say, without places and times of receipt.
struct Told: Equatable, Sendable {
  var pulls: [Int64: [String]] = [:]
  /// The latest run of each check, of heads that are open or were merged.
  var checks: [String: String] = [:]
  /// Of open heads.
  var verdicts: [Int64: String] = [:]
  var audits: [Int64: String] = [:]

  init(_ tables: any LedgerReader) throws {
    let repository = Scene.acme.repository.id
    for number in Int64(1)...40 {
      guard let pull = try tables.pull(repository, number) else { continue }
      let merge = pull.merge
      pulls[number] = [
        pull.headSHA, pull.baseRef, "\(pull.isOpen)", "\(pull.author ?? 0)",
        merge?.at.description ?? "", "\(merge?.by ?? 0)", merge?.headSHA ?? "", merge?.sha ?? "",
      ]
      if pull.isOpen {
        verdicts[number] = try tables.verdict(repository, number, head: pull.headSHA)?.state
      }
      if merge != nil { audits[number] = try tables.audit(repository, number)?.result }
      guard pull.isOpen || merge != nil else { continue }
      for row in try tables.checks(repository, head: pull.headSHA) {
        let (key, run) = ("\(number) \(row.observation.name)", Told.order(row.observation))
        checks[key] = max(checks[key] ?? "", run)
      }
    }
  }

  private static func order(_ run: Observation) -> String { "\(run.stateKey) \(run.runID)" }
}
