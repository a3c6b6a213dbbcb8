import Ledger

/// Which job of a run really ran, on what kind of runner.
enum WorkflowJobEvent: GitHubEvent {
  static let names = ["workflow_job"]
  static let kind = Kind.workflowJob
  static let selection = Selection(
    "workflow_job.{id,run_id,run_attempt,name,workflow_name,head_sha,status,conclusion,labels}",
    "workflow_job.{created_at,started_at,completed_at}")

  static func facts(of payload: JSON) -> Facts? {
    guard let job = payload["workflow_job"], let id = job["id"]?.int,
      let run = job["run_id"]?.int, let head = commitID(job["head_sha"])
    else { return nil }
    let started = Instant(json: job["started_at"])
    return Facts(
      at: Instant(json: job["completed_at"]) ?? started ?? Instant(json: job["created_at"]),
      data: [
        "id": .int(id), "run_id": .int(run), "attempt": .int(job["run_attempt"]?.int ?? 1),
        "name": .string(of: job["name"]), "workflow": .string(of: job["workflow_name"]),
        "head_sha": .string(head), "status": .string(of: job["status"]),
        "conclusion": .string(of: job["conclusion"]), "labels": job["labels"] ?? .null,
        "created_at": .instant(job["created_at"]), "started_at": .optional(started),
        "completed_at": .instant(job["completed_at"]),
      ])
  }
}
