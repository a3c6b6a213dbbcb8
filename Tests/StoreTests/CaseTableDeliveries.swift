import Foundation
import Gates
import Ledger
import LedgerTesting
import Testing

@testable import SQLiteStore

/// A ledger that is told signed deliveries, as the server takes them in.
struct SignedDesk {
  typealias Builders = LedgerTesting.Deliveries
  static let acme = Builders(
    repository: Builders.Repository(
      id: 640, owner: Builders.Account(id: 50, login: "acme", kind: .organization), name: "api"))
  static let mia = Builders.Account(id: 7_001, login: "mia")
  static let suite: Int64 = 50_000_000_001

  let ledger: SQLiteLedger

  @discardableResult
  func tell(_ deliveries: WebhookDelivery...) async throws -> [Receipt] {
    try await ledger.append(deliveries.map { try makeSubmission($0) })
  }

  func tell(_ entry: Entry) async throws {
    _ = try await ledger.append([Submission(entry: entry)])
  }

  var verdict: VerdictRow? {
    get async throws { try await ledger.read { try $0.verdict(640, 7, head: SignedDesk.head) } }
  }

  var audit: String? {
    get async throws { try await ledger.read { try $0.audit(640, 7)?.result } }
  }

  static let head = Derived.commit("head of 7")

  static func pull(head: String = head, base: String = "main") -> Builders.PullRequest {
    var pull = Builders.PullRequest(
      id: 700, number: 7, title: "Retry", author: mia, headRef: "retry", headSHA: head,
      baseSHA: Derived.commit("base"), createdAt: moment)
    pull.baseRef = base
    return pull
  }

  static var opened: WebhookDelivery { acme.pullRequest("opened", pull(), by: mia) }

  static func merged(at second: Double) -> WebhookDelivery {
    acme.pullRequest(
      "closed",
      pull().merged(by: mia, at: moment.adding(seconds: second), as: Derived.commit("merge")),
      by: mia)
  }

  static func build(_ event: String = "pull_request", suite: Int64 = suite) -> WebhookDelivery {
    acme.workflowRun(
      "requested",
      Builders.WorkflowRun(
        id: suite - 1,
        workflow: Builders.Workflow(id: 9, name: "CI", path: ".github/workflows/ci.yml"),
        event: event, headBranch: "retry",
        head: Builders.Commit(sha: head, message: "Retry", author: mia, at: moment),
        status: "queued", suiteID: suite, actor: mia, startedAt: moment))
  }

  static func check(
    _ word: String?, _ name: String = "test", run: Int64 = 1, from: Double = 0, to: Double = 5,
    sha: String = head, suite: Int64 = suite
  ) -> WebhookDelivery {
    let begun = Builders.CheckRun(
      id: run, name: name, headSHA: sha, headBranch: "retry",
      startedAt: moment.adding(seconds: from), suiteID: suite)
    guard let word else { return acme.checkRun("created", begun) }
    return acme.checkRun("completed", begun.completed(word, at: moment.adding(seconds: to)))
  }
}

/// Runs `body`, then verifies the file: every conclusion follows from what is before it, and
/// nothing is owed.
func withSignedDesk(
  _ rules: [CheckRule] = [CheckRule(name: "test", reporter: .app(slug: "github-actions"))],
  _ confirmation: Policy.Confirmation = .webhooks,
  _ body: (SignedDesk) async throws -> Void
) async throws {
  try await withScratch { scratch in
    let ledger = try SQLiteLedger(path: scratch.path, reactor: Gatehouse(), now: { moment })
    let policy = Policy(
      merge: MergePolicy(
        context: MergePolicy.defaultContext, branches: [BranchPattern("main")], checks: rules),
      confirmation: confirmation)
    _ = try await ledger.append([Submission(entry: policy.entry(received: moment))])
    try await body(SignedDesk(ledger: ledger))
    try await ledger.close()
    let report = try Verifier.verify(path: scratch.path, reactor: Gatehouse())
    #expect(report.problems == [])
  }
}
