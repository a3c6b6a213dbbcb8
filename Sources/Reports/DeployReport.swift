import Ledger

/// Why something may, or may not, be deployed. The same value makes the CLI's table and the API's
/// answer.
public struct DeployReport: Hashable, Sendable {
  public static let schema = "ledger.gate.deploy/1"

  public struct Finding: Hashable, Sendable {
    public let rule: String
    /// `pass`, `fail`, `pending` or `unknown`.
    public let result: String
    public let detail: String
    public let isRequired: Bool
    public let entries: [Int64]
    public let until: Instant?
  }

  /// The members of `gate.deploy.v1` that are answered.
  private let data: JSON
  /// The entry that says so; `nil` when nothing was recorded.
  public let decision: Int64?
  public let decidedAt: Instant
  /// What lets it pass although its findings do not; `nil` also before `completed`.
  public private(set) var override: GateReport.Override?
  public private(set) var asOf: Instant
  /// What may be missing.
  public private(set) var gaps: [Envelope.Gap] = []

  /// - Parameter data: of a `gate.deploy.v1`, or as one would hold it.
  public init(data: JSON, decision: Int64?, decidedAt: Instant) {
    (self.data, self.decision, self.decidedAt) = (data, decision, decidedAt)
    asOf = decidedAt.wholeSecond
  }

  /// With what is known beside the answer: its override in full, and what may be missing.
  public func completed(reading tables: any LedgerReader, asOf: Instant) throws -> DeployReport {
    var report = self
    report.override = try data["override"]?.int.flatMap { try tables.override($0) }
      .map(GateReport.Override.init)
    report.asOf = asOf.wholeSecond
    report.gaps = try gaps + Completeness(tables).gaps(asOf: asOf)
    return report
  }

  /// A recorded answer.
  public init?(_ stored: Stored) {
    guard stored.entry.kind == .deployVerdict else { return nil }
    self.init(
      data: stored.entry.data, decision: stored.index, decidedAt: stored.entry.received)
  }

  /// Nobody could be asked: that is no.
  public init(unavailable reason: String, asked: [String: JSON], now: Instant) {
    let finding: JSON = [
      "rule": "ledger", "result": "unknown", "word": "unavailable", "detail": .string(reason),
      "required": true, "entries": [], "until": nil,
    ]
    let said: [String: JSON] = [
      "state": "deny", "summary": .string("ledger: \(reason)"), "is_temporary": true,
      "findings": [finding], "policy": nil, "override": nil,
    ]
    let about = ["service", "environment", "digest", "commit"].map { ($0, asked[$0] ?? .null) }
    self.init(
      data: .object(said.merging(about) { $1 }), decision: nil, decidedAt: now)
    gaps = [Envelope.Gap(from: nil, to: nil, reason: "the gate could not be asked: \(reason)")]
  }

  /// Everything but `allow` is a no.
  public var isAllowed: Bool { data["state"] == "allow" }
  /// Whether somebody let it pass although its findings do not.
  public var isOverridden: Bool { isAllowed && data["override"].map { !$0.isNull } == true }
  /// Whether it may change by waiting alone.
  public var isTemporary: Bool { !isAllowed && data["is_temporary"]?.bool == true }
  public var service: String { data["service"]?.string ?? "" }
  public var environment: String { data["environment"]?.string ?? "" }
  public var digest: String? { data["digest"]?.string }
  public var commit: String? { data["commit"]?.string }
  public var summary: String { data["summary"]?.string ?? "" }

  public var findings: [Finding] {
    (data["findings"]?.array ?? []).map { json in
      Finding(
        rule: json["rule"]?.string ?? "", result: json["result"]?.string ?? "unknown",
        detail: json["detail"]?.string ?? "", isRequired: json["required"]?.bool ?? true,
        entries: (json["entries"]?.array ?? []).compactMap(\.int),
        until: Instant(json: json["until"]))
    }
  }

  /// The earliest moment at which something that blocks may pass.
  public var retryAt: Instant? {
    findings.filter { $0.result == "pending" }.compactMap(\.until).min()
  }

  private static let members = [
    "service", "environment", "digest", "commit", "repository_id", "state", "summary",
    "is_temporary", "policy", "findings",
  ]

  public var json: JSON {
    var members: [String: JSON] = [
      "decision": .optional(decision), "decided_at": .string(decidedAt.description),
      "retry_at": .optional(retryAt), "exit": isAllowed ? 0 : 10,
      "override": override?.json ?? .null,
    ]
    for name in DeployReport.members { members[name] = data[name] ?? .null }
    return Envelope(schema: DeployReport.schema, asOf: asOf, gaps: gaps).json(members)
  }

  /// Reads what `json` wrote; `nil` for anything else.
  public init?(json: JSON) {
    guard json["schema"]?.string == DeployReport.schema,
      let state = json["state"]?.string, ["allow", "deny"].contains(state),
      let decided = Instant(json: json["decided_at"])
    else { return nil }
    // An allow that was not recorded is none.
    self.init(data: json, decision: json["decision"]?.int, decidedAt: decided)
    override = json["override"].flatMap(GateReport.Override.init(json:))
    asOf = Instant(json: json["as_of"]) ?? asOf
    gaps = (json["gaps"]?.array ?? []).compactMap(Envelope.Gap.init(json:))
  }
}
