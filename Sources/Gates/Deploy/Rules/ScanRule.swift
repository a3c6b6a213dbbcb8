import Ledger

/// `scan:` the newest scan of each required tool found nothing as bad as this, and is not too old.
public struct ScanRule: DeployRule {
  public static let key = "scan"
  private static let severities = ["critical", "high", "medium", "low"]

  public let failOn: String
  public let tools: [String]
  /// Shown, and never block.
  public let advisory: [String]
  /// Seconds.
  public let maximumAge: Int64?

  public init(failOn: String, tools: [String], advisory: [String] = [], maximumAge: Int64? = nil) {
    self.failOn = failOn
    self.tools = tools
    self.advisory = advisory
    self.maximumAge = maximumAge
  }

  public static func read(
    _ node: ConfigNode, _ path: String, _ reader: inout ConfigReader
  ) -> ScanRule? {
    let allowed = ["fail-on", "tools", "advisory", "max-age"]
    guard let members = reader.members(node, path, allowed: allowed) else { return nil }
    let word = members["fail-on"].flatMap { reader.text($0, "\(path).fail-on", 1...20) }
    if word.map(severities.contains) != true {
      reader.report(
        members["fail-on"] ?? node, "\(path).fail-on",
        "must be one of \(severities.joined(separator: ", "))")
    }
    if members["tools"] == nil { reader.report(node, "\(path).tools", "is missing") }
    let age = members["max-age"].flatMap { reader.duration($0, "\(path).max-age") }
    return ScanRule(
      failOn: word ?? "", tools: reader.texts(members["tools"], "\(path).tools"),
      advisory: reader.texts(members["advisory"], "\(path).advisory"), maximumAge: age)
  }

  public var json: JSON {
    var members: [String: JSON] = [
      "fail-on": .string(failOn), "tools": .array(tools.map(JSON.string)),
    ]
    if !advisory.isEmpty { members["advisory"] = .array(advisory.map(JSON.string)) }
    if let maximumAge { members["max-age"] = .string(DurationText.text(maximumAge)) }
    return .object(members)
  }

  public func findings(_ evidence: DeployCase) -> [DeployFinding] {
    guard evidence.digest != nil else {
      return [.init(Self.key, .fail("no-digest"), "no digest is named")]
    }
    return tools.map { finding(evidence, $0, required: true) }
      + advisory.map { finding(evidence, $0, required: false) }
  }

  private func finding(
    _ evidence: DeployCase, _ tool: String, required: Bool
  ) -> DeployFinding {
    func found(_ result: LocalResult, _ detail: String, _ scan: ScanRow? = nil) -> DeployFinding {
      .init(
        Self.key, result, "\(tool): \(detail)", required: required,
        entries: scan.map { [$0.entry] } ?? [])
    }
    let scans = evidence.scans.filter { scan in
      scan.tool == tool.lowercased()
        && (scan.repository == 0 || evidence.repositories.contains(scan.repository))
    }
    guard !scans.isEmpty else { return found(.fail("missing"), "no scan of this digest") }
    // Of each teller the newest counts, and of several tellers the worst.
    let newest = Dictionary(grouping: scans) { "\($0.repository) \($0.toldBy)" }.values
      .compactMap { $0.max(by: ScanRule.isOlder) }
    let judged = newest.sorted { $0.entry < $1.entry }.map { judge($0, evidence, found) }
    return judged.first { $0.result != .pass } ?? judged[judged.count - 1]
  }

  private func judge(
    _ scan: ScanRow, _ evidence: DeployCase,
    _ found: (LocalResult, String, ScanRow?) -> DeployFinding
  ) -> DeployFinding {
    if let maximumAge, evidence.now.seconds(since: scan.scannedAt) > Double(maximumAge) {
      return found(.fail("old"), "the scan is older than \(DurationText.text(maximumAge))", scan)
    }
    guard let bad = count(scan) else {
      return found(.unknown("uncounted"), "the scan does not count \(failOn)", scan)
    }
    return bad.isEmpty
      ? found(.pass, "nothing at or above \(failOn)", scan) : found(.fail("findings"), bad, scan)
  }

  /// Of two of one time the worse one counts.
  private static func isOlder(_ left: ScanRow, _ right: ScanRow) -> Bool {
    guard left.scannedAt == right.scannedAt else { return left.scannedAt < right.scannedAt }
    let (less, more) = (left.counts.map { $0 ?? .max }, right.counts.map { $0 ?? .max })
    return less == more ? left.entry < right.entry : less.lexicographicallyPrecedes(more)
  }

  /// What is at or above the severity; empty for nothing, `nil` when it was not counted.
  private func count(_ scan: ScanRow) -> String? {
    guard let last = Self.severities.firstIndex(of: failOn), scan.counts.count > last else {
      return nil
    }
    var parts: [String] = []
    for (severity, count) in zip(Self.severities, scan.counts).prefix(last + 1) {
      guard let count, count >= 0 else { return nil }
      if count > 0 { parts.append("\(count) \(severity)") }
    }
    return parts.joined(separator: ", ")
  }
}
