import Ledger

/// What the ledger tells people, and Actions, on GitHub. Markers are texts that people do not see,
/// such as `<!-- ledger:bypass:7 -->`; only what we wrote ourselves is searched for them, or a
/// stranger could keep us silent.
public protocol ErrandHost: Sendable {
  /// Comments on an issue or a pull request. Markdown; longer than 65,535 bytes it is cut.
  func comment(
    on number: Int64, in repository: RepositoryRow, _ text: String
  ) async throws(CodeHostError)

  /// Whether a comment of ours on this issue or pull request holds `marker`. All pages.
  func hasComment(
    containing marker: String, on number: Int64, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Bool

  /// Opens an issue and returns its number.
  func openIssue(
    _ title: String, _ text: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Int64

  /// The newest issue of ours whose text holds `marker`, open or closed, among our newest 100.
  func issue(
    containing marker: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Int64?

  /// Answers a deployment protection rule; only an App may, for its own rule.
  func answer(
    _ answer: DeploymentAnswer, in repository: RepositoryRow
  ) async throws(CodeHostError)
}

/// What is said about the jobs of one workflow run that wait for one environment.
public struct DeploymentAnswer: Hashable, Sendable {
  public enum State: String, Sendable {
    case approved
    case rejected
  }

  /// Unicode scalars.
  public static let maximumComment = 1_024

  public let run: Int64
  public let environment: String
  /// `nil` is a progress note, of which GitHub takes 10 for a deployment.
  public let state: State?
  /// Markdown; longer than 1,024 characters it is cut.
  public let comment: String

  public init(run: Int64, environment: String, state: State?, comment: String) {
    self.run = run
    self.environment = environment
    self.state = state
    self.comment = comment.cut(to: DeploymentAnswer.maximumComment, note: "…") {
      $0.unicodeScalars.count
    }
  }
}
