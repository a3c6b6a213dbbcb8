import Gates
import Ledger

/// One page of check runs, GitHub's shape to ours. Words are kept as GitHub wrote them.
enum CheckRunPage {
  private static let selection = Selection(
    "check_runs.{id,head_sha,name,status,conclusion,started_at,completed_at}",
    "check_runs.app.{id,slug}", "check_runs.check_suite.id", "check_runs.output.title")

  /// All or nothing: a run that cannot be read could be the one that failed.
  static func observations(_ page: Answer) throws(CodeHostError) -> [Observation] {
    try decoded(page, as: "a list of check runs") { () throws(JSONError) in
      guard let runs = try page.json(selection)["check_runs"]?.array else { return nil }
      return runs.map(observation)
    }
  }

  private static func observation(_ run: JSON) -> Observation? {
    var members = run.object ?? [:]
    members["app_id"] = run.at("app", "id")
    members["app"] = run.at("app", "slug")
    members["suite_id"] = run.at("check_suite", "id")
    return Observation(checkRun: .object(members))
  }

  /// The runs of this name and App. A server that knows neither parameter sends all.
  static func shown(
    _ name: String, by app: Int64, on page: Answer
  ) throws(CodeHostError) -> [Shown] {
    let runs = try decoded(page, as: "a list of check runs") { () throws(JSONError) in
      try page.json(selection)["check_runs"]?.array?.map { (run: JSON) in
        run["id"]?.int.map { ($0, run) }
      }
    }
    return runs.filter { $1["name"]?.string == name && $1.at("app", "id")?.int == app }
      .map { id, run in
        let isCompleted = run["status"]?.string == "completed"
        let state = isCompleted ? run["conclusion"]?.string : nil
        let title = run.at("output", "title")?.string ?? ""
        let text = StatusText(state: state ?? "pending", description: title)
        return Shown(text: text, id: id, reporter: app)
      }
  }
}
