import Gates
import Ledger

extension GitHubClient {
  /// `GET issues/{number}/comments` (`issues/list-comments`).
  public func hasComment(
    containing marker: String, on number: Int64, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Bool {
    let own = try await authority.ourselves(through: self).login
    let path = try Path(repository, "issues", String(number), "comments")
    var pages = Pages(self, of: path, as: .repository(repository))
    while let page = try await pages.next() {
      let comments = try decoded(page, as: "a list of comments") { () throws(JSONError) in
        try page.json(Selection("body", "user.login")).array?.map { comment in
          comment.object.map { _ in comment }
        }
      }
      if comments.contains(where: { $0.isWritten(by: own) && $0.holds(marker) }) { return true }
    }
    return false
  }
}

extension JSON {
  /// Logins are compared without regard to case, as GitHub does.
  func isWritten(by login: String) -> Bool {
    at("user", "login")?.string?.lowercased() == login.lowercased()
  }

  func holds(_ marker: String) -> Bool { self["body"]?.string?.contains(marker) == true }
}
