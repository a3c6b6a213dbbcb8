import Ledger

/// Why a pull request may, or may not, be merged: the last verdict on its head, or, after the merge,
/// whether it was in order. The same value makes the CLI's table, the API's answer and the page.
public struct GateReport: Sendable {
  public static let schema = "ledger.gate/1"

  public struct Finding: Hashable, Sendable {
    public let check: String
    public let isRequired: Bool
    /// `pass`, `fail`, `pending` or `unknown`.
    public let result: String
    /// GitHub's word for it, or `missing`.
    public let word: String
    public let isConfirmed: Bool
    public let entries: [Int64]
    /// `same-second`, `by-exception`: what is special about a pass.
    public let label: String?
    /// What may be wrong when it is missing.
    public let hint: String?
  }

  /// What lets it pass, or let it pass when it was merged, although its findings do not.
  public struct Override: Hashable, Sendable {
    public let entry: Int64
    /// Name of the token.
    public let by: String
    public let reason: String
    public let expiresAt: Instant
  }

  public let repository: RepositoryRow
  public let pull: Int64
  public let headSHA: String
  /// `allow`, `deny` or `pending`. Unknown is not allowed: without a verdict it is `deny`.
  public let state: String
  public let summary: String
  public let findings: [Finding]
  /// The entry that says so; `nil` when no gate looked at this pull request.
  public let entry: Int64?
  public let decidedAt: Instant?
  public let policy: String?
  public let mergedAt: Instant?
  /// `bypass`, `verified` or `undetermined`, after the merge.
  public let merge: String?
  public let override: Override?
  /// What is special about a merge in order: `head tested, merge result not tested`.
  public let label: String?
  public let asOf: Instant
  /// What may be missing.
  public let gaps: [Envelope.Gap]

  public init?(
    repository name: String, pull number: Int64, reading tables: any LedgerReader, asOf: Instant
  ) throws {
    guard let repository = try tables.repository(named: name),
      let pull = try tables.pull(repository.id, number)
    else { return nil }
    let audit = try pull.merge == nil ? nil : tables.audit(repository.id, number)
    let head = pull.merge?.headSHA ?? pull.headSHA
    let verdict = try tables.verdict(repository.id, number, head: head)
    let source = try (audit?.entry ?? verdict?.entry).flatMap { try tables.entry(at: $0) }
    let override = try source?.entry.data["override"]?.int.flatMap { try tables.override($0) }
    let answer = try GateReport.answer(audit, verdict, pull, override, tables)
    self.repository = repository
    self.pull = number
    headSHA = head
    (state, summary) =
      audit == nil && override?.isValid(at: asOf) == false ? GateReport.past(override) : answer
    self.override = override.map(Override.init)
    findings = (source?.entry.data["findings"]?.array ?? []).compactMap(Finding.init(json:))
    entry = source?.index
    decidedAt = source?.entry.received
    policy = source?.entry.data["policy"]?.string
    mergedAt = pull.merge?.at
    merge = audit?.result
    label = audit == nil ? nil : source?.entry.data["label"]?.string
    self.asOf = asOf
    gaps = try Completeness(tables).gaps(asOf: asOf)
  }

  private static func answer(
    _ audit: AuditRow?, _ verdict: VerdictRow?, _ pull: PullRow, _ override: OverrideRow?,
    _ tables: any LedgerReader
  ) throws -> (String, String) {
    if let audit {
      if override != nil { return ("deny", audit.summary) }
      return switch audit.result {
      case "verified": ("allow", audit.summary)
      case "undetermined": ("pending", "undetermined: \(audit.summary)")
      default: ("deny", "bypassed: \(audit.summary)")
      }
    }
    // Open pull requests are judged again by every new policy that guards them.
    guard let policy = try tables.currentPolicy() else { return ("deny", "no policy is in force") }
    if let verdict, verdict.policy == policy { return (verdict.state, verdict.summary) }
    return ("deny", "no gate guards the branch \(pull.baseRef)")
  }

  /// Time alone makes no verdict: until the gate looked again, nothing allows.
  private static func past(_ override: OverrideRow?) -> (String, String) {
    let end = override.map { ($0.end?.at ?? $0.expiresAt).wholeSecond.description } ?? ""
    return ("deny", "its override ended at \(end), and the gate has not looked again")
  }

