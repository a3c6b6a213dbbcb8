import Ledger
import LedgerTesting

/// What happens to pull requests, as GitHub sees it.
struct Life: Sendable {
  struct Event: Sendable {
    let at: Instant
    let delivery: WebhookDelivery
    let change: @Sendable (inout LossyGitHub.State) -> Void
  }

  private(set) var events: [Event] = []
  private var random: SeededGenerator
  private var nextRun: Int64 = 61_000_000_000

  /// Forty pull requests in four and a half hours: pushed to, tested, tested again, merged with and
  /// without passed tests, closed, or still open at the end.
  static func many(seed: UInt64) -> Life {
    var life = Life(random: SeededGenerator(seed: seed))
    for number in 1...40 { life.addPull(Int64(number)) }
    life.events.sort { $0.at < $1.at }
    return life
  }

  private init(random: SeededGenerator) { self.random = random }

  private mutating func addPull(_ number: Int64) {
    var at = noon.adding(seconds: Double(Int.random(in: 60...9_000, using: &random)))
    var pull = LedgerTesting.Deliveries.PullRequest(
      id: 2_100_000_000 + number, number: number, title: "Change \(number)", author: Scene.mia,
      headRef: "change-\(number)", headSHA: Derived.commit("head \(number)"),
      baseSHA: Derived.commit("base"), createdAt: at)
    add("opened", pull, at)
    at = pause(at)
    if chance(0.4) {
      pull = pull.pushed(Derived.commit("second head \(number)"), at: at)
      add("synchronize", pull, at)
      at = pause(at)
    }
    for name in ["test", "lint"] { at = addRuns(name, pull, at) }
    guard chance(0.6) else { return }
    pull =
      chance(0.75)
      ? pull.merged(by: Scene.mia, at: at, as: Derived.commit("merge \(number)"))
      : pull.closed(at: at)
    add("closed", pull, at)
  }

  /// One run, or a second one after it that may end otherwise.
  private mutating func addRuns(
    _ name: String, _ pull: LedgerTesting.Deliveries.PullRequest, _ start: Instant
  ) -> Instant {
    var at = start
    for _ in 0..<(chance(0.3) ? 2 : 1) {
      nextRun += 1
      let run = LedgerTesting.Deliveries.CheckRun(
        id: nextRun, name: name, headSHA: pull.headSHA, headBranch: pull.headRef, startedAt: at,
        suiteID: 50_000_000_000 + pull.number)
      add(Scene.acme.checkRun("created", run), run, at)
      at = pause(at)
      let end = run.completed(chance(0.7) ? "success" : "failure", at: at)
      add(Scene.acme.checkRun("completed", end), end, at)
      at = pause(at)
    }
    return at
  }

  private mutating func add(
    _ action: String, _ pull: LedgerTesting.Deliveries.PullRequest, _ at: Instant
  ) {
    let delivery = Scene.acme.pullRequest(action, pull, by: Scene.mia)
    events.append(Event(at: at, delivery: delivery) { $0.pulls[pull.number] = pull })
  }

  private mutating func add(
    _ delivery: WebhookDelivery, _ run: LedgerTesting.Deliveries.CheckRun, _ at: Instant
  ) {
    events.append(
      Event(at: at, delivery: delivery) { $0.runs[run.headSHA, default: [:]][run.name] = run })
  }

  private mutating func pause(_ at: Instant) -> Instant {
    at.adding(seconds: Double(Int.random(in: 60...900, using: &random)))
  }

  private mutating func chance(_ share: Double) -> Bool {
    Double.random(in: 0..<1, using: &random) < share
  }
}
