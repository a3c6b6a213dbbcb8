import Gates
import Ledger

extension GitHubClient {
  /// `GET pulls` (`pulls/list`).
  public func pulls(
    in repository: RepositoryRow, open: Bool, updatedSince: Instant?
  ) async throws(CodeHostError) -> [PullSight] {
    let query: KeyValuePairs =
      open
      ? ["state": "open", "sort": "created", "direction": "asc"]
      : ["state": "closed", "sort": "updated", "direction": "desc"]
    var pages = Pages(
      self, of: try Path(repository, "pulls"), query, as: .repository(repository))
    var found: [PullSight] = []
    while let page = try await pages.next() {
      let pulls = try PullPage.pulls(page, in: repository)
      let isOver = { (pull: PullSight) in
        guard !open, let updatedSince, let updated = pull.updatedAt else { return false }
        return updated < updatedSince
      }
      found += pulls.filter { !isOver($0) }
      if pulls.contains(where: isOver) { break }
    }
    return found
  }

  /// `GET commits/{sha}/pulls` (`repos/list-pull-requests-associated-with-commit`).
  public func pulls(
    of sha: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> [PullSight] {
    let path = try Path(repository, "commits", sha, "pulls")
    var pages = Pages(self, of: path, as: .repository(repository))
    var found: [PullSight] = []
    while let page = try await pages.next() {
      found += try PullPage.pulls(page, in: repository)
    }
    return found
  }
}
