import Ledger

/// An image was pushed to, or deleted from, a repository of ECR.
enum ECRImage: EventBridgeEvent {
  static let source = "aws.ecr"
  static let detailType = "ECR Image Action"
  static let kind = Kind.ecrImage

  static func facts(of event: JSON) -> Facts? {
    guard let detail = event["detail"], let repository = detail["repository-name"]?.string,
      let digest = imageDigest(detail["image-digest"]),
      let action = detail["action-type"]?.string
    else { return nil }
    let time = Instant(json: event["time"])
    return Facts(
      at: time,
      data: [
        "repository": .string(repository),
        "image": .optional(ecrImageName(of: event, repository: repository)),
        "digest": .string(digest), "tag": .string(of: detail["image-tag"]),
        "action": .string(action), "result": .string(of: detail["result"]),
        "occurred_at": .optional(time),
      ])
  }
}
