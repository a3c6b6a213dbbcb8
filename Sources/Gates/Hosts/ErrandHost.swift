import Ledger

/// What the gates have done on GitHub beside statuses. Each text carries a marker by which it is
/// found again, because a call without an answer may have been carried out.
public protocol ErrandHost: Sendable {
  func comment(
    _ text: String, on pull: Int64, in repository: RepositoryRow
  ) async throws(CodeHostError)

  func hasComment(
    containing marker: String, on pull: Int64, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Bool

  /// Its number.
  func openIssue(
    title: String, text: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Int64

  /// The number of the issue, open or closed.
  func issue(
    containing marker: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Int64?

  /// Answers a custom deployment protection rule, or with a state of `nil` leaves a note of progress.
  /// The address is made of the configuration, never taken from a delivery.
  ///
  /// - Parameter comment: Markdown, at most 1,024 characters.
  func answer(
    _ state: RuleAnswer?, comment: String, environment: String, run: Int64,
    in repository: RepositoryRow
  ) async throws(CodeHostError)
}

public enum RuleAnswer: String, Sendable { case approved, rejected }
