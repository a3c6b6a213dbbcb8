import Ledger

extension Deliveries {
  public struct Deployment: Hashable, Sendable {
    public var id: Int64
    public var sha: String
    public var ref: String
    public var environment: String
    public var task: String
    /// What the caller of the API put in: an object or a string.
    public var payload: JSON
    public var creator: Account
    public var createdAt: Instant
    public var updatedAt: Instant
    /// The run that deploys, where GitHub knows it.
    public var run: WorkflowRun?

    public init(
      id: Int64, sha: String, ref: String = "main", environment: String, task: String = "deploy",
      payload: JSON = [:], creator: Account, createdAt: Instant, run: WorkflowRun? = nil
    ) {
      self.id = id
      self.sha = sha
      self.ref = ref
      self.environment = environment
      self.task = task
      self.payload = payload
      self.creator = creator
      self.createdAt = createdAt
      updatedAt = createdAt
      self.run = run
    }
  }

  public func deployment(_ deployment: Deployment) -> WebhookDelivery {
    delivery(
      "deployment", sender: deployment.creator,
      deployment.runMembers(in: repository).merging([
        "action": "created", "deployment": deployment.json(in: repository),
      ]) { $1 })
  }
}

extension Deliveries.Deployment {
  func json(in repository: Deliveries.Repository) -> JSON {
    JSON.links(
      "\(repository.api)/deployments/\(id)", ["url": "", "statuses_url": "/statuses"]
    ).adding([
      "id": .int(id), "node_id": .string(Derived.nodeID("DE", id)), "sha": .string(sha),
      "ref": .string(ref), "task": .string(task), "payload": payload,
      "original_environment": .string(environment), "environment": .string(environment),
      "description": nil, "creator": creator.json, "created_at": .time(createdAt),
      "updated_at": .time(updatedAt), "repository_url": .string(repository.api),
      "production_environment": .bool(environment == "production"),
      "transient_environment": false,
      "performed_via_github_app": run == nil ? nil : Deliveries.App.githubActions.json,
    ])
  }

  /// `workflow` and `workflow_run`, beside the deployment.
  func runMembers(in repository: Deliveries.Repository) -> [String: JSON] {
    [
      "workflow": run?.workflow.json(in: repository) ?? .null,
      "workflow_run": run?.shortJSON(in: repository) ?? .null,
    ]
  }
}
