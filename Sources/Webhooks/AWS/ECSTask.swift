import Ledger

/// The state of a task. The one event that says which digest really runs.
enum ECSTask: EventBridgeEvent {
  static let source = "aws.ecs"
  static let detailType = "ECS Task State Change"
  static let kind = Kind.ecsTask

  static func facts(of event: JSON) -> Facts? {
    guard let detail = event["detail"], let task = detail["taskArn"]?.string, !task.isEmpty else {
      return nil
    }
    let times = ["created", "started", "stopped", "updated"].map {
      (name: $0, at: Instant(json: detail["\($0)At"]))
    }
    var data = words(of: detail)
    data.merge(definition(of: detail)) { $1 }
    for time in times { data["\(time.name)_at"] = .optional(time.at) }
    data["task"] = .string(task)
    data["cluster"] = .optional(ResourceName(detail["clusterArn"])?.last)
    data["service"] = .optional(service(detail["group"]?.string))
    data["version"] = .optional(detail["version"]?.int.flatMap { $0 >= 0 ? $0 : nil })
    data["containers"] = .array((detail["containers"]?.array ?? []).map(container))
    return Facts(at: times[3].at ?? times[0].at, data: data)
  }

  private static func words(of detail: JSON) -> [String: JSON] {
    let names = [
      ("started_by", "startedBy"), ("last_status", "lastStatus"),
      ("desired_status", "desiredStatus"), ("launch_type", "launchType"), ("cpu", "cpu"),
      ("memory", "memory"), ("stop_code", "stopCode"), ("stopped_reason", "stoppedReason"),
    ]
    return Dictionary(uniqueKeysWithValues: names.map { ($0, .string(of: detail[$1])) })
  }

  /// A task that was started by hand has another group, such as `family:NAME`.
  private static func service(_ group: String?) -> String? {
    group.flatMap { $0.hasPrefix("service:") ? String($0.dropFirst(8)) : nil }
  }

  /// `…:task-definition/FAMILY:REVISION`
  private static func definition(of detail: JSON) -> [String: JSON] {
    let parts =
      ResourceName(detail["taskDefinitionArn"])?.last?
      .split(separator: ":", omittingEmptySubsequences: false) ?? []
    guard parts.count == 2, let revision = Int64(parts[1]) else {
      return ["family": .null, "revision": .null]
    }
    return ["family": .string(String(parts[0])), "revision": .int(revision)]
  }

  /// The digest is given for images from ECR. Agents since 1.83 may name it in `image` instead.
  private static func container(_ container: JSON) -> JSON {
    let image = container["image"]?.string
    return [
      "name": .string(of: container["name"]), "image": .optional(image),
      "digest": .optional(
        imageDigest(container["imageDigest"]) ?? image.flatMap { ImageName($0).digest }),
      "status": .string(of: container["lastStatus"]),
      "exit_code": .int(of: container["exitCode"]),
    ]
  }
}
