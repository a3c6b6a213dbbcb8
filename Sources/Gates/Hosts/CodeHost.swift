import Ledger

/// What the merge gate asks of GitHub. `GitHubAPI` answers over HTTP.
public protocol CodeHost: BaseHost {
  /// What `post` makes.
  var form: Posted.Form { get }

  /// Where people see the repository.
  func page(of repository: RepositoryRow) -> String

  /// The check runs of a commit as GitHub shows them now (the latest of each name and app), its
  /// statuses, and the workflow runs that it triggered, the last two when asked for. All pages.
  func evidence(
    for sha: String, in repository: RepositoryRow, includingStatuses: Bool, includingTriggers: Bool
  ) async throws(CodeHostError) -> CommitEvidence

  /// What GitHub shows of ours under this context: of an App its own newest check run, else the
  /// newest status, whoever posted it. `nil` when there is none.
  func shown(
    of sha: String, in repository: RepositoryRow, context: String
  ) async throws(CodeHostError) -> Shown?

  /// Posts a check run as an App, a commit status otherwise, and never both.
  ///
  /// - Parameter id: of our check run on this commit, which is changed instead of adding one.
  ///   Statuses cannot be changed: without an App it is ignored.
  func post(
    _ status: CommitStatus, replacing id: Int64?, to sha: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Posted
}

public struct CommitEvidence: Hashable, Sendable {
  /// Check runs and statuses, in no particular order.
  public var observations: [Observation]
  /// Workflow runs of the commit, when they were asked for.
  public var runs: [WorkflowRunSight]
  /// The bodies of the answers, page after page, as they came.
  public var raw: [UInt8]

  public init(observations: [Observation], runs: [WorkflowRunSight] = [], raw: [UInt8]) {
    self.observations = observations
    self.runs = runs
    self.raw = raw
  }
}

/// What the caller may do after a failed call. Reasons never hold a token or a body.
public enum CodeHostError: Error, Hashable, Sendable {
  /// The request was not carried out: GitHub said no for now (429, a spent rate limit, to a read also
  /// 5xx) or could not be reached. `after` is in seconds, when GitHub named a time.
  case unavailable(after: Double?, reason: String)
  /// The request was sent, and no answer came or 5xx: it may have been carried out.
  case ambiguous(reason: String)
  /// GitHub refused it (4xx); trying the same again is useless until something changes. Status 0:
  /// it was not sent.
  case refused(status: Int, reason: String)
}

extension CodeHostError {
  /// Whether GitHub said who may not ask, and nothing of what was asked about: the token is wrong
  /// or lacks a permission, the App is suspended, its owner's rules keep us out (single sign-on,
  /// addresses). Which of them only GitHub's sentences tell, and none of these is about a commit.
  public var isAboutUs: Bool {
    guard case .refused(let status, _) = self else { return false }
    return status == 401 || status == 403
  }
}
