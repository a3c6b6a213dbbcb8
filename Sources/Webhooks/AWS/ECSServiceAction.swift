import Ledger

/// What ECS has to say about a service: steady state, tasks that do not start or find no place.
enum ECSServiceAction: EventBridgeEvent {
  static let source = "aws.ecs"
  static let detailType = "ECS Service Action"
  static let kind = Kind.ecsServiceAction

  static func facts(of event: JSON) -> Facts? {
    guard let detail = event["detail"], let service = ECSServiceName(of: event),
      let name = detail["eventName"]?.string
    else { return nil }
    let created = Instant(json: detail["createdAt"])
    return Facts(
      at: created,
      data: [
        "cluster": .optional(service.cluster), "service": .string(service.name),
        "type": .string(of: detail["eventType"]), "name": .string(name),
        "reason": .string(of: detail["reason"]), "created_at": .optional(created),
      ])
  }
}
