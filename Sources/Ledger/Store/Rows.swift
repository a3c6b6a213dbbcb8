public struct RepositoryRow: Hashable, Sendable {
  public let id: Int64
  /// `owner/name`, as last seen.
  public let name: String

  public init(id: Int64, name: String) {
    self.id = id
    self.name = name
  }
}

public struct PullRow: Hashable, Sendable {
  public let repository: Int64
  public let number: Int64
  public let headSHA: String
  /// Branch name, without `refs/heads/`.
  public let baseRef: String
  public let isOpen: Bool
  public let headEntry: Int64
  public let merge: Merge?

  public struct Merge: Hashable, Sendable {
    public let at: Instant
    public let by: Int64?
    /// The head that was merged.
    public let headSHA: String
    public let baseRef: String
    public let entry: Int64
    /// Told by the delivery about the merge itself, not by a later one that repeats it.
    public let isFirsthand: Bool

    public init(
      at: Instant, by: Int64?, headSHA: String, baseRef: String, entry: Int64, isFirsthand: Bool
    ) {
      self.isFirsthand = isFirsthand
      self.at = at
      self.by = by
      self.headSHA = headSHA
      self.baseRef = baseRef
      self.entry = entry
    }
  }

  public init(
    repository: Int64, number: Int64, headSHA: String, baseRef: String, isOpen: Bool,
    headEntry: Int64, merge: Merge?
  ) {
    self.repository = repository
    self.number = number
    self.headSHA = headSHA
    self.baseRef = baseRef
    self.isOpen = isOpen
    self.headEntry = headEntry
    self.merge = merge
  }
}

/// One observation, what triggered its suite, and whether a read of GitHub saw exactly it.
public struct CheckRow: Hashable, Sendable {
  public var observation: Observation
  /// The `event` of the workflow run of the same suite: `push`, `pull_request_target`, …
  public var trigger: String?
  public var entry: Int64
  /// The last delivery that told it.
  public var toldEntry: Int64?
  public var readEntry: Int64?
  /// The size of the log when that read began.
  public var readSince: Int64?

  public init(
    observation: Observation, trigger: String?, entry: Int64, toldEntry: Int64? = nil,
    readEntry: Int64?, readSince: Int64? = nil
  ) {
    self.toldEntry = toldEntry
    self.readSince = readSince ?? readEntry
    self.observation = observation
    self.trigger = trigger
    self.entry = entry
    self.readEntry = readEntry
  }
}

public struct VerdictRow: Hashable, Sendable {
  public let state: String
  public let summary: String
  public let confirming: Bool
  public let policy: String
  public let entry: Int64

  public init(state: String, summary: String, confirming: Bool, policy: String, entry: Int64) {
    self.state = state
    self.summary = summary
    self.confirming = confirming
    self.policy = policy
    self.entry = entry
  }
}

public struct AuditRow: Hashable, Sendable {
  /// `bypass` or `verified`.
  public let result: String
  public let summary: String
  public let policy: String
  public let entry: Int64

  public init(result: String, summary: String, policy: String, entry: Int64) {
    self.result = result
    self.summary = summary
    self.policy = policy
    self.entry = entry
  }
}

/// What a commit status says: GitHub's word and at most 140 characters.
public struct StatusText: Hashable, Sendable {
  public let state: String
  public let description: String

  public init(state: String, description: String) {
    self.state = state
    self.description = description
  }
}

public struct DueStatus: Hashable, Sendable {
  public let repository: RepositoryRow
  public let sha: String
  public let context: String
  public let pull: Int64
  public let text: StatusText
  /// The verdict that wants it.
  public let verdict: Int64
  public let wantedAt: Instant

  public init(
    repository: RepositoryRow, sha: String, context: String, pull: Int64, text: StatusText,
    verdict: Int64, wantedAt: Instant
  ) {
    self.repository = repository
    self.sha = sha
    self.context = context
    self.pull = pull
    self.text = text
    self.verdict = verdict
    self.wantedAt = wantedAt
  }
}

public struct DueRead: Hashable, Sendable {
  public let repository: RepositoryRow
  public let sha: String
  /// The policy that asked, whose names the read keeps.
  public let policy: String

  public init(repository: RepositoryRow, sha: String, policy: String) {
    self.repository = repository
    self.sha = sha
    self.policy = policy
  }
}

public struct TokenRow: Hashable, Sendable {
  public let name: String
  public let scope: String
  public let isRevoked: Bool
  /// Ids of the repositories it may report about; `nil` for all.
  public let repositories: [Int64]?

  public init(name: String, scope: String, isRevoked: Bool, repositories: [Int64]? = nil) {
    self.name = name
    self.scope = scope
    self.isRevoked = isRevoked
    self.repositories = repositories
  }
}

/// Filters of `history`. Different filters are ANDed; several values of one are ORed.
public struct HistoryQuery: Hashable, Sendable {
  public var services: [String] = []
  public var environments: [String] = []
  /// `owner/name`.
  public var repositories: [String] = []
  public var kinds: [String] = []
  /// The start of a commit id.
  public var commit: String?
  /// The start of an image digest, `sha256:…`.
  public var digest: String?
  public var since: Instant?
  public var until: Instant?
  /// The `#` of the last row that was seen; rows older than it follow.
  public var cursor: Int64?
  /// 0 is all.
  public var limit: Int = 20

  public init() {}
}

public struct HistoryRows: Sendable {
  public var rows: [HistoryRow]
  /// Of all pages of this query.
  public var total: Int
  /// Whether rows follow the last one.
  public var hasMore: Bool
  /// When the newest delivery was received.
  public var deliveriesTo: Instant?

  public init(rows: [HistoryRow], total: Int, hasMore: Bool, deliveriesTo: Instant?) {
    self.rows = rows
    self.total = total
    self.hasMore = hasMore
    self.deliveriesTo = deliveriesTo
  }
}

/// One line of the history. Who and which pull request are joined when it is read.
public struct HistoryRow: Hashable, Sendable {
  /// The entry that tells it: the row's `#`.
  public var entry: Int64
  public var kind: String
  public var at: Instant
  /// GitHub's or the gate's word: `success`, `failure`, `bypass`, `rolled-back`, …; `nil` unknown.
  public var outcome: String?
  public var finishedAt: Instant?
  public var note: String?
  public var service: String?
  public var environment: String?
  public var repository: RepositoryRow
  public var commit: String?
  public var pull: Int64?
  public var digest: String?
  public var revision: String?
  public var actorID: Int64?
  /// `nil` when the directory does not know the person, or was asked to forget them.
  public var actor: String?

  public init(
    entry: Int64, kind: String, at: Instant, outcome: String?, finishedAt: Instant?, note: String?,
    service: String?, environment: String?, repository: RepositoryRow, commit: String?,
    pull: Int64?, digest: String?, revision: String?, actorID: Int64?, actor: String?
  ) {
    self.entry = entry
    self.kind = kind
    self.at = at
    self.outcome = outcome
    self.finishedAt = finishedAt
    self.note = note
    self.service = service
    self.environment = environment
    self.repository = repository
    self.commit = commit
    self.pull = pull
    self.digest = digest
    self.revision = revision
    self.actorID = actorID
    self.actor = actor
  }
}
