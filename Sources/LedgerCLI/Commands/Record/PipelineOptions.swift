import ArgumentParser
import Ledger

/// What every report of a pipeline or a person may say. A job of GitHub Actions knows most of it.
struct PipelineOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "Service.") var service: String?

  @Option(name: [.customShort("R"), .long], help: "Repository, as owner/name.")
  var repo: String?

  @Option(name: .customLong("repository-id"), help: "GitHub's number of the repository.")
  var repositoryID: Int64?

  @Option(help: "GitHub's number of the user who did it.") var actor: Int64?

  @Option(
    name: .customLong("actor-login"), help: "That user's name, for the directory of people.")
  var actorLogin: String?

  @Option(name: .customLong("run-id"), help: "Workflow run.") var runID: Int64?
  @Option(name: .customLong("run-attempt"), help: "Its attempt.") var runAttempt: Int64?
  @Option(help: "Where to read more: http or https.") var url: String?

  /// The common members of a body.
  func body(_ job: WorkflowEnvironment? = Configuration.workflow) throws -> ReportBody {
    var body = ReportBody()
    body.set("service", service, flag: "service")
    body.set("repository", repo, flag: "repo", otherwise: job?.repository)
    // The number belongs to the job's own repository, not to another one that was named.
    let isOwn = body["repository"]?.string == job?.repository
    try body.set(
      "repository_id", repositoryID, flag: "repository-id",
      otherwise: isOwn ? job?.repositoryID : nil)
    try body.set("actor", actor, flag: "actor", otherwise: job?.actorID)
    let isSelf = body["actor"]?.int == job?.actorID
    body.set(
      "actor_login", actorLogin, flag: "actor-login", otherwise: isSelf ? job?.actorLogin : nil)
    try body.set("run_id", runID, flag: "run-id", otherwise: job?.runID)
    try body.set("run_attempt", runAttempt, flag: "run-attempt", otherwise: job?.attempt)
    // LEDGER_URL is the server's address.
    body.set("url", url, flag: nil, otherwise: job?.url)
    return body
  }
}
