import Ledger

/// ECR's own scan of an image. It counts only the severities that it found.
enum ECRScan: EventBridgeEvent {
  static let source = "aws.ecr"
  static let detailType = "ECR Image Scan"
  static let kind = Kind.ecrScan

  static func facts(of event: JSON) -> Facts? {
    guard let detail = event["detail"], let repository = detail["repository-name"]?.string,
      let digest = imageDigest(detail["image-digest"]),
      let counts = SeverityCounts(ecr: detail["finding-severity-counts"])
    else { return nil }
    let time = Instant(json: event["time"])
    var data = counts.members
    data["repository"] = .string(repository)
    data["image"] = .optional(ecrImageName(of: event, repository: repository))
    data["digest"] = .string(digest)
    data["tags"] = .array(
      (detail["image-tags"]?.array ?? []).filter { $0.string != nil })
    data["status"] = .string(of: detail["scan-status"])
    data["scanned_at"] = .optional(time)
    // Entries of older versions lack it: of theirs the newest counts, whoever brought it.
    data["by_teller"] = true
    return Facts(at: time, data: data)
  }
}
