import Ledger

/// `trivy --format json`: vulnerabilities, failed checks of a configuration, and secrets.
enum Trivy {
  static let selection = Selection(
    "SchemaVersion", "CreatedAt", "Metadata.RepoDigests", "Results.Target",
    "Results.{Vulnerabilities,Misconfigurations,Secrets}.{Severity,Status}", "Target",
    "{Vulnerabilities,Misconfigurations,Secrets}.{Severity,Status}")

  static func read(_ json: JSON) throws(ScanError) -> ScanReport.Said {
    guard json.array != nil || json["SchemaVersion"] != nil || json["Results"] != nil else {
      throw ScanError("is no report of Trivy: it has no SchemaVersion and no Results")
    }
    var said = ScanReport.Said(scanner: "trivy")
    for result in json.array ?? json["Results"]?.array ?? [] {
      for finding in findings(result) { said.counts.add(Severity(finding["Severity"]?.string)) }
    }
    said.digest = ScanReport.digest(of: json.at("Metadata", "RepoDigests")?.array)
    said.at = Instant(json: json["CreatedAt"])
    return said
  }

  private static func findings(_ result: JSON) -> [JSON] {
    let failed = (result["Misconfigurations"]?.array ?? []).filter {
      ($0["Status"]?.string ?? "FAIL") == "FAIL"
    }
    return (result["Vulnerabilities"]?.array ?? []) + failed + (result["Secrets"]?.array ?? [])
  }
}
