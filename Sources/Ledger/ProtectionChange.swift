/// One change of what GitHub itself demands of branches, as its webhook told it.
public struct ProtectionChange: Hashable, Sendable {
  public enum Form: String, Sendable {
    case rule = "branch_protection_rule"
    case ruleset
    /// All rules of the repository at once.
    case configuration
  }

  public let form: Form
  /// GitHub's id of the rule; 0 for all of them.
  public let id: Int64
  /// Of a rule the pattern of branches, of a ruleset what people call it.
  public let name: String?
  /// GitHub's word: `created`, `edited`, `deleted`, `enabled`, `disabled`.
  public let action: String
  /// `branch`, `tag` or `push`; of rulesets alone.
  public let target: String?
  /// GitHub's word.
  public let enforcement: String?
  public let bindsAdministrators: Bool?
  /// Names of required checks.
  public let contexts: [String]?
  /// How many may pass the rule by.
  public let bypassActors: Int64?
  /// Members that this change changed.
  public let changed: [String]
  public let actor: Int64?
  /// When the rule was last set; `nil` where GitHub names no time.
  public let updatedAt: Instant?
  public let entry: Int64

  /// When this change was made. What is deleted keeps the time of its last edit.
  public var at: Instant? { action == "deleted" ? nil : updatedAt }

  /// Sorts changes of one second as they must have happened.
  public var rank: Int { ["created": 0, "edited": 1, "deleted": 2][action] ?? 1 }

  public init?(_ stored: Stored) {
    let data = stored.entry.data
    switch stored.entry.kind {
    case .branchProtectionRule: form = .rule
    case .ruleset: form = .ruleset
    case .branchProtection: form = .configuration
    default: return nil
    }
    guard data["repository_id"]?.int != nil, let action = data["action"]?.string,
      let id = form == .configuration ? 0 : (data["rule_id"] ?? data["ruleset_id"])?.int
    else { return nil }
    self.id = id
    self.action = action
    name = data["name"]?.string
    target = data["target"]?.string
    enforcement = data["enforcement"]?.string
    bindsAdministrators = data["admin_enforced"]?.bool
    contexts = data["contexts"]?.array?.compactMap(\.string)
    bypassActors =
      data["bypass_actors"]?.int ?? data["bypass_actors"]?.array.map { Int64($0.count) }
    changed = (data["changed"]?.array ?? []).compactMap(\.string)
    actor = data["sender"]?.int
    updatedAt = Instant(json: data["updated_at"]) ?? stored.entry.at
    entry = stored.index
  }

  /// Sorts the changes of one rule: GitHub's times are whole seconds, and a rule that is deleted
  /// keeps the time of its last edit. The switch for all rules has no time at all.
  func order(of stored: Stored) -> String {
    if form == .configuration { return orderKey(index: stored.index) }
    return orderKey(orderKey(updatedAt), String(rank), String(stored.tieBreak.prefix(16)))
  }
}

/// A pull request as a read of what landed shows it.
public struct LandedPull: Hashable, Sendable {
  public let number: Int64
  public let headSHA: String?
  public let baseRef: String?
  public let mergedAt: Instant?
  public let mergeSHA: String?

  /// An element of `github.landing_read.v1`.
  public init?(json: JSON) {
    guard let number = json["number"]?.int else { return nil }
    self.number = number
    headSHA = json["head_sha"]?.string
    baseRef = json["base_ref"]?.string
    mergedAt = Instant(json: json["merged_at"])
    mergeSHA = json["merge_sha"]?.string
  }

  /// GitHub pushes as it merges.
  private static let slack = 120.0

  /// Whether merging it set the branch to this commit. GitHub names it for every commit that it
  /// holds, also for one that somebody pushed before; where it does not tell the merge's commit,
  /// the times must fit.
  public func landed(as sha: String, at pushed: Instant?) -> Bool {
    guard let mergedAt else { return false }
    if mergeSHA == sha || headSHA == sha { return true }
    guard mergeSHA == nil else { return false }
    return pushed.map { abs(mergedAt.seconds(since: $0)) <= LandedPull.slack } ?? true
  }
}
