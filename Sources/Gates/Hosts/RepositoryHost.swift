import Ledger

/// What GitHub knows of a repository's pull requests and rules, beyond what its webhooks told.
public protocol RepositoryHost: Sendable {
  func pull(
    _ number: Int64, in repository: RepositoryRow
  ) async throws(CodeHostError) -> PullSight

  /// All open pull requests, oldest first; or the closed ones, latest change first, down to
  /// `updatedSince` (all of them without it). A list cannot be read at one moment: a pull request
  /// that changes meanwhile may be missing or come twice.
  func pulls(
    in repository: RepositoryRow, open: Bool, updatedSince: Instant?
  ) async throws(CodeHostError) -> [PullSight]

  /// The pull request that brought a commit of the default branch; of another commit the open and
  /// merged ones that hold it.
  func pulls(
    of sha: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> [PullSight]

  /// Which checks a branch requires, by rulesets and by branch protection together.
  func protection(
    of branch: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Protection
}

/// What GitHub enforces on a branch.
public enum Protection: Hashable, Sendable {
  /// GitHub has no rules for this repository on its plan: nothing can be required.
  case unenforceable(message: String)
  /// No rule at all.
  case none
  /// There are rules, and these checks are required. When `hidden` says why a part of the rules
  /// could not be read, there may be more.
  case rules(requiredContexts: [RequiredContext], hidden: String?)
  /// Nothing is known: the credentials may not read the rules.
  case hidden(reason: String)
}

public struct RequiredContext: Hashable, Sendable {
  /// The name of a check run, or the context of a status.
  public var context: String
  /// The App that must report it; `nil` lets anyone who may write report it.
  public var appID: Int64?

  public init(context: String, appID: Int64?) {
    self.context = context
    self.appID = appID
  }
}
