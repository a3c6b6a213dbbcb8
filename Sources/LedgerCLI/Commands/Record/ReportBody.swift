import Ledger
import Reports

/// The members of a report: a flag, else its variable, else what the surroundings know. What nobody
/// knows is left out.
struct ReportBody {
  private(set) var members: [String: JSON] = [:]

  subscript(name: String) -> JSON? { members[name] }

  /// - Parameter flag: without dashes; `nil` for a flag without a variable.
  mutating func set(
    _ name: String, _ value: String?, flag: String?, otherwise: String? = nil
  ) {
    let variable = flag.flatMap { Configuration.text(ReportBody.variable($0)) }
    guard let text = value ?? variable ?? otherwise else { return }
    members[name] = .string(text)
  }

  /// The job is asked last: it may have to read a file to know.
  mutating func setCommit(_ value: String?, _ job: WorkflowEnvironment?) throws {
    set("commit", value, flag: "commit")
    if members["commit"] == nil { set("commit", try job?.commit, flag: nil) }
  }

  mutating func set(_ name: String, _ value: Int64?, flag: String, otherwise: Int64? = nil) throws {
    let variable: Int64? = try Configuration.parsed(ReportBody.variable(flag))
    guard let number = value ?? variable ?? otherwise else { return }
    members[name] = .int(number)
  }

  mutating func set(_ name: String, _ value: TimeExpression?, flag: String) throws {
    let variable: TimeExpression? = try Configuration.parsed(ReportBody.variable(flag))
    guard let time = value ?? variable else { return }
    members[name] = .string(time.instant(now: currentInstant()).description)
  }

  mutating func set(_ name: String, _ value: JSON) { members[name] = value }

  /// What a file says, where nothing was given.
  mutating func complete(with file: [String: JSON]) {
    for (name, value) in file where members[name] == nil && !value.isNull { members[name] = value }
  }

  /// `idempotency-key` → `LEDGER_IDEMPOTENCY_KEY`.
  private static func variable(_ flag: String) -> String {
    "LEDGER_" + flag.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
  }
}

/// How a person calls the thing that was recorded.
enum ReportLabel {
  static func text(_ noun: String, _ parts: JSON?...) -> String {
    ([noun] + parts.compactMap(\.self).map(short)).joined(separator: " ")
  }

  /// Twelve digits of a digest tell one from another.
  private static func short(_ json: JSON) -> String {
    guard let text = json.string else { return json.canonicalString }
    let isDigest = text.hasPrefix("sha256:") && text.utf8.count > 19
    return isDigest ? text.prefix(19) + "…" : text
  }
}
