/// A commit that a merge queue would merge.
public struct MergeGroupRow: Hashable, Sendable {
  public let repository: Int64
  public let headSHA: String
  /// `gh-readonly-queue/main/pr-7-…`, without `refs/heads/`.
  public let headRef: String
  public let baseRef: String
  /// The commit that it is stacked on: the base's tip, or the head of the group before it.
  public let baseSHA: String
  /// The pull request that its branch names; `nil` when it names none.
  public let pull: Int64?
  public let entry: Int64
  /// GitHub's word: `merged`, `invalidated`, `dequeued`; `nil` while it is in the queue.
  public let endReason: String?

  public var isOpen: Bool { endReason == nil }

  public init(
    repository: Int64, headSHA: String, headRef: String, baseRef: String, baseSHA: String,
    pull: Int64?, entry: Int64, endReason: String?
  ) {
    self.repository = repository
    self.headSHA = headSHA
    self.headRef = headRef
    self.baseRef = baseRef
    self.baseSHA = baseSHA
    self.pull = pull
    self.entry = entry
    self.endReason = endReason
  }
}

/// How far a commit was behind its base.
public struct BaseRow: Hashable, Sendable {
  public let baseSHA: String?
  /// Commits of the base that it lacks.
  public let behindBy: Int64
  /// The size of the log when that was read.
  public let since: Int64
  public let entry: Int64

  public init(baseSHA: String?, behindBy: Int64, since: Int64, entry: Int64) {
    self.baseSHA = baseSHA
    self.behindBy = behindBy
    self.since = since
    self.entry = entry
  }
}

/// What GitHub confirmed that it shows for us.
public struct PostedRow: Hashable, Sendable {
  /// `nil` after somebody else wrote over it.
  public let text: StatusText?
  /// GitHub's id of the status or the check run.
  public let id: Int64?
  /// `status` or `check_run`.
  public let form: String?
  public let reporter: Int64?

  public init(text: StatusText?, id: Int64?, form: String?, reporter: Int64?) {
    self.text = text
    self.id = id
    self.form = form
    self.reporter = reporter
  }
}
