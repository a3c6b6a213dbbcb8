import Gates
import Ledger
import LedgerTesting
import Merkle
import Webhooks

/// Pull requests of a busy repository: 21 deliveries and what the merge gate concludes, each time.
struct Traffic: Sendable {
  static let policy = Policy(
    merge: MergePolicy(
      context: "ledger/merge-gate", branches: [BranchPattern("main")],
      checks: checks.map { CheckRule(name: $0, reporter: .app(slug: "github-actions")) }),
    confirmation: .webhooks)

  private static let checks = ["test", "lint", "build", "scan", "docs", "types"]
  private static let secret = String(repeating: "s", count: 32)
  private let mia = Deliveries.Account(id: 5_100_201, login: "mia")
  private let deliveries = Deliveries(
    repository: .init(
      id: 812_340_117, owner: .init(id: 71_204_501, login: "acme", kind: .organization),
      name: "api"))
  /// Whether raw bodies are kept.
  let hasBodies: Bool

  func submissions(pull number: Int64) throws -> [Submission] {
    try payloads(number).map { delivery, received in
      let submission = try verified(delivery, received)
      guard !hasBodies else { return submission }
      let entry = submission.entry
      return Submission(
        entry: try Entry(
          kind: entry.kind, at: entry.at, received: entry.received, source: entry.source,
          data: entry.data), people: submission.people)
    }
  }

  private func verified(_ delivery: WebhookDelivery, _ received: Instant) throws -> Submission {
    let headers = delivery.headers(secret: Traffic.secret)
    let checked = try DeliveryHeaders { name in
      headers.filter { $0.name.lowercased() == name }.map(\.value)
    }
    guard
      let verified = Delivery(headers: checked, body: delivery.body)
        .verified(by: WebhookSecrets([Traffic.secret]))
    else { throw StoreError.failed("a delivery was not verified") }
    return try Events.submission(for: verified, received: received)
  }

  private func payloads(_ number: Int64) -> [(WebhookDelivery, Instant)] {
    let start = 1_790_000_000 + number * 60
    func at(_ seconds: Int64) -> Instant { Instant(seconds: start + seconds) }
    let (head, base, merge) = (
      sha("head \(number)"), sha("main \(number)"), sha("main \(number + 1)")
    )
    let pull = Deliveries.PullRequest(
      id: 1_000_000 + number, number: number, title: "Change \(number)", author: mia,
      headRef: "change-\(number)", headSHA: head, baseSHA: base, createdAt: at(0))
    var all = [(deliveries.pullRequest("opened", pull, by: mia), at(1))]
    for (place, name) in Traffic.checks.enumerated() {
      let run = Deliveries.CheckRun(
        id: number * 10 + Int64(place), name: name, headSHA: head, headBranch: pull.headRef,
        startedAt: at(2), suiteID: 7_000_000 + number, pulls: [pull])
      all.append((deliveries.checkRun("created", run), at(3)))
      all.append((deliveries.checkRun("completed", run.completed("success", at: at(20))), at(21)))
    }
    let merged = pull.merged(by: mia, at: at(30), as: merge)
    all.append((deliveries.pullRequest("closed", merged, by: mia), at(31)))
    let commit = Deliveries.Push(
      ref: "refs/heads/main", before: base, after: merge, commits: [], at: at(30))
    all.append((deliveries.push(commit, by: mia), at(31)))
    let deployment = Deliveries.Deployment(
      id: number, sha: merge, environment: "production", creator: mia, createdAt: at(40))
    all.append((deliveries.deployment(deployment), at(41)))
    for (place, state) in ["queued", "in_progress", "success", "inactive"].enumerated() {
      let status = Deliveries.DeploymentStatus(
        id: number * 10 + Int64(place), state: state, of: deployment,
        createdAt: at(42 + Int64(place)))
      all.append((deliveries.deploymentStatus(status), at(50)))
    }
    return all
  }

  private func sha(_ text: String) -> String { String(Hash.sha256(text.utf8).hex.prefix(40)) }
}
