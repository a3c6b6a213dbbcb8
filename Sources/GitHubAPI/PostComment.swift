import Gates
import Ledger

extension GitHubClient {
  /// `POST issues/{number}/comments` (`issues/create-comment`), which also takes the number of a
  /// pull request.
  public func comment(
    on number: Int64, in repository: RepositoryRow, _ text: String
  ) async throws(CodeHostError) {
    let path = try Path(repository, "issues", String(number), "comments")
    let body: JSON = ["body": .string(bounded(text))]
    _ = try await exchange(post(body, to: path, as: .repository(repository)))
  }

  /// GitHub takes 65,536 characters.
  func bounded(_ text: String) -> String { CheckOutput(title: "", summary: text).summary }
}
