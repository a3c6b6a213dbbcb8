import Foundation
import Gates
import GitHubAPI
import Ledger
import LedgerTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct ReadTriggersTests {
  private func read(_ client: GitHubClient) async throws(CodeHostError) -> CommitEvidence {
    try await client.evidence(
      for: sha, in: repository, includingStatuses: false, includingTriggers: true)
  }

  @Test func aWorkflowRunIsReadInFull() async throws {
    try await withGitHub { (github, client) async throws in
      let run = FakeGitHub.WorkflowRun(
        id: 9, attempt: 2, name: "ci", path: ".github/workflows/ci.yaml", event: "pull_request",
        headSHA: sha, status: "completed", conclusion: "failure", suiteID: 5, actorID: 77,
        startedAt: moment, updatedAt: moment.adding(seconds: 60))
      let other = FakeGitHub.WorkflowRun(id: 10, headSHA: "another")
      github.set(workflowRuns: [other, run], in: "acme/api")
      let evidence = try await read(client)
      let sight = WorkflowRunSight(
        id: 9, attempt: 2, name: "ci", path: ".github/workflows/ci.yaml", event: "pull_request",
        headSHA: sha, status: "completed", conclusion: "failure", suiteID: 5, actor: 77,
        startedAt: moment, updatedAt: moment.adding(seconds: 60))
      #expect(evidence.runs == [sight])
      #expect(evidence.observations.isEmpty)
    }
  }

  @Test func allPagesAreRead() async throws {
    try await withGitHub { (github, client) async throws in
      github.set(
        workflowRuns: (1...201).map { .init(id: $0, headSHA: sha) }, in: "acme/api")
      let evidence = try await read(client)
      #expect(evidence.runs.map(\.id) == Array(1...201))
      #expect(github.count(of: .listWorkflowRuns) == 3)
      let text = String(decoding: evidence.raw, as: UTF8.self)
      #expect(text.components(separatedBy: "total_count").count == 5)
    }
  }

  @Test func theyAreNotAskedForUnasked() async throws {
    try await withGitHub { (github, client) async throws in
      github.set(workflowRuns: [.init(id: 1, headSHA: sha)], in: "acme/api")
      let evidence = try await client.evidence(
        for: sha, in: repository, includingStatuses: true, includingTriggers: false)
      #expect(evidence.runs.isEmpty)
      #expect(github.count(of: .listWorkflowRuns) == 0)
    }
  }

  /// GitHub's own answers name it; it may have come to the name of another one.
  @Test(arguments: [(repository.id, nil), (2, 200)] as [(Int64, Int?)])
  func theRunsOfAnotherRepositoryAreRefused(id: Int64, status: Int?) async throws {
    let run = #"{"id":1,"head_sha":"\#(sha)","repository":{"id":\#(id)}}"#
    try await withGitHub { (github, client) async throws in
      github.fail(
        on: .listWorkflowRuns,
        with: .answer(status: 200, headers: [:], body: #"{"workflow_runs":[\#(run)]}"#))
      do throws(CodeHostError) {
        let evidence = try await read(client)
        #expect(status == nil && evidence.runs.map(\.id) == [1])
      } catch { #expect(error.kind == status.map(CodeHostError.Kind.refused)) }
    }
  }

  @Test(arguments: ["{}", "[]", "{\"workflow_runs\":[{\"id\":1}]}", "<html>"])
  func anOddAnswerIsNoEvidence(body: String) async throws {
    try await withGitHub { (github, client) async throws in
      github.fail(
        on: .listWorkflowRuns, with: .answer(status: 200, headers: [:], body: body))
      let error = await failure { () async throws(CodeHostError) in try await read(client) }
      #expect(error?.kind == .unavailable(nil))
    }
  }
}
