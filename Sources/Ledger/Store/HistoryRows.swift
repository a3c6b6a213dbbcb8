/// Filters of `history`. Different filters are ANDed; several values of one are ORed. They mean what
/// a line shows, also where another line tells it.
public struct HistoryQuery: Hashable, Sendable {
  public var services: [String] = []
  public var environments: [String] = []
  /// `owner/name`.
  public var repositories: [String] = []
  public var kinds: [String] = []
  /// Words of `HistoryRow.outcome`.
  public var outcomes: [String] = []
  /// Logins or numbers of people.
  public var actors: [String] = []
  public var pull: Int64?
  /// `family:number`.
  public var revision: String?
  /// The start of a commit id.
  public var commit: String?
  /// The start of an image digest, `sha256:…`.
  public var digest: String?
  public var since: Instant?
  public var until: Instant?
  /// The `#` of the last row that was seen; rows older than it follow.
  public var cursor: Int64?
  /// The oldest first. A cursor goes the other way and does not fit to it.
  public var isAscending = false
  /// Whether `HistoryRows.total` is wanted; it is 0 otherwise.
  public var isCounted = true
  /// 0 is all.
  public var limit: Int = 20

  public init() {}
}

public struct HistoryRows: Sendable {
  public var rows: [HistoryRow]
  /// Of all pages of this query, counted up to `HistoryRows.countedUpTo`.
  public var total: Int
  /// Whether rows follow the last one.
  public var hasMore: Bool
  /// When the newest delivery was received.
  public var deliveriesTo: Instant?

  /// Counting millions of rows would take longer than everything else.
  public static let countedUpTo = 10_000

  public init(rows: [HistoryRow], total: Int, hasMore: Bool, deliveriesTo: Instant?) {
    self.rows = rows
    self.total = total
    self.hasMore = hasMore
    self.deliveriesTo = deliveriesTo
  }
}

/// One line of the history. Who and which pull request are joined when it is read.
public struct HistoryRow: Hashable, Sendable {
  public static let kinds = [
    "merge", "build", "test", "image", "scan", "taskdef", "deploy", "rollout", "release",
    "resource", "note", "gate", "override", "push", "protection", "alarm",
  ]

  /// Words of `outcome` that are known to be written. There may be others: GitHub, Argo CD and
  /// CDEvents have words of their own, which are kept as they came.
  public static let outcomes = [
    "success", "failure", "cancelled", "rolled-back", "in_progress", "unknown",
    "verified", "bypass", "undetermined", "allow", "refused", "overwritten",
    "active", "expired", "revoked", "pushed", "registered", "listed", "clean", "findings", "left",
    "created", "gone", "edited", "deleted", "published", "unpublished", "prereleased", "released",
    "error", "inactive", "queued", "requested", "waiting", "pending", "completed", "neutral",
    "skipped", "stale", "timed_out", "action_required", "startup_failure", "cancel",
  ]

  /// The entry that tells it: the row's `#`.
  public var entry: Int64
  public var kind: String
  public var subject: String = ""
  public var at: Instant
  /// GitHub's or the gate's word: `success`, `failure`, `bypass`, `rolled-back`, …; `nil` unknown.
  public var outcome: String?
  public var finishedAt: Instant?
  public var note: String?
  public var service: String?
  public var environment: String?
  /// What the source called it.
  public var origin: Origin?
  /// A report that contradicts what GitHub signed: both are kept.
  public var conflict: String?
  /// Every entry that the line rests on, in the order of the log.
  public var entries: [Int64] = []
  /// Of the deployment that this one replaced.
  public var previousRevision: String?
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
