import Ledger

/// ECR's own scan of an image. It counts only the severities that it found.
enum ECRScan: EventBridgeEvent {
  static let source = "aws.ecr"
  static let detailType = "ECR Image Scan"
  static let kind = Kind.ecrScan
  private static let severities = [
    ("critical", "CRITICAL"), ("high", "HIGH"), ("medium", "MEDIUM"), ("low", "LOW"),
    ("unknown", "UNDEFINED"),
  ]

  static func facts(of event: JSON) -> Facts? {
    guard let detail = event["detail"], let repository = detail["repository-name"]?.string,
      let digest = imageDigest(detail["image-digest"]),
      let counts = counts(detail["finding-severity-counts"] ?? [:])
    else { return nil }
    let time = Instant(json: event["time"])
    var data = counts
    data["repository"] = .string(repository)
    data["image"] = .optional(ecrImageName(of: event, repository: repository))
    data["digest"] = .string(digest)
    data["tags"] = .array(
      (detail["image-tags"]?.array ?? []).filter { $0.string != nil })
    data["status"] = .string(of: detail["scan-status"])
    data["scanned_at"] = .optional(time)
    return Facts(at: time, data: data)
  }

  /// `nil` when something there is no count.
  private static func counts(_ found: JSON) -> [String: JSON]? {
    guard let found = found.object else { return nil }
    var counts: [String: JSON] = [:]
    for (name, severity) in severities {
      let value = found[severity] ?? 0
      guard let count = value.int, count >= 0 else { return nil }
      counts[name] = .int(count)
    }
    return counts
  }
}
