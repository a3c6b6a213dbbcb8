import Gates
import Ledger
import LedgerTesting

/// One pull request of acme/api and its checks.
enum Scene {
  static let policy = MergePolicy(
    context: "ledger/merge-gate", branches: [BranchPattern("main")],
    checks: [
      CheckRule(name: "test", reporter: .app(slug: "github-actions")),
      CheckRule(name: "lint", reporter: .app(slug: "github-actions")),
      CheckRule(name: "bandit", reporter: .app(slug: "github-actions"), isRequired: false),
    ])

  static let acme = Deliveries(
    repository: Deliveries.Repository(
      id: 640_100_200,
      owner: Deliveries.Account(id: 50_600_700, login: "acme", kind: .organization), name: "api"))
  static let mia = Deliveries.Account(id: 7_001, login: "mia")
  static let head = Derived.commit("head")
  static let gatePath = "/v1/pulls/acme/api/7/gate"
  static let page = "/ledger/acme/api/pull/7"

  static func pull(_ number: Int64 = 7, head: String = head) -> Deliveries.PullRequest {
    Deliveries.PullRequest(
      id: 2_100_000_000 + number, number: number, title: "Retry uploads", author: mia,
      headRef: "retry-\(number)", headSHA: head, baseSHA: Derived.commit("base"), createdAt: noon)
  }

  static func opened(_ number: Int64 = 7, head: String = head) -> WebhookDelivery {
    acme.pullRequest("opened", pull(number, head: head), by: mia)
  }

  /// - Parameter attempt: a later one is a newer run of the same name.
  static func run(_ name: String, head: String = head, attempt: Int64 = 0) -> Deliveries.CheckRun {
    Deliveries.CheckRun(
      id: runID(name, head, attempt), name: name, headSHA: head, headBranch: "retry",
      startedAt: noon.adding(seconds: Double(attempt * 100)), suiteID: 50_000_000_001)
  }

  /// The run of Actions that the checks belong to.
  static let triggered = acme.workflowRun(
    "requested",
    Deliveries.WorkflowRun(
      id: 50_000_000_000,
      workflow: Deliveries.Workflow(id: 9, name: "CI", path: ".github/workflows/ci.yml"),
      event: "pull_request", headBranch: "retry-7",
      head: Deliveries.Commit(sha: head, message: "Retry uploads", author: mia, at: noon),
      status: "queued", suiteID: 50_000_000_001, actor: mia, startedAt: noon))

  static func started(_ name: String, attempt: Int64 = 0) -> WebhookDelivery {
    acme.checkRun("created", run(name, attempt: attempt))
  }

  static func ended(
    _ name: String, _ conclusion: String = "success", head: String = head, attempt: Int64 = 0
  ) -> WebhookDelivery {
    let run = run(name, head: head, attempt: attempt)
    return acme.checkRun(
      "completed", run.completed(conclusion, at: run.startedAt.adding(seconds: 60)))
  }

  /// The same run as GitHub's list shows it.
  static func listed(
    _ name: String, _ conclusion: String = "success", head: String = head, attempt: Int64 = 0
  ) -> FakeGitHub.CheckRun {
    let start = noon.adding(seconds: Double(attempt * 100))
    return FakeGitHub.CheckRun(
      id: runID(name, head, attempt), name: name, conclusion: conclusion, suiteID: 50_000_000_001,
      startedAt: start, completedAt: start.adding(seconds: 60))
  }

  private static func runID(_ name: String, _ head: String, _ attempt: Int64) -> Int64 {
    let seed = (name + head).utf8.reduce(Int64(7)) { ($0 * 31 + Int64($1)) % 999_999_937 }
    return 60_000_000_000 + seed * 1_000 + attempt
  }

  static var merged: WebhookDelivery {
    let at = noon.adding(seconds: 600)
    return acme.pullRequest(
      "closed", pull().merged(by: mia, at: at, as: Derived.commit("merge")), by: mia)
  }

  static func deployment(_ number: Int64, to environment: String) -> WebhookDelivery {
    acme.deployment(
      Deliveries.Deployment(
        id: 2_500_000_000 + number, sha: Derived.commit("deploy \(number)"),
        environment: environment, payload: [:], creator: mia,
        createdAt: noon.adding(seconds: Double(number))))
  }
}

extension Deliveries {
  /// As the tables name it.
  var row: RepositoryRow { RepositoryRow(id: repository.id, name: repository.fullName) }
}
