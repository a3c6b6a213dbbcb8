import Gates
import Ledger

extension GitHubClient {
  /// `GET pulls/{number}` (`pulls/get`).
  public func pull(
    _ number: Int64, in repository: RepositoryRow
  ) async throws(CodeHostError) -> PullSight {
    let path = try Path(repository, "pulls", String(number))
    let answer = try await exchange(get(path, as: .repository(repository)))
    return try PullPage.pull(answer, in: repository)
  }
}
