import Ledger

/// A request to run a commit in an environment.
enum DeploymentEvent: GitHubEvent {
  static let names = ["deployment"]
  static let kind = Kind.deployment
  static let selection = Selection(
    "deployment.{id,sha,task,environment,production_environment,payload,created_at}",
    "deployment.creator.{id,login}")

  static func facts(of payload: JSON) -> Facts? {
    guard let deployment = payload["deployment"], let data = request(deployment) else { return nil }
    return Facts(
      at: Instant(json: deployment["created_at"]), data: data, people: [deployment["creator"]])
  }

  /// The members that `deployment` and `deployment_status` share. The digest is what the caller put
  /// into the deployment's payload, as `digest` or `image_digest`.
  static func request(_ deployment: JSON) -> [String: JSON]? {
    guard let id = deployment["id"]?.int, let sha = commitID(deployment["sha"]),
      let environment = deployment["environment"]?.string
    else { return nil }
    let extra = deployment["payload"]
    return [
      "deployment_id": .int(id), "sha": .string(sha), "environment": .string(environment),
      "task": .string(of: deployment["task"]),
      "production": .bool(of: deployment["production_environment"]),
      "digest": .optional(imageDigest(extra?["digest"]) ?? imageDigest(extra?["image_digest"])),
      "creator": deployment["creator"]?.id ?? .null,
      "created_at": .instant(deployment["created_at"]),
    ]
  }
}
