import Ledger

/// What GitHub shows of a repository, asked directly where its webhooks may have been lost.
public protocol RepositoryHost: Sendable {
  /// `nil` when there is no such pull request.
  func pull(_ number: Int64, in repository: RepositoryRow) async throws(CodeHostError) -> PullSight?

  /// All that are open.
  func openPulls(in repository: RepositoryRow) async throws(CodeHostError) -> [PullSight]

  /// Those that were closed, or changed after it, since `instant`.
  func closedPulls(
    in repository: RepositoryRow, since instant: Instant
  ) async throws(CodeHostError) -> [PullSight]

  /// The pull requests that a commit belongs to.
  func pulls(
    of sha: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> [PullSight]

  func protection(
    of branch: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Protection
}

/// A pull request as a read shows it.
public struct PullSight: Hashable, Sendable {
  public var number: Int64
  /// The members of `github.pull_request.v1`, without those that only a delivery has.
  public var data: JSON
  /// The element of GitHub's answer, as canonical JSON.
  public var raw: [UInt8]

  public init(number: Int64, data: JSON, raw: [UInt8]) {
    self.number = number
    self.data = data
    self.raw = raw
  }
}

/// Whether GitHub itself holds a branch to its checks.
public enum Protection: Hashable, Sendable {
  public struct Context: Hashable, Sendable {
    public var name: String
    /// The App whose word counts; `nil`: anybody's.
    public var appID: Int64?

    public init(name: String, appID: Int64?) {
      self.name = name
      self.appID = appID
    }
  }

  /// The plan does not offer it: a private repository of a free account.
  case unenforceable
  /// Nothing is required.
  case none
  case required([Context])
  /// The credentials may not see it.
  case hidden(reason: String)
}
