import Ledger

/// `aws ecr describe-image-scan-findings`, of basic and of enhanced scanning.
enum ECRFindings {
  static let selection = Selection(
    "imageScanStatus.status", "imageId.imageDigest",
    "imageScanFindings.{findingSeverityCounts,imageScanCompletedAt}")

  static func read(_ json: JSON) throws(ScanError) -> ScanReport.Said {
    guard let found = json["imageScanFindings"]?.object else {
      throw ScanError("is no answer of ECR: it has no imageScanFindings")
    }
    // A continuous scan is never complete.
    let status = json.at("imageScanStatus", "status")?.string
    guard status == nil || status == "COMPLETE" || status == "ACTIVE" else {
      throw ScanError("is of a scan without a result: it is \(status ?? "")")
    }
    guard status != nil || found["findingSeverityCounts"] != nil else {
      throw ScanError("says neither what was found nor that the scan is complete")
    }
    guard let counts = SeverityCounts(ecr: found["findingSeverityCounts"]) else {
      throw ScanError("has findingSeverityCounts that are no counts")
    }
    var said = ScanReport.Said(scanner: "ecr", counts: counts)
    said.digest = imageDigest(json.at("imageId", "imageDigest"))
    said.at = Instant(json: found["imageScanCompletedAt"])
    return said
  }
}

extension SeverityCounts {
  /// ECR names only the severities that it found. `INFORMATIONAL` is none of the five.
  ///
  /// - Returns: `nil` when something there is no count.
  init?(ecr found: JSON?) {
    guard let found = (found ?? [:]).object else { return nil }
    // What an entry can hold: two of them are added.
    let counts = found.compactMapValues { $0.int.flatMap { (0...1 << 52).contains($0) ? $0 : nil } }
    guard counts.count == found.count else { return nil }
    self.init()
    (critical, high) = (counts["CRITICAL"] ?? 0, counts["HIGH"] ?? 0)
    (medium, low) = (counts["MEDIUM"] ?? 0, counts["LOW"] ?? 0)
    unknown = (counts["UNDEFINED"] ?? 0) + (counts["UNTRIAGED"] ?? 0)
  }
}
