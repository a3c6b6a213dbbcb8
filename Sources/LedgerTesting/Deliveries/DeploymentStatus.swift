import Ledger

extension Deliveries {
  public struct DeploymentStatus: Hashable, Sendable {
    public var id: Int64
    /// `queued`, `pending`, `in_progress`, `success`, `failure`, `error`, `inactive`
    public var state: String
    public var deployment: Deployment
    public var description: String
    public var creator: Account
    public var createdAt: Instant

    /// Without `creator` it is who asked for the deployment.
    public init(
      id: Int64, state: String, of deployment: Deployment, description: String = "",
      creator: Account? = nil, createdAt: Instant
    ) {
      self.id = id
      self.state = state
      self.deployment = deployment
      self.description = description
      self.creator = creator ?? deployment.creator
      self.createdAt = createdAt
    }
  }

  public func deploymentStatus(_ status: DeploymentStatus) -> WebhookDelivery {
    var deployment = status.deployment
    deployment.updatedAt = status.createdAt
    return delivery(
      "deployment_status", sender: status.creator,
      deployment.runMembers(in: repository).merging([
        "action": "created", "deployment": deployment.json(in: repository),
        "deployment_status": status.json(in: repository),
      ]) { $1 })
  }
}

extension Deliveries.DeploymentStatus {
  fileprivate func json(in repository: Deliveries.Repository) -> JSON {
    let api = "\(repository.api)/deployments/\(deployment.id)"
    let log = deployment.run.map { "\(repository.web)/actions/runs/\($0.id)" } ?? ""
    return [
      "id": .int(id), "node_id": .string(Derived.nodeID("DES", id)), "state": .string(state),
      "environment": .string(deployment.environment), "description": .string(description),
      "creator": creator.json, "created_at": .time(createdAt), "updated_at": .time(createdAt),
      "url": .string("\(api)/statuses/\(id)"), "deployment_url": .string(api),
      "repository_url": .string(repository.api), "target_url": .string(log),
      "log_url": .string(log),
      "environment_url": .string("https://\(deployment.environment).acme.example"),
      "performed_via_github_app":
        deployment.run == nil ? nil : Deliveries.App.githubActions.json,
    ]
  }
}
