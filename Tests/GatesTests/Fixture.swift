import Gates
import Ledger
import Testing

let repository: Int64 = 640
let head = String(repeating: "a1", count: 20)
let secondHead = String(repeating: "b2", count: 20)
let actions: Int64 = 15_368
/// Its run was triggered by a pull request: a desk is told so first.
let ordinarySuite: Int64 = 39

/// Seconds after an arbitrary beginning.
func moment(_ seconds: Int64) -> Instant { Instant(seconds: 1_790_000_000 + seconds) }

extension Observation {
  /// A check run that ended with `word`.
  static func ended(
    _ word: String?, _ name: String = "test", run: Int64 = 1, from: Int64? = 0, to: Int64? = 5,
    app: Int64? = actions, slug: String? = "github-actions", sha: String = head,
    suite: Int64? = ordinarySuite
  ) -> Observation {
    Observation(
      source: .checkRun, runID: run, headSHA: sha, name: name, appID: app, appSlug: slug,
      suiteID: suite, status: "completed", conclusion: word, startedAt: from.map(moment),
      completedAt: to.map(moment))
  }

  /// A check run that has not ended.
  static func open(
    _ status: String = "in_progress", _ name: String = "test", run: Int64 = 1, from: Int64? = 0,
    app: Int64? = actions, slug: String? = "github-actions", sha: String = head,
    suite: Int64? = ordinarySuite
  ) -> Observation {
    Observation(
      source: .checkRun, runID: run, headSHA: sha, name: name, appID: app, appSlug: slug,
      suiteID: suite, status: status, conclusion: nil, startedAt: from.map(moment), completedAt: nil
    )
  }

  /// A commit status.
  static func posted(
    _ state: String, _ context: String = "test", id: Int64 = 1, on second: Int64 = 5,
    by creator: Int64? = 7, sha: String = head
  ) -> Observation {
    let isOpen = state == "pending"
    return Observation(
      source: .status, runID: id, headSHA: sha, name: context, creatorID: creator,
      status: isOpen ? "in_progress" : "completed", conclusion: isOpen ? nil : state,
      startedAt: moment(second), completedAt: isOpen ? nil : moment(second))
  }

  /// Triggered by a pull request, as most are.
  func row(
    trigger: String? = "pull_request", entry: Int64 = 1, read: Int64? = nil
  ) -> CheckRow {
    CheckRow(
      observation: self, trigger: source == .status ? nil : trigger, entry: entry,
      readEntry: read)
  }
}

extension CheckRule {
  static func run(_ name: String, required: Bool = true) -> CheckRule {
    CheckRule(name: name, reporter: .app(slug: "github-actions"), isRequired: required)
  }

  static func status(_ name: String, by creator: Int64 = 7) -> CheckRule {
    CheckRule(name: name, reporter: .creator(id: creator))
  }
}

extension MergePolicy {
  init(_ checks: CheckRule..., branches: [String] = ["main"]) {
    self.init(
      context: MergePolicy.defaultContext, branches: branches.map(BranchPattern.init),
      checks: checks)
  }

  /// The verdict on what deliveries alone told.
  func verdict(_ observations: [Observation]) -> Verdict {
    verdict(on: observations.map { $0.row() }, headSHA: head, confirmation: .webhooks)
  }
}

/// Calls `body` with every order of `count` things (Heap's algorithm).
func everyOrder(of count: Int, _ body: ([Int]) throws -> Void) rethrows {
  var order = Array(0..<count)
  var counters = Array(repeating: 0, count: count)
  try body(order)
  var position = 1
  while position < count {
    if counters[position] < position {
      order.swapAt(position.isMultiple(of: 2) ? 0 : counters[position], position)
      try body(order)
      counters[position] += 1
      position = 1
    } else {
      counters[position] = 0
      position += 1
    }
  }
}
