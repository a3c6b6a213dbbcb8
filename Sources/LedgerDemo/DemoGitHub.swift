import LedgerTesting

/// The GitHub of the story: the only place that knows `FakeGitHub`.
struct DemoGitHub: Sendable {
  let token: String
  private let fake: FakeGitHub
  private let repository: String

  static func start(token: String, story: Story) async throws -> DemoGitHub {
    let gitHub = DemoGitHub(
      token: token, fake: try await FakeGitHub.start(token: token),
      repository: story.repository.fullName)
    for pull in story.pulls {
      gitHub.fake.set(
        pull: FakeGitHub.Pull(
          number: pull.number, headSHA: pull.headSHA, headRef: pull.headRef,
          baseRef: pull.baseRef),
        in: gitHub.repository)
    }
    return gitHub
  }

  var baseURL: String { fake.baseURL }

  func show(_ runs: [Deliveries.CheckRun], of sha: String) {
    fake.set(checkRuns: runs.map(FakeGitHub.CheckRun.init), of: sha, in: repository)
  }

  /// The newest status that the ledger posted.
  func status(of sha: String) -> FakeGitHub.Status? {
    fake.statuses(of: sha, in: repository).last
  }

  func stop() async throws { try await fake.stop() }
}

extension FakeGitHub.CheckRun {
  init(_ run: Deliveries.CheckRun) {
    self.init(
      id: run.id, name: run.name, status: run.status, conclusion: run.conclusion,
      appID: run.app.id, appSlug: run.app.slug, suiteID: run.suiteID, startedAt: run.startedAt,
      completedAt: run.completedAt)
  }
}
