import Ledger

/// A build: by whom, which attempt, under which trigger.
enum WorkflowRunEvent: GitHubEvent {
  static let names = ["workflow_run"]
  static let kind = Kind.workflowRun
  static let selection = Selection(
    "workflow_run.{id,run_attempt,run_number,workflow_id,name,path,event,head_sha,status}",
    "workflow_run.{conclusion,check_suite_id,run_started_at,created_at,updated_at}",
    "workflow_run.{actor,triggering_actor}.{id,login}", "workflow_run.head_repository.id")

  static func facts(of payload: JSON) -> Facts? {
    guard let run = payload["workflow_run"], let id = run["id"]?.int,
      let head = commitID(run["head_sha"])
    else { return nil }
    let actor = run.at("triggering_actor", "id")?.int ?? run.at("actor", "id")?.int
    let started = Instant(json: run["run_started_at"]) ?? Instant(json: run["created_at"])
    return Facts(
      at: Instant(json: run["updated_at"]),
      data: [
        "id": .int(id), "attempt": .int(run["run_attempt"]?.int ?? 1),
        "number": .int(of: run["run_number"]), "workflow_id": .int(of: run["workflow_id"]),
        "name": .string(of: run["name"]), "path": .string(of: run["path"]),
        "event": .string(of: run["event"]), "head_sha": .string(head),
        "head_repository_id": .int(of: run.at("head_repository", "id")),
        "status": .string(of: run["status"]), "conclusion": .string(of: run["conclusion"]),
        "suite_id": .int(of: run["check_suite_id"]), "actor": .optional(actor),
        "started_at": .optional(started),
        "updated_at": .instant(run["updated_at"]),
      ],
      people: [run["actor"], run["triggering_actor"]])
  }
}
