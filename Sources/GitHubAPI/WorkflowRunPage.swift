import Gates
import Ledger

/// One page of workflow runs, in the ledger's words.
enum WorkflowRunPage {
  private static let selection = Selection(
    "workflow_runs.{id,run_attempt,name,path,event,head_sha,status,conclusion,check_suite_id}",
    "workflow_runs.{run_started_at,created_at,updated_at}",
    "workflow_runs.{actor,triggering_actor}.id")

  static func runs(_ page: Answer) throws(CodeHostError) -> [WorkflowRunSight] {
    try decoded(page, as: "a list of workflow runs") { () throws(JSONError) in
      try page.json(selection)["workflow_runs"]?.array?.map(run)
    }
  }

  private static func run(_ run: JSON) -> WorkflowRunSight? {
    guard let id = run["id"]?.int, let head = run["head_sha"]?.string else { return nil }
    let started = Instant(json: run["run_started_at"]) ?? Instant(json: run["created_at"])
    return WorkflowRunSight(
      id: id, attempt: run["run_attempt"]?.int ?? 1, name: run["name"]?.string,
      path: run["path"]?.string, event: run["event"]?.string, headSHA: head,
      status: run["status"]?.string, conclusion: run["conclusion"]?.string,
      suiteID: run["check_suite_id"]?.int,
      actor: run.at("triggering_actor", "id")?.int ?? run.at("actor", "id")?.int,
      startedAt: started, updatedAt: Instant(json: run["updated_at"]))
  }
}
