import Gates
import GitHubAPI
import Ledger
import LedgerTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct ReadShownTests {
  private let context = "ledger/merge-gate"

  @Test func thereMayBeNone() async throws {
    try await withGitHub { (github, client) async throws in
      github.post(state: "success", context: "other", to: sha, in: "acme/api")
      let status = try await client.shown(of: sha, in: repository, context: context)
      #expect(status == nil)
    }
  }

  @Test func theNewestCounts() async throws {
    try await withGitHub { (github, client) async throws in
      github.post(state: "pending", description: "1", context: context, to: sha, in: "acme/api")
      github.post(state: "failure", description: "2", context: context, to: sha, in: "acme/api")
      let status = try await client.shown(of: sha, in: repository, context: context)
      #expect(status?.text == StatusText(state: "failure", description: "2"))
    }
  }

  @Test func aContextIsComparedWithoutRegardToCase() async throws {
    try await withGitHub { (github, client) async throws in
      github.post(state: "success", context: "Ledger/MERGE-gate", to: sha, in: "acme/api")
      let status = try await client.shown(of: sha, in: repository, context: context)
      #expect(status?.text == StatusText(state: "success", description: ""))
      let upper = try await client.shown(of: sha, in: repository, context: "LEDGER/merge-gate")
      #expect(upper == status)
    }
  }

  @Test func laterPagesAreReadOnlyAsFarAsNeeded() async throws {
    try await withGitHub { (github, client) async throws in
      for number in 0..<150 {
        github.post(state: "success", context: "a\(number)", to: sha, in: "acme/api")
      }
      github.post(state: "success", context: context, to: sha, in: "acme/api")
      for number in 0..<150 {
        github.post(state: "success", context: "b\(number)", to: sha, in: "acme/api")
      }
      let status = try await client.shown(of: sha, in: repository, context: context)
      #expect(status != nil)
      #expect(github.count(of: .listStatuses) == 2)
    }
  }

  @Test func aStatusTellsItsCreator() async throws {
    try await withGitHub { (github, client) async throws in
      let status = github.post(
        state: "success", description: "d", context: context, to: sha, in: "acme/api", by: 99)
      let shown = try await client.shown(of: sha, in: repository, context: context)
      let text = StatusText(state: "success", description: "d")
      #expect(shown == Shown(text: text, id: status.id, reporter: 99))
    }
  }

  // MARK: as an App

  /// A stranger's check run of the same name, and a status, are not ours.
  @Test func anAppIsShownItsOwnCheckRunAlone() async throws {
    try await AppDesk.run { (desk) async throws in
      let stranger = FakeGitHub.CheckRun(id: 1, name: context, appID: 9, appSlug: "stranger")
      desk.github.set(checkRuns: [stranger], of: sha, in: "acme/api")
      desk.github.post(state: "success", context: context, to: sha, in: "acme/api")
      let none = try await desk.client.shown(of: sha, in: repository, context: context)
      #expect(none == nil)
      let posted = try await desk.client.post(green, replacing: nil, to: sha, in: repository)
      let shown = try await desk.client.shown(of: sha, in: repository, context: context)
      #expect(shown == Shown(text: green.text, id: posted.id, reporter: 7_700))
    }
  }

  @Test(arguments: ["pending", "success", "failure"])
  func whatWasPostedIsShown(state: String) async throws {
    try await AppDesk.run { (desk) async throws in
      var post = green
      post.text = StatusText(state: state, description: "1 of 2 passed")
      post.details = CheckOutput(title: "long", summary: "longer")
      _ = try await desk.client.post(post, replacing: nil, to: sha, in: repository)
      let shown = try await desk.client.shown(of: sha, in: repository, context: context)
      #expect(shown?.text == post.text)
    }
  }

  @Test func ofTwoTheLaterCounts() async throws {
    try await AppDesk.run { (desk) async throws in
      _ = try await desk.client.post(green, replacing: nil, to: sha, in: repository)
      let second = try await desk.client.post(green, replacing: nil, to: sha, in: repository)
      let shown = try await desk.client.shown(of: sha, in: repository, context: context)
      #expect(shown?.id == second.id)
    }
  }

  /// A server may list both, in either order.
  @Test(arguments: [[8, 9], [9, 8]] as [[Int]])
  func ofTwoThatAreListedTheLaterCounts(ids: [Int]) async throws {
    try await AppDesk.run { (desk) async throws in
      let runs = ids.map {
        "{\"id\":\($0),\"name\":\"\(context)\",\"status\":\"queued\",\"app\":{\"id\":7700}}"
      }
      let body = "{\"check_runs\":[\(runs.joined(separator: ","))]}"
      desk.github.fail(on: .listCheckRuns, with: .answer(status: 200, headers: [:], body: body))
      let shown = try await desk.client.shown(of: sha, in: repository, context: context)
      #expect(shown?.id == 9)
    }
  }

  @Test(arguments: [("Iv23lifakefakefake77", 1), ("7700", 0)])
  func theAppsOwnIDIsAskedOnceUnlessConfigured(issuer: String, asked: Int) async throws {
    try await AppDesk.run(issuer: issuer) { (desk) async throws in
      for _ in 1...3 {
        _ = try await desk.client.shown(of: sha, in: repository, context: context)
      }
      #expect(desk.github.count(of: .getApp) == asked)
      #expect(desk.github.requests.last?.query.contains("app_id=7700") == true)
    }
  }
}
