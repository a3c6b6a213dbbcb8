import Ledger

/// One App has finished on a commit. Never evidence of a test: other suites may not exist yet.
enum CheckSuiteEvent: GitHubEvent {
  static let names = ["check_suite"]
  static let kind = Kind.checkSuite
  static let selection = Selection(
    "check_suite.{id,head_sha,status,conclusion,updated_at}", "check_suite.app.{id,slug}")

  static func facts(of payload: JSON) -> Facts? {
    guard let suite = payload["check_suite"], let id = suite["id"]?.int,
      let head = commitID(suite["head_sha"])
    else { return nil }
    return Facts(
      at: Instant(json: suite["updated_at"]),
      data: [
        "id": .int(id), "head_sha": .string(head), "status": .string(of: suite["status"]),
        "conclusion": .string(of: suite["conclusion"]), "app_id": .int(of: suite.at("app", "id")),
        "app": .string(of: suite.at("app", "slug")),
      ])
  }
}
