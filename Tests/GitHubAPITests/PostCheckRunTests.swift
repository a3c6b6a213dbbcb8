import Gates
import GitHubAPI
import Ledger
import LedgerTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct PostCheckRunTests {
  private let detailed = CommitStatus(
    context: "ledger/merge-gate",
    text: StatusText(state: "failure", description: "test failed"),
    targetURL: "https://ledger.example/acme/api/1",
    details: CheckOutput(title: "test failed", summary: "| check | result |"))

  @Test func anAppPostsACheckRunAndNoStatus() async throws {
    try await AppDesk.run { (desk) async throws in
      let posted = try await desk.client.post(detailed, replacing: nil, to: sha, in: repository)
      let runs = desk.github.postedCheckRuns(of: sha, in: "acme/api")
      try #require(runs.count == 1)
      #expect(posted == Posted(id: runs[0].id, form: .checkRun, reporter: 7_700))
      #expect(runs[0].name == "ledger/merge-gate")
      #expect(runs[0].status == "completed")
      #expect(runs[0].conclusion == "failure")
      #expect(runs[0].title == "test failed")
      #expect(runs[0].summary == "| check | result |")
      #expect(runs[0].detailsURL == "https://ledger.example/acme/api/1")
      #expect(runs[0].externalID == sha)
      #expect(desk.github.statuses.isEmpty)
    }
  }

  @Test func aTokenPostsAStatusAndNoCheckRun() async throws {
    try await withGitHub { (github, client) async throws in
      let posted = try await client.post(detailed, replacing: 7, to: sha, in: repository)
      let status = try #require(github.statuses.first)
      #expect(posted == Posted(id: status.id, form: .status, reporter: status.creatorID))
      #expect(github.postedCheckRuns(of: sha, in: "acme/api").isEmpty)
      #expect(github.requests.map(\.route) == [.postStatus])
    }
  }

  @Test(arguments: [
    ("pending", "in_progress", nil), ("success", "completed", "success"),
    ("failure", "completed", "failure"), ("error", "completed", "failure"),
  ])
  func statesBecomeConclusions(state: String, status: String, conclusion: String?) async throws {
    try await AppDesk.run { (desk) async throws in
      var post = green
      post.text = StatusText(state: state, description: "d")
      _ = try await desk.client.post(post, replacing: nil, to: sha, in: repository)
      let run = try #require(desk.github.postedCheckRuns(of: sha, in: "acme/api").first)
      #expect(run.status == status)
      #expect(run.conclusion == conclusion)
    }
  }

  /// Also from green back to waiting: the same check run, never a second one.
  @Test func theCheckRunIsChangedInPlace() async throws {
    try await AppDesk.run { (desk) async throws in
      let first = try await desk.client.post(green, replacing: nil, to: sha, in: repository)
      var pending = green
      pending.text = StatusText(state: "pending", description: "waiting for test")
      for post in [pending, detailed, pending] {
        let next = try await desk.client.post(post, replacing: first.id, to: sha, in: repository)
        #expect(next == first)
      }
      let runs = desk.github.postedCheckRuns(of: sha, in: "acme/api")
      #expect(runs.map(\.status) == ["in_progress"])
      #expect(runs.map(\.conclusion) == [nil])
      #expect(runs.map(\.title) == ["waiting for test"])
    }
  }

  @Test func aCheckRunOfAnotherIsNotChanged() async throws {
    try await AppDesk.run { (desk) async throws in
      desk.github.set(checkRuns: [.init(id: 5, name: "test")], of: sha, in: "acme/api")
      let error = await failure { () async throws(CodeHostError) in
        try await desk.client.post(green, replacing: 5, to: sha, in: repository)
      }
      #expect(error?.kind == .refused(404))
    }
  }

  @Test func withoutDetailsTheDescriptionIsAll() async throws {
    try await AppDesk.run { (desk) async throws in
      _ = try await desk.client.post(green, replacing: nil, to: sha, in: repository)
      let run = try #require(desk.github.postedCheckRuns(of: sha, in: "acme/api").first)
      #expect(run.title == "3 of 3 passed")
      #expect(run.summary == "3 of 3 passed")
    }
  }

  @Test func anotherTitleHeadsTheSummary() async throws {
    try await AppDesk.run { (desk) async throws in
      var post = green
      post.details = CheckOutput(title: "All is well", summary: "text")
      _ = try await desk.client.post(post, replacing: nil, to: sha, in: repository)
      let run = try #require(desk.github.postedCheckRuns(of: sha, in: "acme/api").first)
      #expect(run.title == "3 of 3 passed")
      #expect(run.summary == "## All is well\n\ntext")
    }
  }

  /// The fake refuses what GitHub would refuse for its length.
  @Test func whatIsTooLongIsCutAndPosted() async throws {
    try await AppDesk.run { (desk) async throws in
      var post = green
      post.details = CheckOutput(
        title: String(repeating: "t", count: 300), summary: String(repeating: "ü", count: 70_000))
      _ = try await desk.client.post(post, replacing: nil, to: sha, in: repository)
      let run = try #require(desk.github.postedCheckRuns(of: sha, in: "acme/api").first)
      let bytes = try #require(run.summary).utf8.count
      #expect((65_530...65_535).contains(bytes))
      #expect(run.summary?.hasSuffix("GitHub takes no more)*") == true)
    }
  }

  @Test(arguments: [nil, Int64(1)])
  func aPostThatWasCutIsAmbiguous(replaced: Int64?) async throws {
    try await AppDesk.run { (desk) async throws in
      desk.github.fail(on: .createCheckRun, with: .cut)
      desk.github.fail(on: .updateCheckRun, with: .cut)
      let error = await failure { () async throws(CodeHostError) in
        try await desk.client.post(green, replacing: replaced, to: sha, in: repository)
      }
      #expect(error?.kind == .ambiguous)
    }
  }

  @Test func anAnswerWithoutAnIDIsAmbiguous() async throws {
    try await AppDesk.run { (desk) async throws in
      desk.github.fail(
        on: .createCheckRun, with: .answer(status: 201, headers: [:], body: "{\"id\":\"7\"}"))
      let error = await failure { () async throws(CodeHostError) in
        try await desk.client.post(green, replacing: nil, to: sha, in: repository)
      }
      #expect(error?.kind == .ambiguous)
    }
  }
}
