import Ledger

/// Why output of the `aws` command cannot be read.
public struct AWSOutputError: Error, Hashable, Sendable {
  public let reason: String

  init(_ reason: String) { self.reason = reason }
}

/// What the `aws` command prints, as bodies of reports. Secrets that a task definition may hold are
/// never read.
public enum AWSOutput {
  private static let taskDefinition = Selection(
    "taskDefinition.{family,revision,taskDefinitionArn,registeredAt}",
    "taskDefinition.containerDefinitions.{name,image}")

  /// Of `aws ecs register-task-definition` and `describe-task-definition`: the members of a
  /// `task_definition.recorded.v1` that it knows.
  public static func taskDefinition(_ bytes: [UInt8]) throws(AWSOutputError) -> [String: JSON] {
    guard let definition = try parse(bytes, taskDefinition)["taskDefinition"],
      let containers = definition["containerDefinitions"]?.array
    else {
      throw AWSOutputError("is no output of aws ecs register-task-definition: no taskDefinition")
    }
    return [
      "family": definition["family"] ?? .null, "revision": definition["revision"] ?? .null,
      "arn": definition["taskDefinitionArn"] ?? .null,
      "registered_at": .optional(instant(definition["registeredAt"])),
      "containers": .array(containers.map(container)),
    ]
  }

  private static let images = Selection(
    "imageDetails.{registryId,repositoryName,imageDigest,imageTags,imageSizeInBytes,imagePushedAt}")

  /// Of `aws ecr describe-images`, which must tell of one image, or of one that has `digest`.
  public static func image(
    _ bytes: [UInt8], digest: String?
  ) throws(AWSOutputError) -> [String: JSON] {
    guard let all = try parse(bytes, images)["imageDetails"]?.array else {
      throw AWSOutputError("is no output of aws ecr describe-images: no imageDetails")
    }
    let meant = all.filter { digest == nil || $0["imageDigest"]?.string == digest }
    guard let image = meant.first, meant.count == 1 else {
      throw AWSOutputError("tells of \(meant.count) images: ask for one, or name it by --digest")
    }
    let tags = image["imageTags"]?.array ?? []
    return [
      "digest": image["imageDigest"] ?? .null, "size": image["imageSizeInBytes"] ?? .null,
      "tag": tags.count == 1 ? tags[0] : JSON.null,
      "pushed_at": .optional(instant(image["imagePushedAt"])),
    ]
  }

  private static func parse(
    _ bytes: [UInt8], _ selection: Selection
  ) throws(AWSOutputError) -> JSON {
    do { return try JSON.parse(bytes, keeping: selection) } catch {
      throw AWSOutputError("is not JSON: \(error)")
    }
  }

  /// RFC 3339, or seconds since 1970 with a fraction: version 1 of the command writes these.
  private static func instant(_ json: JSON?) -> Instant? {
    guard case .number(let text)? = json else { return Instant(json: json) }
    guard let seconds = Double(text), (0..<1e11).contains(seconds) else { return nil }
    return Instant(microseconds: Int64(seconds * 1_000_000))
  }

  private static func container(_ json: JSON) -> JSON {
    let image = json["image"]?.string
    return [
      "name": json["name"] ?? .null, "image": .optional(image),
      "digest": .optional(image.flatMap { ImageName($0).digest }),
    ]
  }
}
