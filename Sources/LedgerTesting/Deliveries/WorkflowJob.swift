import Ledger

extension Deliveries {
  public struct WorkflowJob: Hashable, Sendable {
    /// Also the id of the job's check run.
    public var id: Int64
    public var name: String
    public var run: WorkflowRun
    /// `queued`, `waiting`, `in_progress`, `completed`
    public var status: String
    public var conclusion: String?
    public var labels: [String]
    public var startedAt: Instant
    public var completedAt: Instant?
    /// The deployment that a job with an environment belongs to.
    public var deployment: Deployment?

    public init(
      id: Int64, name: String, run: WorkflowRun, status: String = "in_progress",
      conclusion: String? = nil, labels: [String] = ["ubuntu-latest"], startedAt: Instant,
      completedAt: Instant? = nil, deployment: Deployment? = nil
    ) {
      self.id = id
      self.name = name
      self.run = run
      self.status = status
      self.conclusion = conclusion
      self.labels = labels
      self.startedAt = startedAt
      self.completedAt = completedAt
      self.deployment = deployment
    }

    /// The same job at its end.
    public func completed(_ conclusion: String, at: Instant) -> WorkflowJob {
      var next = self
      next.status = "completed"
      next.conclusion = conclusion
      next.completedAt = at
      return next
    }
  }

  /// - Parameter action: `queued`, `waiting`, `in_progress` or `completed`.
  public func workflowJob(_ action: String, _ job: WorkflowJob) -> WebhookDelivery {
    var members: [String: JSON] = [
      "action": .string(action), "workflow_job": job.json(in: repository),
    ]
    if let deployment = job.deployment { members["deployment"] = deployment.json(in: repository) }
    return delivery("workflow_job", sender: job.run.actor, members)
  }
}

extension Deliveries.WorkflowJob {
  fileprivate func json(in repository: Deliveries.Repository) -> JSON {
    let runAPI = "\(repository.api)/actions/runs/\(run.id)"
    return JSON.object(runner).adding([
      "id": .int(id), "node_id": .string(Derived.nodeID("CR", id)), "name": .string(name),
      "run_id": .int(run.id), "run_attempt": .int(run.attempt), "run_url": .string(runAPI),
      "workflow_name": .string(run.workflow.name), "head_sha": .string(run.head.sha),
      "head_branch": .string(run.headBranch), "status": .string(status),
      "conclusion": .optional(conclusion), "created_at": .time(run.createdAt),
      "started_at": .time(startedAt), "completed_at": .time(completedAt),
      "labels": .array(labels.map(JSON.string)), "steps": .array(steps),
      "url": .string("\(repository.api)/actions/jobs/\(id)"),
      "html_url": .string("\(repository.web)/actions/runs/\(run.id)/job/\(id)"),
      "check_run_url": .string("\(repository.api)/check-runs/\(id)"),
    ])
  }

  /// No runner has a waiting job.
  private var runner: [String: JSON] {
    if status == "queued" || status == "waiting" {
      return [
        "runner_id": nil, "runner_name": nil, "runner_group_id": nil, "runner_group_name": nil,
      ]
    }
    return [
      "runner_id": 7, "runner_name": "GitHub Actions 7", "runner_group_id": 2,
      "runner_group_name": "GitHub Actions",
    ]
  }

  private var steps: [JSON] {
    guard status == "in_progress" || status == "completed" else { return [] }
    let names = ["Set up job", "Check out", "Run \(name)", "Complete job"]
    return zip(Int64(1)..., names).map { step($0, $1) }
  }

  /// The step that does the work ends as the job does.
  private func step(_ number: Int64, _ title: String) -> JSON {
    let isWork = number == 3
    let word = isWork ? conclusion ?? "success" : "success"
    let ended = status == "completed"
    return [
      "number": .int(number), "name": .string(title),
      "status": ended ? "completed" : "in_progress",
      "conclusion": ended
        ? .string(["success", "skipped"].contains(word) ? word : "failure") : nil,
      "started_at": .string(milliseconds(startedAt)),
      "completed_at": ended ? .string(milliseconds(completedAt ?? startedAt)) : nil,
    ]
  }

  /// Steps have times with a fraction.
  private func milliseconds(_ instant: Instant) -> String {
    String(Instant(seconds: instant.unixSeconds).description.dropLast()) + ".000Z"
  }
}
