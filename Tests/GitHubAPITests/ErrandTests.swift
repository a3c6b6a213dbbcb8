import Gates
import GitHubAPI
import Ledger
import LedgerTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct ErrandTests {
  private let marker = "<!-- ledger:bypass:7 -->"
  private let me = "user-41898282"

  // MARK: comments and issues

  @Test func aCommentIsWrittenOnce() async throws {
    try await withGitHub { (github, client) async throws in
      github.set(pull: .init(number: 7, headSHA: sha), in: "acme/api")
      #expect(try await !client.hasComment(containing: marker, on: 7, in: repository))
      try await client.comment(on: 7, in: repository, "merged past the gate \(marker)")
      #expect(try await client.hasComment(containing: marker, on: 7, in: repository))
      #expect(try await !client.hasComment(containing: "other", on: 7, in: repository))
      #expect(github.comments(on: 7, in: "acme/api").map(\.author) == [me])
      #expect(github.count(of: .getUser) == 1)
    }
  }

  @Test func aStrangersMarkerSilencesNobody() async throws {
    try await withGitHub { (github, client) async throws in
      github.set(pull: .init(number: 7, headSHA: sha), in: "acme/api")
      github.comment(marker, on: 7, in: "acme/api")
      github.openIssue("x", body: marker, in: "acme/api")
      #expect(try await !client.hasComment(containing: marker, on: 7, in: repository))
      #expect(try await client.issue(containing: marker, in: repository) == nil)
    }
  }

  @Test func allPagesOfCommentsAreRead() async throws {
    try await withGitHub { (github, client) async throws in
      github.set(pull: .init(number: 7, headSHA: sha), in: "acme/api")
      for _ in 1...150 { github.comment("chat", on: 7, in: "acme/api") }
      github.comment(marker, on: 7, in: "acme/api", by: me)
      #expect(try await client.hasComment(containing: marker, on: 7, in: repository))
      #expect(github.count(of: .listComments) == 2)
    }
  }

  @Test func anIssueIsOpenedAndFound() async throws {
    try await withGitHub { (github, client) async throws in
      #expect(try await client.issue(containing: marker, in: repository) == nil)
      let number = try await client.openIssue("Bypass", "text \(marker)", in: repository)
      #expect(try await client.issue(containing: marker, in: repository) == number)
      let issue = try #require(github.issues(in: "acme/api").first)
      #expect(issue.title == "Bypass" && issue.body == "text \(marker)" && issue.author == me)
      let query = try #require(github.requests.last).query
      #expect(query.contains("state=all") && query.contains("creator=\(me)"))
    }
  }

  @Test func aClosedIssueIsFoundToo() async throws {
    try await withGitHub { (github, client) async throws in
      let number = github.openIssue(
        "x", body: marker, in: "acme/api", by: me, state: "closed")
      #expect(try await client.issue(containing: marker, in: repository) == number)
    }
  }

  @Test func anAppWritesAsItsBot() async throws {
    try await AppDesk.run { (desk) async throws in
      let number = try await desk.client.openIssue("Bypass", marker, in: repository)
      try await desk.client.comment(on: number, in: repository, marker)
      #expect(desk.github.issues(in: "acme/api").map(\.author) == ["the-ledger[bot]"])
      #expect(try await desk.client.issue(containing: marker, in: repository) == number)
      #expect(try await desk.client.hasComment(containing: marker, on: number, in: repository))
      #expect(desk.github.count(of: .getApp) == 1)
      #expect(desk.github.requests.contains { $0.query.contains("the-ledger%5Bbot%5D") })
    }
  }

  @Test func whatIsTooLongIsCut() async throws {
    try await withGitHub { (github, client) async throws in
      let long = String(repeating: "x", count: 70_000)
      let number = try await client.openIssue(long, long, in: repository)
      try await client.comment(on: number, in: repository, long)
      let issue = try #require(github.issues(in: "acme/api").first)
      #expect(issue.title.count == 255 && issue.body.utf8.count == 65_535)
    }
  }

  @Test func anIssueWithoutANumberIsAmbiguous() async throws {
    try await withGitHub { (github, client) async throws in
      github.fail(on: .createIssue, with: .answer(status: 201, headers: [:], body: "{}"))
      let error = await failure { () async throws(CodeHostError) in
        try await client.openIssue("t", "b", in: repository)
      }
      #expect(error?.kind == .ambiguous)
    }
  }

  // MARK: deployments

  private func answer(
    _ state: DeploymentAnswer.State?, run: Int64 = 5, comment: String = "c"
  ) -> DeploymentAnswer {
    DeploymentAnswer(run: run, environment: "prod/eu", state: state, comment: comment)
  }

  private func kind(
    _ client: GitHubClient, _ answer: DeploymentAnswer
  ) async -> CodeHostError.Kind? {
    do throws(CodeHostError) {
      try await client.answer(answer, in: repository)
      return nil
    } catch { return error.kind }
  }

  @Test func aDeploymentIsAnswered() async throws {
    try await AppDesk.run { (desk) async throws in
      desk.github.set(workflowRuns: [.init(id: 5, headSHA: sha)], in: "acme/api")
      for state in [nil, .approved, .rejected] as [DeploymentAnswer.State?] {
        #expect(await kind(desk.client, answer(state)) == nil)
      }
      #expect(desk.github.deploymentAnswers.map(\.state) == [nil, "approved", "rejected"])
      #expect(desk.github.deploymentAnswers.allSatisfy { $0.environment == "prod/eu" })
      #expect(
        desk.github.requests.last?.path
          == "/repos/acme/api/actions/runs/5/deployment_protection_rule")
    }
  }

  @Test func anUnknownRunAndASecondAnswerAreRefused() async throws {
    try await AppDesk.run { (desk) async throws in
      desk.github.set(workflowRuns: [.init(id: 5, headSHA: sha)], in: "acme/api")
      desk.github.answerSecondDeploymentAnswers(with: (422, "already decided"))
      #expect(await kind(desk.client, answer(.approved, run: 6)) == .refused(404))
      #expect(await kind(desk.client, answer(.approved)) == nil)
      #expect(await kind(desk.client, answer(.approved)) == .refused(422))
    }
  }

  @Test func aLongCommentIsCut() async throws {
    try await AppDesk.run { (desk) async throws in
      desk.github.set(workflowRuns: [.init(id: 5, headSHA: sha)], in: "acme/api")
      let long = String(repeating: "👩‍👩‍👧", count: 1_000)
      #expect(await kind(desk.client, answer(.rejected, comment: long)) == nil)
      let comment = try #require(desk.github.deploymentAnswers.first?.comment)
      #expect(comment.unicodeScalars.count <= 1_024)
      #expect(comment.dropLast().allSatisfy { $0 == "👩‍👩‍👧" } && comment.last == "…")
    }
  }

  @Test func aTokenMayNotAnswer() async throws {
    try await withGitHub { (github, client) async throws in
      github.set(workflowRuns: [.init(id: 5, headSHA: sha)], in: "acme/api")
      #expect(await kind(client, answer(.approved)) == .refused(403))
    }
  }

  /// The name of a repository reaches the address encoded, whatever it is.
  @Test func theAddressIsOurOwn() async throws {
    try await AppDesk.run { (desk) async throws in
      let odd = RepositoryRow(id: 1, name: "acme/api@169.254.169.254/../x?y#z")
      _ = await Result { try await desk.client.answer(answer(.approved), in: odd) }
      let path = "/repos/acme/api%40169.254.169.254%2F..%2Fx%3Fy%23z"
      #expect(
        desk.github.requests.map(\.path) == [
          "\(path)/installation", "/app/installations/55001/access_tokens",
          "\(path)/actions/runs/5/deployment_protection_rule",
        ])
    }
  }
}
