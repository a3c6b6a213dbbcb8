import Ledger

extension Deliveries {
  /// A run that waits until a person lets it deploy.
  public struct DeploymentReview: Hashable, Sendable {
    public var run: WorkflowRun
    /// Of the jobs that wait, one each.
    public var environments: [String]
    public var reviewer: Account
    public var since: Instant

    public init(run: WorkflowRun, environments: [String], reviewer: Account, since: Instant) {
      self.run = run
      self.environments = environments
      self.reviewer = reviewer
      self.since = since
    }
  }

  public func deploymentReviewRequested(
    _ review: DeploymentReview, to installation: Installation
  ) -> WebhookDelivery {
    let first = review.environments.first ?? "production"
    return deploymentReview(
      "requested", review, to: installation, by: review.run.actor,
      [
        "environment": .string(first), "requestor": review.run.actor.json,
        "workflow_job_run": review.job(0, first, in: repository),
      ])
  }

  /// - Parameter action: `approved` or `rejected`.
  public func deploymentReviewed(
    _ action: String, _ review: DeploymentReview, comment: String = "As agreed.",
    to installation: Installation
  ) -> WebhookDelivery {
    let jobs = zip(Int64(0)..., review.environments).map { number, environment in
      review.job(number, environment, in: repository)
    }
    return deploymentReview(
      action, review, to: installation, by: review.reviewer,
      [
        "approver": review.reviewer.json, "comment": .string(comment),
        "workflow_job_runs": .array(jobs),
        "workflow_job_run": jobs.first?.adding(["name": nil]) ?? .null,
      ])
  }

  private func deploymentReview(
    _ action: String, _ review: DeploymentReview, to installation: Installation,
    by sender: Account, _ members: [String: JSON]
  ) -> WebhookDelivery {
    delivery(
      "deployment_review", sender: sender,
      members.merging([
        "action": .string(action), "workflow_run": review.run.json(in: repository),
        "since": .time(review.since), "installation": installation.reference,
        "reviewers": [["type": "User", "reviewer": review.reviewer.json]],
      ]) { $1 })
  }
}

extension Deliveries.DeploymentReview {
  fileprivate func job(
    _ number: Int64, _ environment: String, in repository: Deliveries.Repository
  ) -> JSON {
    let id = run.id + 1 + number
    return [
      "id": .int(id), "name": .string("deploy \(environment)"), "status": "waiting",
      "conclusion": nil, "environment": .string(environment), "created_at": .time(since),
      "updated_at": .time(since),
      "html_url": .string("\(repository.web)/actions/runs/\(run.id)/job/\(id)"),
    ]
  }
}
