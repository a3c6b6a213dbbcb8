import Gates
import GitHubAPI
import Ledger
import LedgerTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct ReadEvidenceTests {
  @Test func aCheckRunIsReadInFull() async throws {
    try await withGitHub { github, client in
      github.set(
        checkRuns: [
          .init(
            id: 5_000_000_000, name: "test", appID: 7, appSlug: "ci", suiteID: 6_000_000_000,
            startedAt: moment, completedAt: moment.adding(seconds: 60))
        ], of: sha, in: "acme/api")
      let evidence = try await client.evidence(for: sha, in: repository, includingStatuses: true)
      #expect(
        evidence.observations == [
          Observation(
            source: .checkRun, runID: 5_000_000_000, headSHA: sha, name: "test", appID: 7,
            appSlug: "ci", suiteID: 6_000_000_000, status: "completed", conclusion: "success",
            startedAt: moment, completedAt: moment.adding(seconds: 60))
        ])
    }
  }

  @Test func aRunUnderWayHasNoConclusion() async throws {
    try await withGitHub { github, client in
      github.set(
        checkRuns: [.init(id: 1, name: "a", status: "queued", conclusion: nil, completedAt: nil)],
        of: sha, in: "acme/api")
      let evidence = try await client.evidence(for: sha, in: repository, includingStatuses: false)
      let run = try #require(evidence.observations.first)
      #expect(run.status == "queued")
      #expect(run.conclusion == nil)
      #expect(run.completedAt == nil)
    }
  }

  @Test func unknownWordsAreKept() async throws {
    try await withGitHub { github, client in
      github.set(
        checkRuns: [.init(id: 1, name: "a", status: "dreaming", conclusion: "exploded")], of: sha,
        in: "acme/api")
      let evidence = try await client.evidence(for: sha, in: repository, includingStatuses: false)
      #expect(evidence.observations.first?.status == "dreaming")
      #expect(evidence.observations.first?.conclusion == "exploded")
    }
  }

  @Test func statusesAreReadWhenAskedFor() async throws {
    try await withGitHub { github, client in
      github.post(state: "error", context: "ci/old", to: sha, in: "acme/api", by: 9)
      github.post(state: "pending", context: "ci/new", to: sha, in: "acme/api", by: 9)
      let without = try await client.evidence(for: sha, in: repository, includingStatuses: false)
      #expect(without.observations.isEmpty)
      #expect(github.count(of: .listStatuses) == 0)
      let evidence = try await client.evidence(for: sha, in: repository, includingStatuses: true)
      let old = Observation(
        source: .status, runID: 1, headSHA: sha, name: "ci/old", creatorID: 9,
        status: "completed", conclusion: "error", startedAt: moment, completedAt: moment)
      let new = Observation(
        source: .status, runID: 2, headSHA: sha, name: "ci/new", creatorID: 9,
        status: "in_progress", conclusion: nil, startedAt: moment, completedAt: nil)
      #expect(Set(evidence.observations) == [old, new])
    }
  }

  @Test func allPagesAreRead() async throws {
    try await withGitHub { github, client in
      let runs = (1...250).map { FakeGitHub.CheckRun(id: $0, name: "job \($0)") }
      github.set(checkRuns: runs, of: sha, in: "acme/api")
      for number in 0..<101 {
        github.post(state: "success", context: "c\(number)", to: sha, in: "acme/api")
      }
      let evidence = try await client.evidence(for: sha, in: repository, includingStatuses: true)
      let read = evidence.observations.filter { $0.source == .checkRun }
      #expect(Set(read.map(\.name)) == Set(runs.map(\.name)))
      #expect(evidence.observations.count == 351)
      #expect(github.count(of: .listCheckRuns) == 3)
      #expect(github.count(of: .listStatuses) == 2)
      #expect(github.requests[0].query == "filter=latest&per_page=100")
    }
  }

  @Test func theBodiesAreKeptAsTheyCame() async throws {
    try await withGitHub { github, client in
      let body = #"{"total_count": 0,  "check_runs": []}"#
      github.fail(on: .listCheckRuns, with: .answer(status: 200, headers: [:], body: body))
      github.fail(on: .listStatuses, with: .answer(status: 200, headers: [:], body: "[ ]"))
      let evidence = try await client.evidence(for: sha, in: repository, includingStatuses: true)
      #expect(String(decoding: evidence.raw, as: UTF8.self) == body + "[ ]")
    }
  }

  @Test func onlyTheLatestOfANameAndAppIsAskedFor() async throws {
    try await withGitHub { github, client in
      github.set(
        checkRuns: [
          .init(id: 1, name: "test", conclusion: "failure", startedAt: moment),
          .init(id: 2, name: "test", startedAt: moment.adding(seconds: 9)),
          .init(id: 3, name: "test", appID: 8, startedAt: moment),
        ], of: sha, in: "acme/api")
      let evidence = try await client.evidence(for: sha, in: repository, includingStatuses: false)
      #expect(evidence.observations.map(\.runID) == [2, 3])
    }
  }

  @Test func aListThatLagsBehindIsEmptyEvidence() async throws {
    try await withGitHub { github, client in
      github.set(checkRuns: [.init(id: 1, name: "test")], of: sha, in: "acme/api")
      github.fail(on: .listCheckRuns, with: .emptyList)
      let first = try await client.evidence(for: sha, in: repository, includingStatuses: false)
      #expect(first.observations.isEmpty)
      let second = try await client.evidence(for: sha, in: repository, includingStatuses: false)
      #expect(second.observations.count == 1)
    }
  }

  /// A run left out could be the one that failed.
  @Test(arguments: [
    #"{"total_count":1,"check_runs":[{"id":1,"head_sha":"a","status":"completed"}]}"#,
    #"{"total_count":1,"check_runs":[null]}"#, #"{"total_count":1}"#, "[]", "<html>", "",
    #"{"check_runs":[],"check_runs":[]}"#,
  ])
  func whatCannotBeReadIsNotLeftOut(body: String) async throws {
    try await withGitHub { github, client in
      github.fail(on: .listCheckRuns, with: .answer(status: 200, headers: [:], body: body))
      let error = await failure { () async throws(CodeHostError) in
        try await client.evidence(for: sha, in: repository, includingStatuses: false)
      }
      #expect(error?.kind == .unavailable(nil))
    }
  }

  @Test func aFailureOnALaterPageFailsTheRead() async throws {
    try await withGitHub { github, client in
      let runs = (1...150).map { FakeGitHub.CheckRun(id: $0, name: "job \($0)") }
      github.set(checkRuns: runs, of: sha, in: "acme/api")
      github.fail(every: 2, on: .listCheckRuns, with: .status(502))
      let error = await failure { () async throws(CodeHostError) in
        try await client.evidence(for: sha, in: repository, includingStatuses: false)
      }
      #expect(error?.kind == .unavailable(nil))
      #expect(github.count(of: .listCheckRuns) == 2)
    }
  }

  @Test func aListWithoutEndFails() async throws {
    var limits = GitHubClient.Limits()
    limits.pages = 2
    try await withGitHub(limits: limits) { github, client in
      let runs = (1...201).map { FakeGitHub.CheckRun(id: $0, name: "job \($0)") }
      github.set(checkRuns: runs, of: sha, in: "acme/api")
      let error = await failure { () async throws(CodeHostError) in
        try await client.evidence(for: sha, in: repository, includingStatuses: false)
      }
      #expect(error?.kind == .refused(0), "it is as long at the next try")
      #expect(github.count() == 2)
    }
  }
}
