import Gates
import Ledger

extension GitHubClient {
  public func shown(
    of sha: String, in repository: RepositoryRow, context: String
  ) async throws(CodeHostError) -> Shown? {
    switch authority.credentials {
    case .token: try await shownStatus(of: sha, in: repository, context)
    case .app: try await shownCheckRun(of: sha, in: repository, context)
    }
  }

  /// `GET commits/{ref}/statuses` (`repos/list-commit-statuses-for-ref`): newest first, so the
  /// first of this context is the newest.
  private func shownStatus(
    of sha: String, in repository: RepositoryRow, _ context: String
  ) async throws(CodeHostError) -> Shown? {
    let path = try Path(repository, "commits", sha, "statuses")
    var pages = Pages(self, of: path, as: .repository(repository))
    while let page = try await pages.next() {
      if let shown = try StatusPage.first(context, on: page) { return shown }
    }
    return nil
  }

  /// `GET commits/{ref}/check-runs` (`checks/list-for-ref`) of our own App: the one that was made
  /// last. There is one, unless a post was repeated whose answer was lost.
  private func shownCheckRun(
    of sha: String, in repository: RepositoryRow, _ context: String
  ) async throws(CodeHostError) -> Shown? {
    let app = try await ownAppID()
    let path = try Path(repository, "commits", sha, "check-runs")
    var pages = Pages(
      self, of: path, ["filter": "latest", "check_name": context, "app_id": String(app)],
      as: .repository(repository))
    var newest: Shown?
    while let page = try await pages.next() {
      for shown in try CheckRunPage.shown(context, by: app, on: page) {
        if newest.map({ $0.id < shown.id }) ?? true { newest = shown }
      }
    }
    return newest
  }
}
