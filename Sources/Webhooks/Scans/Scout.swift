import Ledger

/// Docker Scout's report for GitLab: GitLab's security report, container scanning.
enum Scout {
  static let selection = Selection("vulnerabilities.severity", "scan.scanner.name", "scan.end_time")

  static func read(_ json: JSON) throws(ScanError) -> ScanReport.Said {
    guard let vulnerabilities = json["vulnerabilities"]?.array else {
      throw ScanError("is no report of Docker Scout: it has no vulnerabilities")
    }
    var said = ScanReport.Said(
      scanner: json.at("scan", "scanner", "name")?.string ?? "docker scout")
    for vulnerability in vulnerabilities {
      said.counts.add(Severity(vulnerability["severity"]?.string))
    }
    said.at = Instant(json: json.at("scan", "end_time"))
    return said
  }
}
