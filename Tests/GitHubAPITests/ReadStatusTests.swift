import GitHubAPI
import Ledger
import LedgerTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct ReadStatusTests {
  private let context = "ledger/merge-gate"

  @Test func thereMayBeNone() async throws {
    try await withGitHub { github, client in
      github.post(state: "success", context: "other", to: sha, in: "acme/api")
      let status = try await client.status(of: sha, in: repository, context: context)
      #expect(status == nil)
    }
  }

  @Test func theNewestCounts() async throws {
    try await withGitHub { github, client in
      github.post(state: "pending", description: "1", context: context, to: sha, in: "acme/api")
      github.post(state: "failure", description: "2", context: context, to: sha, in: "acme/api")
      let status = try await client.status(of: sha, in: repository, context: context)
      #expect(status == StatusText(state: "failure", description: "2"))
    }
  }

  @Test func aContextIsComparedWithoutRegardToCase() async throws {
    try await withGitHub { github, client in
      github.post(state: "success", context: "Ledger/MERGE-gate", to: sha, in: "acme/api")
      let status = try await client.status(of: sha, in: repository, context: context)
      #expect(status == StatusText(state: "success", description: ""))
      let upper = try await client.status(of: sha, in: repository, context: "LEDGER/merge-gate")
      #expect(upper == status)
    }
  }

  @Test func laterPagesAreReadOnlyAsFarAsNeeded() async throws {
    try await withGitHub { github, client in
      for number in 0..<150 {
        github.post(state: "success", context: "a\(number)", to: sha, in: "acme/api")
      }
      github.post(state: "success", context: context, to: sha, in: "acme/api")
      for number in 0..<150 {
        github.post(state: "success", context: "b\(number)", to: sha, in: "acme/api")
      }
      let status = try await client.status(of: sha, in: repository, context: context)
      #expect(status != nil)
      #expect(github.count(of: .listStatuses) == 2)
    }
  }
}
