import Ledger

/// A test result and the App that wrote it. `pull_requests` is empty for forks: the join is by
/// repository and head commit.
enum CheckRunEvent: GitHubEvent {
  static let names = ["check_run"]
  static let kind = Kind.checkRun
  static let selection = Selection(
    "check_run.{id,name,head_sha,status,conclusion,started_at,completed_at}",
    "check_run.app.{id,slug}", "check_run.check_suite.id")

  static func facts(of payload: JSON) -> Facts? {
    guard let run = payload["check_run"], let id = run["id"]?.int, let name = run["name"]?.string,
      let head = commitID(run["head_sha"]), let status = run["status"]?.string
    else { return nil }
    let observation = Observation(
      source: .checkRun, runID: id, headSHA: head, name: name, appID: run.at("app", "id")?.int,
      appSlug: run.at("app", "slug")?.string, suiteID: run.at("check_suite", "id")?.int,
      status: status, conclusion: run["conclusion"]?.string,
      startedAt: Instant(json: run["started_at"]), completedAt: Instant(json: run["completed_at"]))
    return Facts(
      at: observation.completedAt ?? observation.startedAt,
      data: observation.json.object ?? [:])
  }
}
