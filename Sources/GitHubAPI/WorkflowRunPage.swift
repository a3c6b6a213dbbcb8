import Gates
import Ledger

/// One page of workflow runs, in the ledger's words.
enum WorkflowRunPage {
  private static let selection = Selection(
    "workflow_runs.{id,run_attempt,name,path,event,head_sha,status,conclusion,check_suite_id}",
    "workflow_runs.{run_started_at,created_at,updated_at}",
    "workflow_runs.{actor,triggering_actor,repository}.id")

  /// A name may have gone to another repository since; that one's runs are not meant.
  static func runs(
    _ page: Answer, in repository: RepositoryRow
  ) throws(CodeHostError) -> [WorkflowRunSight] {
    let runs = try decoded(page, as: "a list of workflow runs") { () throws(JSONError) in
      try page.json(selection)["workflow_runs"]?.array?.map { (json: JSON) in
        run(json).map { ($0, json.at("repository", "id")?.int) }
      }
    }
    guard runs.allSatisfy({ $1 == nil || $1 == repository.id }) else {
      throw .refused(status: 200, reason: "the name belongs to another repository now")
    }
    return runs.map(\.0)
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
