import Ledger

/// What pipelines and AWS told.
extension CDEventExport {
  @Sendable static func build(_ entry: ExportedEntry) -> Statement? {
    guard let id = entry.text("id") else { return nil }
    return Statement(entry.text("outcome") == nil ? "build.started" : "build.finished", of: id)
  }

  @Sendable static func image(_ entry: ExportedEntry) -> Statement? {
    guard let digest = entry.text("digest") else { return nil }
    let image = entry.text("image") ?? entry.text("service") ?? entry.text("repository") ?? "image"
    return Statement(
      "artifact.published",
      of: PackageURL.image(image, digest: digest, tag: entry.text("tag")))
  }

  @Sendable static func ecrImage(_ entry: ExportedEntry) -> Statement? {
    guard entry.text("action") == "PUSH", entry.text("result") != "FAILURE",
      let digest = entry.text("digest"), let repository = entry.text("repository")
    else { return nil }
    return Statement(
      "artifact.published",
      of: PackageURL.image(
        entry.text("image") ?? repository, digest: digest, tag: entry.text("tag")))
  }

  @Sendable static func deployment(_ entry: ExportedEntry) -> Statement? {
    let name = entry.text("service") ?? entry.text("repository")
    let standard =
      switch (entry.text("phase"), entry.text("outcome"), name) {
      case (_, "rolled-back", let name?): service("service.rolledback", name, entry)
      case ("finish", "success", let name?): service("service.deployed", name, entry)
      default: Statement?.none
      }
    return standard ?? ownDeployment(entry)
  }

  /// The vocabulary wants the artifact, which the end of a deployment need not repeat, and has no
  /// word for a start or a failure.
  private static func ownDeployment(_ entry: ExportedEntry) -> Statement? {
    guard let id = entry.text("id"), let phase = entry.text("phase") else { return nil }
    return Statement(
      own: phase == "start" ? "deployment.started" : "deployment.finished", of: id,
      [
        "service": .optional(entry.text("service")),
        "environment": .optional(entry.text("environment")),
        "outcome": .optional(entry.text("outcome")), "reason": .optional(entry.text("reason")),
        "digest": .optional(entry.text("digest")), "revision": .optional(entry.text("revision")),
      ])
  }

  /// ECS does not say what it deployed: this is no `service.deployed`.
  @Sendable static func ecsDeployment(_ entry: ExportedEntry) -> Statement? {
    guard let service = entry.text("service"), let deployment = entry.text("deployment"),
      let state = entry.text("state"), ["COMPLETED", "FAILED"].contains(state)
    else { return nil }
    return Statement(
      own: "rollout.finished", of: deployment,
      [
        "platform": "ecs", "outcome": .string(state == "COMPLETED" ? "success" : "failure"),
        "cluster": .optional(entry.text("cluster")), "service": .string(service),
        "account": .optional(entry.text("account")), "region": .optional(entry.text("region")),
        "reason": .optional(entry.text("reason")),
      ])
  }

  /// An environment is required, and results of tests name none unless the job ran for one.
  @Sendable static func testResults(_ entry: ExportedEntry) -> Statement? {
    guard let suite = entry.text("suite") else { return nil }
    let (failures, errors) = (entry.data["failures"]?.int, entry.data["errors"]?.int)
    let outcome = failures ?? 0 > 0 ? "failure" : errors ?? 0 > 0 ? "error" : "success"
    var environment = "ci"
    if case .workflow(let job) = entry.stored.entry.source, let name = job.environment {
      environment = name
    }
    return Statement(
      "testsuiterun.finished", of: "\(suite)/\(entry.stored.leaf.hex)",
      [
        "outcome": .string(outcome), "environment": ["id": .string(environment)],
        "testSuite": ["id": .string(suite), "name": .string(suite)],
      ])
  }
}
