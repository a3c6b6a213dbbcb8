import Ledger

/// How a commit lies to a branch.
public protocol BaseHost: Sendable {
  /// The tip of the branch, and how many of its commits the commit lacks.
  func distance(
    of sha: String, behind branch: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> BaseDistance
}

public struct BaseDistance: Hashable, Sendable {
  public var baseSHA: String
  public var behindBy: Int64

  public init(baseSHA: String, behindBy: Int64) {
    self.baseSHA = baseSHA
    self.behindBy = behindBy
  }
}
