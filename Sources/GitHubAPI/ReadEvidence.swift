import Gates
import Ledger
import NIOCore

extension GitHubClient {
  /// `GET commits/{ref}/check-runs` (`checks/list-for-ref`) with `filter=latest`, then, if asked for,
  /// `GET commits/{ref}/statuses` (`repos/list-commit-statuses-for-ref`). GitHub shows the newest
  /// 1,000 check suites of a commit.
  public func evidence(
    for sha: String, in repository: RepositoryRow, includingStatuses: Bool
  ) async throws(CodeHostError) -> CommitEvidence {
    var evidence = CommitEvidence(observations: [], raw: [])
    var runs = Pages(
      self, of: try Path(repository, "commits", sha, "check-runs"),
      query: "filter=latest&per_page=100")
    while let page = try await runs.next() {
      evidence.add(try CheckRunPage.observations(page), from: page)
    }
    guard includingStatuses else { return evidence }
    var statuses = Pages(self, of: try Path(repository, "commits", sha, "statuses"))
    while let page = try await statuses.next() {
      evidence.add(try StatusPage.observations(page, of: sha), from: page)
    }
    return evidence
  }
}

extension CommitEvidence {
  fileprivate mutating func add(_ more: [Observation], from page: Answer) {
    observations += more
    raw += page.body.readableBytesView
  }
}
