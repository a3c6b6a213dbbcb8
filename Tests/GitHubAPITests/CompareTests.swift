import Gates
import GitHubAPI
import Ledger
import LedgerTesting
import Testing

@Suite("G20 how far a commit is behind its base")
struct CompareTests {
  @Test("GET compare", arguments: ["main", "release/1"])
  func distance(_ branch: String) async throws {
    try await withGitHub { github, client in
      let tip = String(repeating: "b", count: 40)
      github.set(behindBy: 3, of: sha, on: branch, tip: tip, in: repository.name)
      let found = try await client.distance(of: sha, behind: branch, in: repository)
      #expect(found == BaseDistance(baseSHA: tip, behindBy: 3))
      #expect(github.requests.map(\.route) == [.compare])
    }
  }

  @Test("an answer that is no comparison is no distance")
  func unreadable() async throws {
    try await withGitHub { github, client in
      github.fail(on: .compare, with: .answer(status: 200, headers: [:], body: "{}"))
      await #expect(throws: CodeHostError.self) {
        try await client.distance(of: sha, behind: "main", in: repository)
      }
    }
  }
}
