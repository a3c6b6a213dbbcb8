import Ledger

/// A person was asked whether a run may deploy, or answered. What they wrote stays in the evidence.
enum DeploymentReviewEvent: GitHubEvent {
  static let names = ["deployment_review"]
  static let kind = Kind.deploymentReview
  static let selection = Selection(
    "environment", "since", "workflow_run.id", "approver.{id,login}",
    "workflow_job_runs.environment")

  static func facts(of payload: JSON) -> Facts? {
    guard let run = payload.at("workflow_run", "id")?.int else { return nil }
    // Since when the run waits; when the answer was given is not said.
    let since = Instant(json: payload["since"])
    return Facts(
      at: payload["action"]?.string == "requested" ? since : nil,
      data: [
        "run_id": .int(run), "environment": .string(of: payload["environment"]),
        "state": .string(of: payload["action"]), "approver": payload["approver"]?.id ?? .null,
        "since": .optional(since),
        "environments": .strings(of: payload["workflow_job_runs"], "environment"),
      ],
      people: [payload["approver"]])
  }
}
