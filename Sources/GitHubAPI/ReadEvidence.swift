import Gates
import Ledger
import NIOCore

extension GitHubClient {
  /// `GET commits/{ref}/check-runs` (`checks/list-for-ref`) with `filter=latest`, then, if asked
  /// for, `GET commits/{ref}/statuses` (`repos/list-commit-statuses-for-ref`) and `GET actions/runs`
  /// (`actions/list-workflow-runs-for-repo`). GitHub shows the newest 1,000 check suites of a
  /// commit, and at most 1,000 of its workflow runs.
  public func evidence(
    for sha: String, in repository: RepositoryRow, includingStatuses: Bool, includingTriggers: Bool
  ) async throws(CodeHostError) -> CommitEvidence {
    let party = Party.repository(repository)
    var evidence = CommitEvidence(observations: [], raw: [])
    let commit = try Path(repository, "commits", sha, "check-runs")
    var runs = Pages(self, of: commit, ["filter": "latest"], as: party)
    while let page = try await runs.next() {
      evidence.add(try CheckRunPage.observations(page), from: page)
    }
    if includingStatuses {
      let path = try Path(repository, "commits", sha, "statuses")
      var statuses = Pages(self, of: path, as: party)
      while let page = try await statuses.next() {
        evidence.add(try StatusPage.observations(page, of: sha), from: page)
      }
    }
    guard includingTriggers else { return evidence }
    let path = try Path(repository, "actions", "runs")
    var triggers = Pages(self, of: path, ["head_sha": sha], as: party)
    while let page = try await triggers.next() {
      evidence.runs += try WorkflowRunPage.runs(page, in: repository)
      evidence.add([], from: page)
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
