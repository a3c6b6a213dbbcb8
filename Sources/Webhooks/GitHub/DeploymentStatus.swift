import Ledger

/// How a deployment goes. It repeats the deployment, so the request is known even if its own
/// delivery was lost.
enum DeploymentStatusEvent: GitHubEvent {
  static let names = ["deployment_status"]
  static let kind = Kind.deploymentStatus
  static let selection = DeploymentEvent.selection.union(
    Selection("deployment_status.{id,state,created_at}", "workflow_run.id"))

  static func facts(of payload: JSON) -> Facts? {
    guard let status = payload["deployment_status"], let state = status["state"]?.string,
      let id = status["id"]?.int, let deployment = payload["deployment"],
      var data = DeploymentEvent.request(deployment)
    else { return nil }
    data["status_id"] = .int(id)
    data["state"] = .string(state)
    data["status_created_at"] = .instant(status["created_at"])
    data["run_id"] = .int(of: payload.at("workflow_run", "id"))
    return Facts(
      at: Instant(json: status["created_at"]), data: data, people: [deployment["creator"]])
  }
}
