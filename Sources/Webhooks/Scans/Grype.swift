import Ledger

/// `grype -o json`.
enum Grype {
  static let selection = Selection(
    "matches.vulnerability.severity", "source.target.repoDigests", "descriptor.{name,timestamp}")

  static func read(_ json: JSON) throws(ScanError) -> ScanReport.Said {
    guard let matches = json["matches"]?.array else {
      throw ScanError("is no report of Grype: it has no matches")
    }
    var said = ScanReport.Said(scanner: json.at("descriptor", "name")?.string ?? "grype")
    for match in matches {
      said.counts.add(Severity(match.at("vulnerability", "severity")?.string))
    }
    said.digest = ScanReport.digest(of: json.at("source", "target", "repoDigests")?.array)
    said.at = Instant(json: json.at("descriptor", "timestamp"))
    return said
  }
}
