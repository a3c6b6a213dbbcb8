import Ledger

extension Deliveries {
  public struct CheckSuite: Hashable, Sendable {
    public var id: Int64
    public var headSHA: String
    public var headBranch: String
    public var before: String
    public var status: String
    public var conclusion: String?
    public var app: App
    public var pulls: [PullRequest]
    public var checkRunCount: Int64
    public var createdAt: Instant
    public var updatedAt: Instant

    public init(
      id: Int64, headSHA: String, headBranch: String, before: String, status: String = "completed",
      conclusion: String? = "success", app: App = .githubActions, pulls: [PullRequest] = [],
      checkRunCount: Int64 = 1, createdAt: Instant, updatedAt: Instant
    ) {
      self.id = id
      self.headSHA = headSHA
      self.headBranch = headBranch
      self.before = before
      self.status = status
      self.conclusion = conclusion
      self.app = app
      self.pulls = pulls
      self.checkRunCount = checkRunCount
      self.createdAt = createdAt
      self.updatedAt = updatedAt
    }
  }

  /// - Parameter action: `completed`; an App also hears `requested` and `rerequested`.
  public func checkSuite(
    _ action: String = "completed", _ suite: CheckSuite, head: Commit,
    sender: Account = .githubActions
  ) -> WebhookDelivery {
    let api = "\(repository.api)/check-suites/\(suite.id)"
    let whole = suite.json(in: repository).removing("repository").adding([
      "head_commit": head.headJSON, "latest_check_runs_count": .int(suite.checkRunCount),
      "check_runs_url": .string("\(api)/check-runs"), "rerequestable": true,
      "runs_rerequestable": false,
    ])
    return delivery(
      "check_suite", sender: sender, ["action": .string(action), "check_suite": whole])
  }
}

extension Deliveries.CheckSuite {
  func json(in repository: Deliveries.Repository) -> JSON {
    [
      "id": .int(id), "node_id": .string(Derived.nodeID("CS", id)),
      "url": .string("\(repository.api)/check-suites/\(id)"), "head_sha": .string(headSHA),
      "head_branch": .string(headBranch), "before": .string(before), "after": .string(headSHA),
      "status": .string(status), "conclusion": .optional(conclusion), "app": app.json,
      "pull_requests": .array(pulls.map { $0.reference(in: repository) }),
      "created_at": .time(createdAt), "updated_at": .time(updatedAt),
    ]
  }
}
