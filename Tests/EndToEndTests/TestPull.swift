import Ledger
import LedgerTesting

@testable import LedgerDemo

/// A pull request of the tests and the events about it.
struct TestPull: Sendable {
  static let start = Instant(seconds: 1_790_000_000)
  static let mia = Deliveries.Account(id: 101, login: "mia")
  static let jon = Deliveries.Account(id: 102, login: "jon")

  let deliveries: Deliveries
  let number: Int64

  init(_ number: Int64) {
    let owner = Deliveries.Account(id: 77, login: "acme", kind: .organization)
    deliveries = Deliveries(
      repository: .init(id: 4_711, owner: owner, name: "api", createdAt: TestPull.start))
    self.number = number
  }

  var sha: String { Derived.commit("head of \(number)") }

  private var pull: Deliveries.PullRequest {
    .init(
      id: 9_000 + number, number: number, title: "Change \(number)", author: TestPull.mia,
      headRef: "topic-\(number)", headSHA: sha, baseSHA: Derived.commit("base"),
      createdAt: TestPull.start)
  }

  var opened: WebhookDelivery { deliveries.pullRequest("opened", pull, by: TestPull.mia) }

  func merged(at seconds: Double) -> WebhookDelivery {
    let merged = pull.merged(
      by: TestPull.jon, at: TestPull.start.adding(seconds: seconds),
      as: Derived.commit("merge \(number)"))
    return deliveries.pullRequest("closed", merged, by: TestPull.jon)
  }

  func run(
    _ name: String, _ conclusion: String?, run: Int64 = 1, from: Double = 60, to: Double = 120
  ) -> Deliveries.CheckRun {
    let id = number * 1_000 + run * 100 + Int64(name.utf8.reduce(0) { ($0 + Int($1)) % 97 })
    let begun = Deliveries.CheckRun(
      id: id, name: name, headSHA: sha, headBranch: "topic-\(number)",
      startedAt: TestPull.start.adding(seconds: from), suiteID: number * 10 + run)
    return conclusion.map { begun.completed($0, at: TestPull.start.adding(seconds: to)) } ?? begun
  }

  /// The run of Actions that the checks of this number belong to.
  func triggered(run: Int64 = 1) -> WebhookDelivery {
    deliveries.workflowRun(
      "requested",
      .init(
        id: number * 10_000 + run,
        workflow: .init(id: 9, name: "CI", path: ".github/workflows/ci.yml"),
        event: "pull_request", headBranch: "topic-\(number)",
        head: .init(
          sha: sha, message: "Change \(number)", author: TestPull.mia, at: TestPull.start),
        status: "queued", suiteID: number * 10 + run, actor: TestPull.mia,
        startedAt: TestPull.start))
  }

  func check(_ run: Deliveries.CheckRun) -> WebhookDelivery {
    deliveries.checkRun(run.conclusion == nil ? "created" : "completed", run)
  }
}

extension FakeGitHub {
  func show(_ runs: [Deliveries.CheckRun], of pull: TestPull) {
    set(checkRuns: runs.map { CheckRun($0) }, of: pull.sha, in: "acme/api")
  }

  func texts(of pull: TestPull) -> [String] {
    statuses(of: pull.sha, in: "acme/api").map { "\($0.state) \($0.description ?? "")" }
  }
}
