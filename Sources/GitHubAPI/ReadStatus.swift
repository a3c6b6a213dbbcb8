import Gates
import Ledger

extension GitHubClient {
  /// `GET commits/{ref}/statuses` (`repos/list-commit-statuses-for-ref`): newest first, so the first
  /// of this context is the newest.
  public func status(
    of sha: String, in repository: RepositoryRow, context: String
  ) async throws(CodeHostError) -> StatusText? {
    var pages = Pages(self, of: try Path(repository, "commits", sha, "statuses"))
    while let page = try await pages.next() {
      if let text = try StatusPage.first(context, on: page) { return text }
    }
    return nil
  }
}
