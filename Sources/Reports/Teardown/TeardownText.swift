import Ledger

/// The words that all forms of a report share.
public struct TeardownWords {
  let report: Teardown
  /// Names of people by number; the report itself holds none.
  let people: [Int64: String]

  public init(report: Teardown, people: [Int64: String] = [:]) {
    (self.report, self.people) = (report, people)
  }

  public var title: String { "Teardown of \(report.environment)" }

  public var verdict: String {
    switch report.outcome {
    case .clean: "clean: nothing is left"
    case .left:
      "not clean: \(count(.left)) left, \(count(.unexplained)) unexplained"
    case .unknown:
      "could not be determined: \(Self.calls(report.unanswered.count)) without an answer, "
        + "\(count(.unknown)) unknown, \(count(.left)) left, \(count(.unexplained)) unexplained"
    }
  }

  public var basis: String {
    guard report.isLive else { return "what was recorded; no platform was asked (--live)" }
    let (all, silent) = (report.calls.count, report.unanswered.count)
    return
      "\(Self.calls(all)) to the platforms, \(silent == 0 ? "all" : String(all - silent)) answered"
  }

  private static func calls(_ count: Int) -> String { count == 1 ? "1 call" : "\(count) calls" }

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
    let person = by["actor"]?.int.map { "by \(name(ofPerson: $0))" }
    let via = run == nil && person == nil ? by["via"]?.string : nil
    let time = creation.at.map(Self.time)
    let who = [run, person, via].compactMap(\.self).joined(separator: " ")
    return [time, who.isEmpty ? nil : who, creation.entry.map { "#\($0)" }].compactMap(\.self)
      .joined(separator: ", ")
  }

  /// What removes it. Nobody may have recorded it because it is somebody else's: whoever runs a plan
  /// must mean that.
  public func removal(of row: TeardownRow, unexplained: Bool = false) -> [String] {
    row.status == .unexplained && !unexplained ? row.commands.map { "# \($0)" } : row.commands
  }

  func name(ofPerson id: Int64) -> String { people[id] ?? "id:\(id)" }

  public func end(_ row: TeardownRow) -> String {
    guard let gone = row.gone else { return row.reason ?? "-" }
    return [gone.at.map(Self.time), gone.evidence, gone.entry.map { "#\($0)" }]
      .compactMap(\.self).joined(separator: ", ")
  }

  /// - Parameter brief: of Terraform's only the address.
  public func origin(_ row: TeardownRow, brief: Bool = false) -> String {
    switch row.origin {
    case .terraform:
      (row.address.map { brief ? $0 : "Terraform: \($0)" } ?? "Terraform")
        + (row.formerly.isEmpty ? "" : ", formerly \(row.formerly.joined(separator: ", "))")
    case .beside: "beside Terraform"
    case .unknown: "-"
    }
  }

  public static func time(_ instant: Instant) -> String {
    instant.wholeSecond.description.replacing("T", with: " ")
  }
}

extension String {
  /// Of an ARN what stands behind partition, service, region and account.
  fileprivate var withoutAccount: String {
    let parts = split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    return parts.count == 6 && parts[0] == "arn" ? String(parts[5]) : self
  }
}
