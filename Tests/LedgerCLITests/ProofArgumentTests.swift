import Testing

@testable import LedgerCLI

/// What would be ignored is refused: somebody meant something by it.
@Suite struct ProofArgumentTests {
  @Test(arguments: [
    ["--proofs", "-s", "api", "--from", "0"], ["--proofs", "-s", "api", "--format", "cdevents"],
    ["--proofs", "-s", "api", "--source", "/me"],
    ["--format", "proofs", "-s", "api", "--github-url", "https://github.com"],
    ["-s", "api"], ["--format", "cdevents", "-o", "x"],
  ])
  func anExportHasOneFormat(_ arguments: [String]) async {
    await #expect(throws: (any Error).self) { try await ExportCommand.asyncParse(arguments) }
  }

  @Test(arguments: [
    [], ["--from", "3", "--source", "/me", "--github-url", "https://git.example.com"],
    ["--format", "cdevents", "--from", "0"], ["--proofs", "-s", "api"],
    ["--proofs", "--format", "proofs", "-s", "api"],
  ])
  func whatFitsTogetherPasses(_ arguments: [String]) async {
    await #expect(throws: Never.self) { try await ExportCommand.asyncParse(arguments) }
  }

  @Test func jsonIsTheFormOfACheck() async {
    await #expect(throws: (any Error).self) { try await ProveCommand.asyncParse(["#3", "--json"]) }
    for arguments in [["--check", "x", "--json"], ["api@prod", "--chain", "--json"]] {
      await #expect(throws: Never.self) { try await ProveCommand.asyncParse(arguments) }
    }
  }
}