  public var json: JSON {
    var members: [String: JSON] = [
      "repository": ["id": .string(String(repository.id)), "name": .string(repository.name)],
      "pull": .string(String(pull)), "head_sha": .string(headSHA), "state": .string(state),
      "summary": .string(summary), "findings": .array(findings.map(\.json)),
      "entry": .optional(entry.map(String.init)), "decided_at": .optional(decidedAt),
      "policy": .optional(policy), "merged_at": .optional(mergedAt), "merge": .optional(merge),
      "override": override?.json ?? .null,
    ]
    if let label { members["label"] = .string(label) }
    return Envelope(schema: GateReport.schema, asOf: asOf, gaps: gaps).json(members)
  }

  /// Of a pull request that no delivery told of. Unknown is not allowed.
  public static func unknown(repository name: String, pull: Int64, asOf: Instant) -> JSON {
    let reason = "no delivery told of pull request \(name)#\(pull)"
    let gap = Envelope.Gap(from: nil, to: nil, reason: reason)
    return Envelope(schema: schema, asOf: asOf, gaps: [gap]).json([
      "repository": ["id": nil, "name": .string(name)], "pull": .string(String(pull)),
      "head_sha": nil, "state": "deny", "summary": .string(reason), "findings": [],
      "entry": nil, "decided_at": nil, "policy": nil, "merged_at": nil, "merge": nil,
      "override": nil,
    ])
  }

  /// Reads the answer of `GET /v1/pulls/{owner}/{repo}/{n}/gate`. `nil` when it is none.
  public init?(json: JSON) {
    guard json["schema"]?.string == GateReport.schema,
      let id = json.at("repository", "id")?.string.flatMap({ Int64($0) }),
      let name = json.at("repository", "name")?.string,
      let pull = json["pull"]?.string.flatMap({ Int64($0) }), let head = json["head_sha"]?.string,
      let state = json["state"]?.string, let summary = json["summary"]?.string,
      let asOf = Instant(json: json["as_of"])
    else { return nil }
    repository = RepositoryRow(id: id, name: name)
    self.pull = pull
    headSHA = head
    self.state = state
    self.summary = summary
    findings = (json["findings"]?.array ?? []).compactMap(Finding.init(json:))
    entry = json["entry"]?.string.flatMap { Int64($0) }
    decidedAt = Instant(json: json["decided_at"])
    policy = json["policy"]?.string
    mergedAt = Instant(json: json["merged_at"])
    merge = json["merge"]?.string
    override = json["override"].flatMap(Override.init(json:))
    label = json["label"]?.string
    self.asOf = asOf
    gaps = (json["gaps"]?.array ?? []).compactMap(Envelope.Gap.init(json:))
  }
}

extension GateReport.Finding {
  public init?(json: JSON) {
    guard let check = json["check"]?.string, let result = json["result"]?.string,
      let word = json["word"]?.string, let required = json["required"]?.bool
    else { return nil }
    self.init(
      check: check, isRequired: required, result: result, word: word,
      isConfirmed: json["confirmed"]?.bool ?? false,
      entries: (json["entries"]?.array ?? []).compactMap(\.int), label: json["label"]?.string,
      hint: json["hint"]?.string)
  }

  public var json: JSON {
    var members: [String: JSON] = [
      "check": .string(check), "required": .bool(isRequired), "result": .string(result),
      "word": .string(word), "confirmed": .bool(isConfirmed),
      "entries": .array(entries.map(JSON.int)),
    ]
    if let label { members["label"] = .string(label) }
    if let hint { members["hint"] = .string(hint) }
    return .object(members)
  }

  /// One of them at most: a check that passed is not missing.
  public var remark: String? { label ?? hint }
}

extension GateReport.Override {
  init(_ row: OverrideRow) {
    self.init(entry: row.entry, by: row.by, reason: row.reason, expiresAt: row.expiresAt)
  }

  init?(json: JSON) {
    guard let entry = json["entry"]?.string.flatMap({ Int64($0) }), let by = json["by"]?.string,
      let reason = json["reason"]?.string, let expires = Instant(json: json["expires_at"])
    else { return nil }
    self.init(entry: entry, by: by, reason: reason, expiresAt: expires)
  }

  var json: JSON {
    [
      "entry": .string(String(entry)), "by": .string(by), "reason": .string(reason),
      "expires_at": .string(expiresAt.description),
    ]
  }
}
