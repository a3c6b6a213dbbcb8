import Gates
import Ledger

extension GitHubClient {
  /// `GET issues` (`issues/list-for-repo`) of our own, newest first; the first page is enough,
  /// since the ledger opens few. GitHub lists pull requests as well.
  public func issue(
    containing marker: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Int64? {
    let own = try await authority.ourselves(through: self).login
    var pages = Pages(
      self, of: try Path(repository, "issues"),
      ["state": "all", "creator": own, "sort": "created", "direction": "desc"],
      as: .repository(repository))
    guard let page = try await pages.next() else { return nil }
    let selection = Selection("{number,body}", "user.login", "pull_request.url")
    let issues = try decoded(page, as: "a list of issues") { () throws(JSONError) in
      try page.json(selection).array?.map { issue in
        issue["number"]?.int.map { ($0, issue) }
      }
    }
    return issues.first { _, issue in
      issue["pull_request"] == nil && issue.isWritten(by: own) && issue.holds(marker)
    }?.0
  }
}
