import Gates
import Ledger

extension GitHubClient {
  /// `POST issues` (`issues/create`). A 2xx without a readable number is `ambiguous`.
  public func openIssue(
    _ title: String, _ text: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Int64 {
    let title = CheckOutput(title: title, summary: "").title
    let body: JSON = ["title": .string(title), "body": .string(bounded(text))]
    let path = try Path(repository, "issues")
    let answer = try await exchange(post(body, to: path, as: .repository(repository)))
    guard case .success(let json) = Result(catching: { try answer.json(Selection("number")) }),
      let number = json["number"]?.int
    else { throw .ambiguous(reason: "GitHub answered \(answer.status), without a number") }
    return number
  }
}
