import Ledger

/// What the merge gate asks of GitHub. `GitHubAPI` answers over HTTP.
public protocol CodeHost: Sendable {
  /// The check runs of a commit as GitHub shows them now (the latest of each name and app), and its
  /// statuses when asked for. All pages.
  func evidence(
    for sha: String, in repository: RepositoryRow, includingStatuses: Bool
  ) async throws(CodeHostError) -> CommitEvidence

  /// The newest status of this context, or `nil` when there is none.
  func status(
    of sha: String, in repository: RepositoryRow, context: String
  ) async throws(CodeHostError) -> StatusText?

  /// Posts a commit status and returns GitHub's id of it.
  func post(
    _ status: CommitStatus, to sha: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Int64
}

public struct CommitEvidence: Hashable, Sendable {
  /// Check runs and statuses, in no particular order.
  public var observations: [Observation]
  /// The bodies of the answers, page after page, as they came.
  public var raw: [UInt8]

  public init(observations: [Observation], raw: [UInt8]) {
    self.observations = observations
    self.raw = raw
  }
}

/// A status as it is posted.
public struct CommitStatus: Hashable, Sendable {
  public var context: String
  public var text: StatusText
  public var targetURL: String?

  public init(context: String, text: StatusText, targetURL: String?) {
    self.context = context
    self.text = text
    self.targetURL = targetURL
  }
}

/// What the caller may do after a failed call. Reasons never hold a token or a body.
public enum CodeHostError: Error, Hashable, Sendable {
  /// The request was not carried out: GitHub said no for now (5xx, 429, a spent rate limit) or could
  /// not be reached. `after` is in seconds, when GitHub named a time.
  case unavailable(after: Double?, reason: String)
  /// The request was sent and no answer came: it may have been carried out.
  case ambiguous(reason: String)
  /// GitHub refused it (4xx); trying the same again is useless until something changes.
  case refused(status: Int, reason: String)
}
