import Ledger

extension FakeGitHub {
  public struct CheckRun: Hashable, Sendable {
    public var id: Int64
    public var name: String
    /// GitHub's word: `queued`, `in_progress`, `completed`.
    public var status: String
    /// GitHub's word; `nil` while not completed.
    public var conclusion: String?
    /// 15368 is GitHub Actions.
    public var appID: Int64
    public var appSlug: String
    public var suiteID: Int64
    public var startedAt: Instant?
    public var completedAt: Instant?
    public var externalID: String?
    public var detailsURL: String?
    /// Of the output.
    public var title: String?
    /// Of the output, Markdown.
    public var summary: String?

    public init(
      id: Int64, name: String, status: String = "completed", conclusion: String? = "success",
      appID: Int64 = 15368, appSlug: String = "github-actions", suiteID: Int64 = 1,
      startedAt: Instant? = Instant(seconds: 1_790_000_000),
      completedAt: Instant? = Instant(seconds: 1_790_000_060)
    ) {
      self.id = id
      self.name = name
      self.status = status
      self.conclusion = conclusion
      self.appID = appID
      self.appSlug = appSlug
      self.suiteID = suiteID
      self.startedAt = startedAt
      self.completedAt = completedAt
    }
  }

  /// A commit status that somebody posted.
  public struct Status: Hashable, Sendable {
    /// Rises by one with every status of this server: the order of posting.
    public let id: Int64
    public let repository: String
    public let sha: String
    public let context: String
    public let state: String
    public let description: String?
    public let targetURL: String?
    public let creatorID: Int64
    public let createdAt: Instant
  }

  public struct Pull: Hashable, Sendable {
    public var number: Int64
    public var headSHA: String
    public var headRef: String
    public var baseRef: String
    /// `open` or `closed`.
    public var state: String
    public var isMerged: Bool
    public var isDraft: Bool
    public var authorID: Int64
    public var updatedAt: Instant
    /// What it was merged as, by which the commit's pull requests are found; never shown.
    public var mergeSHA: String?
    /// Both repositories', where it is to be shown.
    public var repositoryID: Int64?

    public init(
      number: Int64, headSHA: String, headRef: String = "topic", baseRef: String = "main",
      state: String = "open", isMerged: Bool = false, isDraft: Bool = false,
      authorID: Int64 = 583_231, updatedAt: Instant = Instant(seconds: 1_790_841_600),
      mergeSHA: String? = nil, repositoryID: Int64? = nil
    ) {
      self.number = number
      self.headSHA = headSHA
      self.headRef = headRef
      self.baseRef = baseRef
      self.state = state
      self.isMerged = isMerged
      self.isDraft = isDraft
      self.authorID = authorID
      self.updatedAt = updatedAt
      self.mergeSHA = mergeSHA
      self.repositoryID = repositoryID
    }
  }

  /// A request as it came in.
  public struct ReceivedRequest: Hashable, Sendable {
    public let at: Instant
    public let route: Route
    public let method: String
    /// As sent, still percent-encoded.
    public let path: String
    /// As sent, without the question mark; empty when there is none.
    public let query: String
    /// Names in lower case. The credentials of `authorization` are redacted.
    public let headers: [String: String]
    public let body: String
  }
}
