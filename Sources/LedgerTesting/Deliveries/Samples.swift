import Foundation
import Ledger

extension Deliveries {
  /// One body of each event and of each action that matters.
  public static func samples(at start: Instant = Instant(seconds: 1_790_000_000))
    -> [WebhookDelivery]
  {
    let samples = Samples(start: start)
    return samples.repositoryEvents + samples.checkEvents + samples.workflowEvents
      + samples.deploymentEvents + samples.packageEvents + samples.queueEvents
      + samples.permissionEvents + samples.protectionEvents + samples.installationEvents
  }

  /// Writes bodies as `<event>.<action>.<n>.json`, for a foreign validator.
  public static func write(_ deliveries: [WebhookDelivery], to directory: URL) throws {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    for (number, delivery) in deliveries.enumerated() {
      let name = "\(delivery.event).\(try delivery.action ?? "none").\(number).json"
      try Data(delivery.body).write(to: directory.appendingPathComponent(name))
    }
  }
}

struct Samples {
  let start: Instant
  var acme = Deliveries(
    repository: Deliveries.Repository(
      id: 640_100_200,
      owner: Deliveries.Account(id: 50_600_700, login: "acme", kind: .organization), name: "api"))
  var mia = Deliveries.Account(id: 7_001, login: "mia")
  let workflow = Deliveries.Workflow(id: 31_007, name: "ci", path: ".github/workflows/ci.yml")

  var head: Deliveries.Commit {
    Deliveries.Commit(
      sha: Derived.commit("head"), message: "Retry uploads", author: mia, at: start)
  }

  var pull: Deliveries.PullRequest {
    Deliveries.PullRequest(
      id: 2_100_000_041, number: 7, title: "Retry uploads", author: mia, headRef: "retry",
      headSHA: head.sha, baseSHA: Derived.commit("base"), createdAt: start)
  }

  var repositoryEvents: [WebhookDelivery] {
    let landed = Deliveries.Push(
      ref: "refs/heads/main", before: pull.baseSHA, after: head.sha, commits: [head], at: start)
    let gone = Deliveries.Push(
      ref: "refs/heads/retry", before: head.sha, after: Deliveries.Push.none, commits: [],
      at: start)
    let release = Deliveries.Release(
      id: 190_001, tag: "v1.0.0", author: mia, createdAt: start, publishedAt: start)
    return [
      acme.ping(at: start, sender: mia), acme.push(landed, by: mia), acme.push(gone, by: mia),
      acme.pullRequest("opened", pull, by: mia),
      acme.pullRequest(
        "synchronize", pull.pushed(Derived.commit("second"), at: start), before: head.sha, by: mia),
      acme.pullRequest("closed", pull.closed(at: start), by: mia),
      acme.pullRequest(
        "closed", pull.merged(by: mia, at: start, as: Derived.commit("merge")), by: mia),
      acme.pullRequest("closed", pull.merged(by: mia, at: start, as: nil), by: mia),
      acme.release("created", release), acme.release("published", release),
    ]
  }

  var checkEvents: [WebhookDelivery] {
    let run = Deliveries.CheckRun(
      id: 60_000_000_001, name: "test", headSHA: head.sha, headBranch: "retry", startedAt: start,
      suiteID: 50_000_000_001, pulls: [pull])
    var queued = run
    queued.status = "queued"
    let suite = Deliveries.CheckSuite(
      id: run.suiteID, headSHA: head.sha, headBranch: "retry", before: pull.baseSHA, pulls: [pull],
      createdAt: start, updatedAt: start)
    let status = Deliveries.Status(
      id: 40_000_000_001, sha: head.sha, context: "external/ci", state: "pending",
      createdAt: start)
    let conclusions = [
      "success", "failure", "neutral", "cancelled", "skipped", "timed_out", "action_required",
      "stale",
    ]
    return [acme.checkRun("created", queued), acme.checkRun("created", run)]
      + conclusions.map { acme.checkRun("completed", run.completed($0, at: start)) }
      + [
        acme.checkSuite("completed", suite, head: head),
        acme.status(status, of: head, creator: mia),
      ]
  }

  var run: Deliveries.WorkflowRun {
    Deliveries.WorkflowRun(
      id: 9_900_000_001, workflow: workflow, event: "pull_request", headBranch: "retry",
      head: head, suiteID: 50_000_000_001, actor: mia, pulls: [pull], startedAt: start)
  }

  var workflowEvents: [WebhookDelivery] {
    var requested = run
    requested.status = "queued"
    let job = Deliveries.WorkflowJob(id: 60_000_000_001, name: "test", run: run, startedAt: start)
    var queued = job
    queued.status = "queued"
    var waiting = job
    waiting.status = "waiting"
    waiting.deployment = deployment
    return [
      acme.workflowRun("requested", requested), acme.workflowRun("in_progress", run),
      acme.workflowRun("completed", run.completed("failure", at: start)),
      acme.workflowJob("queued", queued), acme.workflowJob("waiting", waiting),
      acme.workflowJob("in_progress", job),
      acme.workflowJob("completed", job.completed("failure", at: start)),
    ]
  }

  var deployment: Deliveries.Deployment {
    Deliveries.Deployment(
      id: 2_500_000_001, sha: head.sha, environment: "staging",
      payload: ["digest": .string(Derived.digest("image"))], creator: mia, createdAt: start)
  }

  var deploymentEvents: [WebhookDelivery] {
    var byRun = deployment
    byRun.run = run
    return [acme.deployment(deployment), acme.deployment(byRun)]
      + ["in_progress", "success", "failure", "inactive"].map { state in
        acme.deploymentStatus(
          Deliveries.DeploymentStatus(
            id: 3_500_000_001, state: state, of: state == "success" ? byRun : deployment,
            createdAt: start))
      }
  }

  var packageEvents: [WebhookDelivery] {
    let package = Deliveries.Package(
      id: 8_100_001, versionID: 410_000_001, name: "api", digest: Derived.digest("image"),
      tag: "main", revision: head.sha, author: mia, createdAt: start)
    return [
      acme.package("published", package), acme.package("updated", package),
      acme.registryPackage("published", package), acme.registryPackage("updated", package),
    ]
  }
}
