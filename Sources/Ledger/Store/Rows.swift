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
  /// Who proposed it.
  public var author: Int64?

  public struct Merge: Hashable, Sendable {
    public let at: Instant
    public let by: Int64?
    /// The head that was merged.
    public let headSHA: String
    public let baseRef: String
    public let entry: Int64
    /// The commit that the merge made.
    public var sha: String?
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
  /// The file of that workflow run: `.github/workflows/ci.yml`.
  public var workflow: String?
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
  /// `bypass`, `verified` or `undetermined`.
  public let result: String
  public let summary: String
  public let policy: String
  public let entry: Int64
  /// The commit whose evidence decided, or is waited for.
  public var sha: String?

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
  /// The branch whose tip the commit must contain, if the policy is strict.
  public var base: String?
  /// Asked for by a merge that is not decided: any answer decides it.
  public var isAudit = false

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

/// A token as it is listed: without its secret, which nobody has.
public struct ListedToken: Hashable, Sendable {
  /// SHA-256 of the secret, in hexadecimal digits.
  public let hash: String
  public let name: String
  public let scope: String
  /// As in `TokenRow`.
  public let repositories: [Int64]?
  /// The entry that made it.
  public let entry: Int64
  public let madeAt: Instant?
  /// `nil` while it is valid.
  public let revokedAt: Instant?

  public init(
    hash: String, name: String, scope: String, repositories: [Int64]?, entry: Int64,
    madeAt: Instant?, revokedAt: Instant?
  ) {
    self.hash = hash
    self.name = name
    self.scope = scope
    self.repositories = repositories
    self.entry = entry
    self.madeAt = madeAt
    self.revokedAt = revokedAt
  }
}

/// One step of the chain, and the entry that first told it.
public struct Link: Hashable, Sendable {
  public let source: Node
  public let target: Node
  public let entry: Int64

  public init(source: Node, target: Node, entry: Int64) {
    self.source = source
    self.target = target
    self.entry = entry
  }
}

/// An ECS task or a pod.
public struct InstanceRow: Hashable, Sendable {
  public var id: String
  public var origin: Origin?
  public var rollout: String?
  public var revision: String?
  public var digest: String?
  /// The platform's word in capitals: `RUNNING`, `STOPPED`, `PENDING`.
  public var status: String?
  public var startedAt: Instant?
  public var stoppedAt: Instant?
  public var seenAt: Instant?
  public var note: String?
  public var entry: Int64

  public init(
    id: String, origin: Origin?, rollout: String?, revision: String?, digest: String?,
    status: String?, startedAt: Instant?, stoppedAt: Instant?, seenAt: Instant?, note: String?,
    entry: Int64
  ) {
    self.id = id
    self.origin = origin
    self.rollout = rollout
    self.revision = revision
    self.digest = digest
    self.status = status
    self.startedAt = startedAt
    self.stoppedAt = stoppedAt
    self.seenAt = seenAt
    self.note = note
    self.entry = entry
  }
}

public struct PlaceRow: Hashable, Sendable {
  public let origin: Origin
  /// As the source calls it; `nil` when it names none.
  public let environment: String?
  public let entry: Int64?

  public init(origin: Origin, environment: String?, entry: Int64?) {
    self.origin = origin
    self.environment = environment
    self.entry = entry
  }
}
