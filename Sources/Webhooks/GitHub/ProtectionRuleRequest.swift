import Ledger

/// A job waits until the App says whether it may deploy. `deployment` may be null: commit and ref
/// are those beside it.
enum ProtectionRuleRequestEvent: GitHubEvent {
  static let names = ["deployment_protection_rule"]
  static let kind = Kind.protectionRuleRequest
  static let selection = Selection(
    "environment", "event", "sha", "ref", "deployment_callback_url", "deployment.{id,created_at}",
    "workflow_run.id", "installation.id", "pull_requests.number")

  static func facts(of payload: JSON) -> Facts? {
    guard let environment = payload["environment"]?.string, !environment.isEmpty,
      let sha = commitID(payload["sha"]), let run = run(of: payload)
    else { return nil }
    return Facts(
      at: Instant(json: payload.at("deployment", "created_at")),
      data: [
        "environment": .string(environment), "event": .string(of: payload["event"]),
        "sha": .string(sha), "ref": .string(of: payload["ref"]), "run_id": .int(run),
        "deployment_id": payload["deployment"]?.id ?? .null,
        "installation_id": payload["installation"]?.id ?? .null,
        "pulls": .ints(of: payload["pull_requests"], "number"),
      ])
  }

  private static func run(of payload: JSON) -> Int64? {
    payload["deployment_callback_url"]?.string.flatMap(run(calledBackAt:))
      ?? payload.at("workflow_run", "id")?.int
  }

  /// The run in the path `/repos/{o}/{r}/actions/runs/{run}/deployment_protection_rule`. The
  /// address itself is never kept or called: a body must not choose whom the ledger talks to.
  static func run(calledBackAt url: String) -> Int64? {
    let withoutQuery = url.prefix { $0 != "?" && $0 != "#" }
    let steps = withoutQuery.split(separator: "/", omittingEmptySubsequences: false)
    // https:, an empty step and the host
    guard steps.count >= 10, steps[0].hasSuffix(":"), steps[1].isEmpty else { return nil }
    let end = Array(steps.dropFirst(3).suffix(7))
    guard end.count == 7, end[0] == "repos", !end[1].isEmpty, !end[2].isEmpty,
      end[3] == "actions", end[4] == "runs", end[6] == "deployment_protection_rule"
    else { return nil }
    return plainID(end[5])
  }
}
