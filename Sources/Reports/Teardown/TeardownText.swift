import Ledger

/// The words that all forms of a report share.
public struct TeardownWords {
  let report: Teardown
  /// Names of people by number; the report itself holds none.
  var people: [Int64: String] = [:]

  public init(report: Teardown) { self.init(report: report, people: [:]) }

  init(report: Teardown, people: [Int64: String]) {
    (self.report, self.people) = (report, people)
  }

  public var title: String { "Teardown of \(report.environment)" }

  public var verdict: String {
    switch report.outcome {
    case .clean: "clean: nothing is left"
    case .left:
      "left: \(count(.left)) left, \(count(.unexplained)) unexplained"
    case .unknown:
      "could not be determined: \(report.unanswered.count) calls without an answer, "
        + "\(count(.unknown)) unknown, \(count(.left)) left, \(count(.unexplained)) unexplained"
    }
  }

  public var basis: String {
    let asked = report.calls.count
    return report.isLive
      ? "\(asked) calls to the platforms, \(report.unanswered.count) of them without an answer"
      : "what was recorded; no platform was asked (--live)"
  }

  private func count(_ status: TeardownRow.Status) -> Int { report.count(status) }

  public static func heading(_ status: TeardownRow.Status) -> String {
    switch status {
    case .left: "Left"
    case .unexplained: "Unexplained"
    case .unknown: "Unknown"
    case .kept: "Kept"
    case .gone: "Gone"
    }
  }

  public func name(_ row: TeardownRow) -> String {
    row.name ?? row.id?.withoutAccount ?? row.address ?? "-"
  }

  /// `2026-11-21 00:22:10Z, run 991/1 by mia, #12`
  public func created(_ row: TeardownRow) -> String {
    guard let creation = row.created else { return "-" }
    let by = creation.by
    let run = by["run"]?.int.map { run in
      "run \(run)" + (by["attempt"]?.int.map { "/\($0)" } ?? "")
    }
    let person = by["actor"]?.int.map { "by \(people[$0] ?? "id:\($0)")" }
    let via = run == nil && person == nil ? by["via"]?.string : nil
    let time = creation.at.map(Self.time)
    let who = [run, person, via].compactMap(\.self).joined(separator: " ")
    return [time, who.isEmpty ? nil : who, creation.entry.map { "#\($0)" }].compactMap(\.self)
      .joined(separator: ", ")
  }

  public func end(_ row: TeardownRow) -> String {
    guard let gone = row.gone else { return row.reason ?? "-" }
    return [gone.at.map(Self.time), gone.evidence, gone.entry.map { "#\($0)" }]
      .compactMap(\.self).joined(separator: ", ")
  }

  public func origin(_ row: TeardownRow) -> String {
    switch row.origin {
    case .terraform: row.address.map { "Terraform: \($0)" } ?? "Terraform"
    case .beside: "beside Terraform"
    case .unknown: "-"
    }
  }

  public static func time(_ instant: Instant) -> String {
    instant.wholeSecond.description.replacing("T", with: " ")
  }

  // MARK: summary

  public var facts: [(String, String)] {
    let summary = report.summary
    guard summary.object != nil else { return [] }
    var facts: [(String, String)] = []
    if let from = summary["from"]?.string, let to = summary["to"]?.string {
      facts.append(("Deployments from", "\(from) to \(to)"))
    }
    facts.append(("Deployments", counts(summary["deployments"])))
    facts.append(("Merges", counts(summary["merges"]) + bypasses))
    facts.append(("Test results", counts(summary["tests"])))
    facts.append(("Image scans", counts(summary["scans"])))
    facts.append(("Replicas", replicas))
    facts.append(("Tasks", tasks))
    if let cost = summary["cost"]?.string { facts.append(("Cost", cost)) }
    if let seconds = summary["seconds_to_first_deploy"]?.int {
      facts.append(("First push to first deployment", Self.span(seconds)))
    }
    return facts
  }

  /// `7: 5 success, 2 failure`
  private func counts(_ json: JSON?) -> String {
    let total = json?["total"]?.int ?? 0
    let parts = (json?["outcomes"]?.object ?? [:]).sorted { $0.key < $1.key }
      .compactMap { word, count in count.int.map { "\($0) \(word)" } }
    return parts.isEmpty ? "none was recorded" : "\(total): \(parts.joined(separator: ", "))"
  }

  private var bypasses: String {
    let names = (report.summary["bypasses"]?.array ?? []).map { bypass in
      "\(bypass["repository"]?.string ?? "")#\(bypass["pull"]?.int ?? 0)"
    }
    return names.isEmpty ? "" : "; bypassed: \(names.joined(separator: ", "))"
  }

  private var replicas: String {
    let replicas = report.summary["replicas"]
    guard let most = replicas?["most"]?.int, let allowed = replicas?["allowed"]?.int, most > 0
    else { return "no task was seen" }
    let what = "at most \(most) of one revision at once; \(allowed) are allowed"
    guard most > allowed else { return what }
    return what + ": exceeded by \(replicas?["of"]?.string ?? "") at "
      + (replicas?["at"]?.string ?? "")
  }

  private var tasks: String {
    let summary = report.summary
    func hours(_ name: String) -> String {
      let hundredths = (summary[name]?.int ?? 0) / 36
      let rest = hundredths % 100
      return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
    return "\(summary["tasks"]?.int ?? 0), \(hours("vcpu_seconds")) vCPU-hours, "
      + "\(hours("gb_seconds")) GB-hours"
  }

  static func span(_ seconds: Int64) -> String {
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60)
    if hours >= 48 { return "\(hours / 24) days" }
    return hours > 0 ? "\(hours) h \(minutes) min" : "\(minutes) min"
  }
}

extension String {
  /// Of an ARN what stands behind partition, service, region and account.
  fileprivate var withoutAccount: String {
    let parts = split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    return parts.count == 6 && parts[0] == "arn" ? String(parts[5]) : self
  }
}
