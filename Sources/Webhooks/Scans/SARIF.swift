import Ledger

/// SARIF 2.1.0. GitHub's property `security-severity` is a CVSS score and wins over the level,
/// which knows no critical.
enum SARIF {
  static let selection = Selection(
    "version", "runs.tool.driver.name",
    "runs.tool.{driver,extensions}.rules.{id,properties,defaultConfiguration}",
    "runs.invocations.endTimeUtc",
    "runs.results.{ruleId,ruleIndex,rule,kind,level,baselineState,properties,suppressions}")

  static func read(_ json: JSON) throws(ScanError) -> ScanReport.Said {
    guard let runs = json["runs"]?.array, !runs.isEmpty else {
      throw ScanError("is no SARIF: it has no runs")
    }
    guard json["version"]?.string?.hasPrefix("2.1") == true else {
      throw ScanError("is SARIF of another version than 2.1")
    }
    var names: [String] = []
    var said = ScanReport.Said(scanner: "")
    for run in runs {
      let name = run.at("tool", "driver", "name")?.string ?? "unknown"
      if !names.contains(name) { names.append(name) }
      let rules = Rules(run)
      for result in run["results"]?.array ?? [] where counts(result) {
        said.counts.add(rules.severity(result))
      }
      let end = run["invocations"]?.array?.last?["endTimeUtc"]
      said.at = Instant(json: end) ?? said.at
    }
    said.scanner = names.joined(separator: ", ")
    return said
  }

  /// 3.27.9 kind, 3.27.23 suppressions, 3.27.24 baselineState: what is no problem, is accepted, or
  /// is no longer there.
  private static func counts(_ result: JSON) -> Bool {
    let kind = result["kind"]?.string ?? "fail"
    let suppressed = (result["suppressions"]?.array ?? []).contains {
      ($0["status"]?.string ?? "accepted") == "accepted"
    }
    return ["fail", "open", "review"].contains(kind) && !suppressed
      && result["baselineState"] != "absent"
  }

  private struct Rules {
    private let driver: [JSON]
    private var byID: [String: JSON] = [:]

    init(_ run: JSON) {
      driver = run.at("tool", "driver", "rules")?.array ?? []
      let extensions = run.at("tool", "extensions")?.array ?? []
      for rule in driver + extensions.flatMap({ $0["rules"]?.array ?? [] }) {
        if let id = rule["id"]?.string, byID[id] == nil { byID[id] = rule }
      }
    }

    func severity(_ result: JSON) -> Severity {
      let rule = rule(result)
      if let score = SARIF.score(result) ?? rule.flatMap(SARIF.score) {
        return Severity(score: score)
      }
      let level =
        result["level"]?.string ?? rule?.at("defaultConfiguration", "level")?.string ?? "warning"
      switch level {
      case "error": return .high
      case "warning": return .medium
      case "note": return .low
      default: return .unknown
      }
    }

    /// 3.27.5 ruleId, 3.27.6 ruleIndex, 3.27.7 rule.
    private func rule(_ result: JSON) -> JSON? {
      if let id = result["ruleId"]?.string ?? result.at("rule", "id")?.string, let rule = byID[id] {
        return rule
      }
      guard let index = result["ruleIndex"]?.int, driver.indices.contains(Int(index)) else {
        return .none
      }
      return driver[Int(index)]
    }
  }

  private static func score(_ json: JSON) -> Double? {
    let number: Double? =
      switch json.at("properties", "security-severity") {
      case .string(let text), .number(let text): Double(text)
      case .int(let value): Double(value)
      default: nil
      }
    return number.flatMap { (0...10).contains($0) ? $0 : nil }
  }
}
