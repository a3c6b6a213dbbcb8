import Ledger

/// The assessment: what happened while the environment was there, in words.
extension TeardownWords {
  /// More names than these make no line.
  private static let mostNames = 20

  public var facts: [(String, String)] {
    let summary = report.summary
    guard summary.object != nil else { return [] }
    var facts: [(String, String)] = []
    if let from = Instant(json: summary["from"]), let to = Instant(json: summary["to"]) {
      facts.append(("Period", "\(Self.time(from)) to \(Self.time(to))"))
    }
    facts += [
      ("Deployments", counts(summary["deployments"])), ("Merges gated", gated),
      ("Lint and test checks", checks), ("Test results", counts(summary["tests"])),
      ("Replicas", replicas), ("Image scans", counts(summary["scans"])), ("Tasks", tasks),
    ]
    if let cost = summary["cost"]?.string { facts.append(("Cost", cost)) }
    if let seconds = summary["seconds_to_first_deploy"]?.int {
      facts.append(("First commit to deployment", Self.span(seconds)))
    }
    return facts
  }

  /// `7: 5 success, 2 failure`
  private func counts(_ json: JSON?) -> String {
    let total = json?["total"]?.int ?? 0
    let parts = words(json?["outcomes"])
    return parts.isEmpty ? "none was recorded" : "\(total): \(parts)"
  }

  private func words(_ outcomes: JSON?) -> String {
    (outcomes?.object ?? [:]).sorted { $0.key < $1.key }
      .compactMap { word, count in count.int.map { "\($0) \(word)" } }.joined(separator: ", ")
  }

  // MARK: merges

  /// `no, 1 of 2: acme/api#42 bypass by mia (test failed)`
  private var gated: String {
    let merges = report.summary["merges"]
    let total = merges?["total"]?.int ?? 0
    let others = report.summary["ungated"]?.array ?? []
    guard !others.isEmpty else {
      return total == 0 ? "none was recorded" : "yes, all \(total)"
    }
    let verified = merges?.at("outcomes", "verified")?.int ?? 0
    let names = others.prefix(Self.mostNames).map(ungated).joined(separator: "; ")
    let rest = others.count - Self.mostNames
    return "no, \(verified) of \(total): " + names + (rest > 0 ? "; and \(rest) more" : "")
  }

  private func ungated(_ merge: JSON) -> String {
    let repository = merge["repository"]?.string ?? ""
    let commit = merge["commit"]?.string.map { "@\($0.prefix(7))" }
    let what = merge["pull"]?.int.map { "#\($0)" } ?? commit ?? ""
    let person = merge["actor"]?.int.map { " by \(name(ofPerson: $0))" } ?? ""
    let reason = merge["reason"]?.string.map { " (\($0))" } ?? ""
    let word = merge["outcome"]?.string ?? "unknown"
    return "\(repository)\(what) \(word == "unknown" ? "no gate looked" : word)\(person)\(reason)"
  }

  /// `lint: 2 success; bandit (advisory): 1 failure, 1 success`
  private var checks: String {
    let checks = report.summary["checks"]?.array ?? []
    let parts = checks.map { check in
      let name = (check["name"]?.string ?? "-") + (check["required"] == false ? " (advisory)" : "")
      return "\(name): \(words(check["outcomes"]))"
    }
    return parts.isEmpty ? "none was recorded" : parts.joined(separator: "; ")
  }

  // MARK: tasks

  private var replicas: String {
    let replicas = report.summary["replicas"]
    guard let most = replicas?["most"]?.int, let allowed = replicas?["allowed"]?.int, most > 0
    else { return "no task was seen" }
    let what = "at most \(most) of one revision at once; \(allowed) allowed"
    guard most > allowed else { return what }
    let at = Instant(json: replicas?["at"]).map { " at \(Self.time($0))" } ?? ""
    return "\(what): exceeded by \(replicas?["of"]?.string ?? "-")\(at)"
  }

  private var tasks: String {
    let summary = report.summary
    func hours(_ name: String) -> String {
      let hundredths = (summary[name]?.int ?? 0) / 36
      let rest = hundredths % 100
      return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
    return "\(summary["tasks"]?.int ?? 0): \(hours("vcpu_seconds")) vCPU-hours, "
      + "\(hours("gb_seconds")) GB-hours"
  }

  private static func span(_ seconds: Int64) -> String {
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60)
    if hours >= 48 { return "\(hours / 24) days" }
    return hours > 0 ? "\(hours) h \(minutes) min" : "\(minutes) min"
  }
}
