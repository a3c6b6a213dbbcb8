/// What is known of guarded branches beside their gates.
public protocol BranchReader {
  /// The policy that was in force when this entry was appended.
  func policy(before entry: Int64) throws -> Stored?
  /// Pull requests that were merged as this commit, or whose head it was when they were merged.
  func pulls(_ repository: Int64, landedAs sha: String) throws -> [PullRow]
  func landings(_ repository: Int64, sha: String) throws -> [LandingRow]
  /// Everything that landed after this entry.
  func landings(since entry: Int64) throws -> [LandingRow]
  func landingAudit(_ repository: Int64, branch: String, sha: String) throws -> LandingAuditRow?
  /// The newest read of which pull requests this commit belongs to.
  func landingRead(_ repository: Int64, sha: String) throws -> Stored?
  /// What GitHub has to be asked about, oldest first, of what was concluded until `instant`.
  func dueLandings(until instant: Instant, limit: Int) throws -> [DueLanding]

  /// All that is known, by rule and then in the order in which it happened.
  func protectionChanges(_ repository: Int64) throws -> [ProtectionChange]
  func protectionAudits(_ repository: Int64) throws -> [ProtectionAuditRow]
  /// Repositories of which changes of protections are known.
  func protectedRepositories() throws -> [Int64]

  /// Branches that pull requests were made for.
  func capabilities() throws -> [CapabilityRow]
  func capability(_ repository: Int64, branch: String) throws -> CapabilityRow?

  func dueErrands(limit: Int) throws -> [DueErrand]
  /// The number of the comment's pull request, or of the issue; `nil` when it was not done.
  func errandNumber(_ key: String) throws -> Int64?

  func installations() throws -> [InstallationRow]
}

/// The newest push, or the newest forced push, that set a branch to a commit.
public struct LandingRow: Hashable, Sendable {
  public let repository: Int64
  public let branch: String
  public let sha: String
  public var before: String?
  public var actor: Int64?
  public var at: Instant?
  public var isForced: Bool
  public var isCreated: Bool
  public let entry: Int64

  public init(
    repository: Int64, branch: String, sha: String, before: String?, actor: Int64?, at: Instant?,
    isForced: Bool, isCreated: Bool, entry: Int64
  ) {
    self.repository = repository
    self.branch = branch
    self.sha = sha
    self.before = before
    self.actor = actor
    self.at = at
    self.isForced = isForced
    self.isCreated = isCreated
    self.entry = entry
  }
}

public struct LandingAuditRow: Hashable, Sendable {
  /// `bypass`, `verified` or `undetermined`.
  public let result: String
  public let reason: String?
  public let summary: String
  public let landing: Int64
  public let entry: Int64

  public init(result: String, reason: String?, summary: String, landing: Int64, entry: Int64) {
    self.result = result
    self.reason = reason
    self.summary = summary
    self.landing = landing
    self.entry = entry
  }
}

public struct DueLanding: Hashable, Sendable {
  public let repository: RepositoryRow
  public let branch: String
  public let sha: String
  public let pushedAt: Instant?
  /// The conclusion that wants it.
  public let entry: Int64

  public init(
    repository: RepositoryRow, branch: String, sha: String, pushedAt: Instant?, entry: Int64
  ) {
    self.repository = repository
    self.branch = branch
    self.sha = sha
    self.pushedAt = pushedAt
    self.entry = entry
  }
}

public struct ProtectionAuditRow: Hashable, Sendable {
  public let rule: String
  /// The entry of the change.
  public let change: Int64
  /// `bypass` or `verified`.
  public let result: String
  public let entry: Int64

  public init(rule: String, change: Int64, result: String, entry: Int64) {
    self.rule = rule
    self.change = change
    self.result = result
    self.entry = entry
  }
}

/// Whether GitHub itself holds a branch to its checks.
public struct CapabilityRow: Hashable, Sendable {
  public struct Context: Hashable, Sendable {
    public let name: String
    /// The App whose word counts; `nil`: anybody's.
    public let appID: Int64?

    public init(name: String, appID: Int64?) {
      self.name = name
      self.appID = appID
    }
  }

  public let repository: RepositoryRow
  public let branch: String
  /// `required`, `none`, `unenforceable` or `hidden`; `nil` when nobody looked.
  public var state: String?
  public var contexts: [Context]
  public var reason: String?
  public var entry: Int64?

  public init(
    repository: RepositoryRow, branch: String, state: String?, contexts: [Context],
    reason: String?, entry: Int64?
  ) {
    self.repository = repository
    self.branch = branch
    self.state = state
    self.contexts = contexts
    self.reason = reason
    self.entry = entry
  }

  /// GitHub lets merge whatever the gate says.
  public var isUnenforceable: Bool { state == "unenforceable" }

  /// As `github.protection_read.v1` holds them.
  public static func contexts(_ json: JSON?) -> [Context] {
    (json?.array ?? []).compactMap { context in
      context["name"]?.string.map { Context(name: $0, appID: context["app_id"]?.int) }
    }
  }
}

public struct DueErrand: Hashable, Sendable {
  /// `comment/12`: the errand, and the entry that it is about.
  public let key: String
  /// `comment`, `issue` or `follow-up`.
  public let errand: String
  public let repository: RepositoryRow
  public let pull: Int64?
  public let entry: Int64

  public init(
    key: String, errand: String, repository: RepositoryRow, pull: Int64?, entry: Int64
  ) {
    self.key = key
    self.errand = errand
    self.repository = repository
    self.pull = pull
    self.entry = entry
  }
}

public struct InstallationRow: Hashable, Sendable {
  public let id: Int64
  /// `nil`: the installation as a whole.
  public let repository: Int64?
  /// `active`, `suspended`, `deleted`; of a repository `added` or `removed`.
  public let state: String
  /// Numeric id of the user or organisation.
  public let account: Int64?
  public let entry: Int64

  public init(id: Int64, repository: Int64?, state: String, account: Int64?, entry: Int64) {
    self.id = id
    self.repository = repository
    self.state = state
    self.account = account
    self.entry = entry
  }
}
