import Ledger

extension Deliveries {
  public struct Workflow: Hashable, Sendable {
    public var id: Int64
    public var name: String
    public var path: String

    public init(id: Int64, name: String, path: String) {
      self.id = id
      self.name = name
      self.path = path
    }
  }

  public struct WorkflowRun: Hashable, Sendable {
    public var id: Int64
    public var attempt: Int64
    public var number: Int64
    public var workflow: Workflow
    /// What triggered it: `push`, `pull_request`, …
    public var event: String
    public var headBranch: String
    public var head: Commit
    /// `requested`, `in_progress`, `completed`, …
    public var status: String
    public var conclusion: String?
    public var suiteID: Int64
    public var actor: Account
    public var pulls: [PullRequest]
    public var createdAt: Instant
    public var startedAt: Instant
    public var updatedAt: Instant

    public init(
      id: Int64, attempt: Int64 = 1, number: Int64 = 1, workflow: Workflow, event: String = "push",
      headBranch: String = "main", head: Commit, status: String = "in_progress",
      conclusion: String? = nil, suiteID: Int64, actor: Account, pulls: [PullRequest] = [],
      startedAt: Instant
    ) {
      self.id = id
      self.attempt = attempt
      self.number = number
      self.workflow = workflow
      self.event = event
      self.headBranch = headBranch
      self.head = head
      self.status = status
      self.conclusion = conclusion
      self.suiteID = suiteID
      self.actor = actor
      self.pulls = pulls
      createdAt = startedAt
      self.startedAt = startedAt
      updatedAt = startedAt
    }

    /// The same run at its end.
    public func completed(_ conclusion: String, at: Instant) -> WorkflowRun {
      var next = self
      next.status = "completed"
      next.conclusion = conclusion
      next.updatedAt = at
      return next
    }
  }

  /// - Parameter action: `requested`, `in_progress` or `completed`.
  public func workflowRun(_ action: String, _ run: WorkflowRun) -> WebhookDelivery {
    delivery(
      "workflow_run", sender: run.actor,
      [
        "action": .string(action), "workflow": run.workflow.json(in: repository),
        "workflow_run": run.json(in: repository),
      ])
  }
}

extension Deliveries.Workflow {
  func json(in repository: Deliveries.Repository) -> JSON {
    [
      "id": .int(id), "node_id": .string(Derived.nodeID("W", id)), "name": .string(name),
      "path": .string(path), "state": "active", "created_at": .time(repository.createdAt),
      "updated_at": .time(repository.createdAt),
      "url": .string("\(repository.api)/actions/workflows/\(id)"),
      "html_url": .string("\(repository.web)/blob/\(repository.defaultBranch)/\(path)"),
      "badge_url": .string("\(repository.web)/workflows/\(name)/badge.svg"),
    ]
  }
}

extension Deliveries.WorkflowRun {
  func json(in repository: Deliveries.Repository) -> JSON {
    JSON.links(
      "\(repository.api)/actions/runs/\(id)",
      [
        "url": "", "artifacts_url": "/artifacts", "cancel_url": "/cancel", "jobs_url": "/jobs",
        "logs_url": "/logs", "rerun_url": "/rerun",
      ]
    ).adding(shortMembers(in: repository)).adding([
      "head_commit": head.headJSON,
      "check_suite_url": .string("\(repository.api)/check-suites/\(suiteID)"),
      "workflow_url": .string("\(repository.api)/actions/workflows/\(workflow.id)"),
      "previous_attempt_url": nil,
      "repository": repository.minimalJSON, "head_repository": repository.minimalJSON,
    ])
  }

  /// As deployments carry it.
  func shortJSON(in repository: Deliveries.Repository) -> JSON {
    let undescribed = repository.minimalJSON.adding(["description": nil])
    return .object(shortMembers(in: repository)).adding([
      "url": .string("\(repository.api)/actions/runs/\(id)"), "repository": undescribed,
      "head_repository": undescribed,
    ])
  }

  private func shortMembers(in repository: Deliveries.Repository) -> [String: JSON] {
    facts.merging([
      "node_id": .string(Derived.nodeID("WFR", id)), "name": .string(workflow.name),
      "path": .string(workflow.path), "workflow_id": .int(workflow.id),
      "display_title": .string(head.message), "check_suite_id": .int(suiteID),
      "check_suite_node_id": .string(Derived.nodeID("CS", suiteID)),
      "html_url": .string("\(repository.web)/actions/runs/\(id)"),
      "pull_requests": .array(pulls.map { $0.reference(in: repository) }),
      "referenced_workflows": [],
    ]) { $1 }
  }

  private var facts: [String: JSON] {
    [
      "id": .int(id), "run_attempt": .int(attempt), "run_number": .int(number),
      "event": .string(event), "head_branch": .string(headBranch), "head_sha": .string(head.sha),
      "status": .string(status), "conclusion": .optional(conclusion), "actor": actor.json,
      "triggering_actor": actor.json, "created_at": .time(createdAt),
      "run_started_at": .time(startedAt), "updated_at": .time(updatedAt),
    ]
  }
}
