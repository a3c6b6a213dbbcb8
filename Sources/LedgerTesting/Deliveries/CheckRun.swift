import Ledger

extension Deliveries {
  public struct CheckRun: Hashable, Sendable {
    public var id: Int64
    public var name: String
    public var headSHA: String
    public var headBranch: String
    /// `queued`, `in_progress`, `completed`
    public var status: String
    /// `nil` until it is completed.
    public var conclusion: String?
    public var startedAt: Instant
    public var completedAt: Instant?
    public var suiteID: Int64
    public var app: App
    /// GitHub leaves this empty for forks.
    public var pulls: [PullRequest]

    public init(
      id: Int64, name: String, headSHA: String, headBranch: String, status: String = "in_progress",
      conclusion: String? = nil, startedAt: Instant, completedAt: Instant? = nil, suiteID: Int64,
      app: App = .githubActions, pulls: [PullRequest] = []
    ) {
      self.id = id
      self.name = name
      self.headSHA = headSHA
      self.headBranch = headBranch
      self.status = status
      self.conclusion = conclusion
      self.startedAt = startedAt
      self.completedAt = completedAt
      self.suiteID = suiteID
      self.app = app
      self.pulls = pulls
    }

    /// The same check run at its end.
    public func completed(_ conclusion: String, at: Instant) -> CheckRun {
      var next = self
      next.status = "completed"
      next.conclusion = conclusion
      next.completedAt = at
      return next
    }
  }

  /// - Parameter action: `created` or `completed`; an App also hears `rerequested`.
  public func checkRun(
    _ action: String, _ run: CheckRun, sender: Account = .githubActions
  ) -> WebhookDelivery {
    delivery(
      "check_run", sender: sender,
      ["action": .string(action), "check_run": run.json(in: repository)])
  }
}

extension Deliveries.CheckRun {
  func json(in repository: Deliveries.Repository) -> JSON {
    let api = "\(repository.api)/check-runs/\(id)"
    let web = "\(repository.web)/actions/runs/\(suiteID)/job/\(id)"
    return [
      "id": .int(id), "node_id": .string(Derived.nodeID("CR", id)), "name": .string(name),
      "head_sha": .string(headSHA), "external_id": .string(Derived.guid("check run \(id)")),
      "url": .string(api), "html_url": .string(web), "details_url": .string(web),
      "status": .string(status), "conclusion": .optional(conclusion),
      "started_at": .time(startedAt), "completed_at": .time(completedAt),
      "output": [
        "title": nil, "summary": nil, "text": nil, "annotations_count": 0,
        "annotations_url": .string("\(api)/annotations"),
      ],
      "check_suite": suite(in: repository), "app": app.json,
      "pull_requests": .array(pulls.map { $0.reference(in: repository) }),
    ]
  }

  private func suite(in repository: Deliveries.Repository) -> JSON {
    Deliveries.CheckSuite(
      id: suiteID, headSHA: headSHA, headBranch: headBranch,
      before: pulls.first?.baseSHA ?? Deliveries.Push.none, status: status,
      conclusion: conclusion, app: app, pulls: pulls, createdAt: startedAt,
      updatedAt: completedAt ?? startedAt
    ).json(in: repository)
  }
}
