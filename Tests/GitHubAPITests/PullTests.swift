import Gates
import GitHubAPI
import Ledger
import LedgerTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct PullTests {
  private func numbers(_ pulls: [PullSight]) -> [Int64] { pulls.map(\.number) }

  @Test func aPullRequestIsReadAsItsEntryHoldsIt() async throws {
    try await withGitHub { (github, client) async throws in
      github.set(
        pull: .init(
          number: 7, headSHA: sha, baseRef: "release", isDraft: true, authorID: 12,
          updatedAt: moment, repositoryID: 1), in: "acme/api")
      let pull = try await client.pull(7, in: repository)
      let expected: JSON = [
        "repository_id": 1, "repository": "acme/api", "id": 7, "number": 7,
        "head_sha": .string(sha), "head_repository_id": 1, "base_ref": "release",
        "base_sha": .string(String(repeating: "0", count: 40)), "state": "open", "draft": true,
        "author": 12, "updated_at": .string(moment.description), "merged_at": nil,
        "merged_by": nil, "merge_sha": nil,
      ]
      #expect(pull.json == expected)
      #expect(try JSON.parse(pull.raw)["number"] == 7)
    }
  }

  /// Version 2026-03-10 does not tell the merge commit.
  @Test func aMergedOneTellsByWhomAndWhen() async throws {
    try await withGitHub { (github, client) async throws in
      github.set(
        pull: .init(
          number: 7, headSHA: sha, state: "closed", isMerged: true, updatedAt: moment,
          mergeSHA: String(repeating: "b2", count: 20)), in: "acme/api")
      let pull = try await client.pull(7, in: repository)
      #expect(pull.mergedAt == moment)
      #expect(pull.mergedBy == 583_231)
      #expect(pull.mergeSHA == nil)
      #expect(pull.headRepositoryID == nil)
    }
  }

  @Test func whereTheMergeCommitIsToldItIsRead() async throws {
    let merge = String(repeating: "b2", count: 20)
    let body = """
      {"number":1,"state":"closed","head":{"sha":"\(sha)"},"base":{"ref":"main"},
       "merged_at":"2026-10-01T08:00:00Z","merge_commit_sha":"\(merge)"}
      """
    try await withGitHub { (github, client) async throws in
      let answer = FakeGitHub.Fault.answer(status: 200, headers: [:], body: body)
      github.fail(on: .getPull, with: answer)
      #expect(try await client.pull(1, in: repository).mergeSHA == merge)
      let open = body.replacing("\"2026-10-01T08:00:00Z\"", with: "null")
      github.fail(on: .getPull, with: .answer(status: 200, headers: [:], body: open))
      #expect(try await client.pull(1, in: repository).mergeSHA == nil, "the test merge")
    }
  }

  @Test func anotherRepositoryUnderTheNameIsRefused() async throws {
    try await withGitHub { (github, client) async throws in
      github.set(pull: .init(number: 7, headSHA: sha, repositoryID: 2), in: "acme/api")
      let one = await failure { () async throws(CodeHostError) in
        try await client.pull(7, in: repository)
      }
      #expect(one?.kind == .refused(200))
      let all = await failure { () async throws(CodeHostError) in
        try await client.pulls(in: repository, open: true, updatedSince: nil)
      }
      #expect(all?.kind == .refused(200))
    }
  }

  @Test func allOpenOnesAreListed() async throws {
    try await withGitHub { (github, client) async throws in
      for number in 1...150 {
        let state = number.isMultiple(of: 50) ? "closed" : "open"
        github.set(
          pull: .init(number: Int64(number), headSHA: sha, state: state), in: "acme/api")
      }
      github.set(pull: .init(number: 900, headSHA: sha), in: "acme/other")
      let pulls = try await client.pulls(
        in: repository, open: true, updatedSince: moment.adding(seconds: 9e9))
      #expect(numbers(pulls) == (1...150).filter { !$0.isMultiple(of: 50) }.map(Int64.init))
      #expect(github.count(of: .listPulls) == 2)
    }
  }

  @Test func closedOnesAreListedBackToAMoment() async throws {
    try await withGitHub { (github, client) async throws in
      for number in 1...350 {
        github.set(
          pull: .init(
            number: Int64(number), headSHA: sha, state: "closed", isMerged: true,
            updatedAt: moment.adding(seconds: Double(number))), in: "acme/api")
      }
      let since = moment.adding(seconds: 200)
      let pulls = try await client.pulls(in: repository, open: false, updatedSince: since)
      #expect(numbers(pulls) == (200...350).reversed().map(Int64.init))
      #expect(github.count(of: .listPulls) == 2)
      #expect(pulls.allSatisfy { $0.mergedAt != nil && $0.mergedBy == nil })
      let all = try await client.pulls(in: repository, open: false, updatedSince: nil)
      #expect(all.count == 350)
    }
  }

  @Test func theOnesOfACommitAreFound() async throws {
    let merge = String(repeating: "b2", count: 20)
    try await withGitHub { (github, client) async throws in
      github.set(
        pull: .init(number: 3, headSHA: sha, state: "closed", isMerged: true, mergeSHA: merge),
        in: "acme/api")
      github.set(pull: .init(number: 4, headSHA: "other"), in: "acme/api")
      #expect(numbers(try await client.pulls(of: merge, in: repository)) == [3])
      #expect(numbers(try await client.pulls(of: sha, in: repository)) == [3])
      #expect(try await client.pulls(of: "cc", in: repository).isEmpty)
    }
  }

  @Test func thereMayBeNone() async throws {
    try await withGitHub { (_, client) async throws in
      let error = await failure { () async throws(CodeHostError) in
        try await client.pull(8, in: repository)
      }
      #expect(error?.kind == .refused(404))
    }
  }

  @Test(arguments: ["{}", "[]", "null", "{\"number\":1}", "<html>"])
  func anOddAnswerIsNone(body: String) async throws {
    try await withGitHub { (github, client) async throws in
      github.fail(with: .answer(status: 200, headers: [:], body: body))
      let error = await failure { () async throws(CodeHostError) in
        try await client.pull(8, in: repository)
      }
      #expect(error?.kind == .unavailable(nil))
    }
  }
}
