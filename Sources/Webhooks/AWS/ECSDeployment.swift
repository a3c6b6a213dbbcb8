import Ledger

/// How the deployment of a service goes. It names neither task definition nor image: the tasks do.
enum ECSDeployment: EventBridgeEvent {
  static let source = "aws.ecs"
  static let detailType = "ECS Deployment State Change"
  static let kind = Kind.ecsDeployment
  private static let prefix = "SERVICE_DEPLOYMENT_"

  static func facts(of event: JSON) -> Facts? {
    guard let detail = event["detail"], let service = ECSServiceName(of: event),
      let deployment = detail["deploymentId"]?.string,
      let name = detail["eventName"]?.string, name.hasPrefix(prefix)
    else { return nil }
    let updated = Instant(json: detail["updatedAt"])
    let reason = detail["reason"]?.string
    return Facts(
      at: updated,
      data: [
        "cluster": .optional(service.cluster), "service": .string(service.name),
        "deployment": .string(deployment), "state": .string(String(name.dropFirst(prefix.count))),
        "rollback_to": .optional(reason.flatMap(rollbackTarget)), "reason": .optional(reason),
        "updated_at": .optional(updated),
      ])
  }

  /// ECS says it in words alone: "ECS deployment circuit breaker: rolling back to deploymentId
  /// ecs-svc/123."
  private static func rollbackTarget(_ reason: String) -> String? {
    reason.firstMatch(of: /rolling back to deploymentId (ecs-svc\/[0-9]+)/).map { String($0.1) }
  }
}
