import Foundation
import Gates
import GitHubAPI
import Ledger
import Merkle

/// Comments a head on a pull request, where everyone who takes part has it in their mail.
struct PullPublication {
  let repository: String
  let number: Int64

  func publish(_ head: PublishedHead) async throws -> String {
    guard let credentials = try CredentialChoice.read() else {
      throw Failure(
        "there are no credentials for GitHub",
        hint: "\(CredentialChoice.token), or a GitHub App: ledger topic environment.",
        code: Exit.authentication)
    }
    let client = GitHubClient(
      address: try PullPublication.address(), credentials: credentials, now: currentInstant)
    let result: Swift.Result<Void, any Error>
    do {
      try await comment(head, through: client)
      result = .success(())
    } catch { result = .failure(error) }
    try await client.shutdown()
    try result.get()
    return "\(repository)#\(number)"
  }

  /// Once: our own comments are searched for the mark of this very note.
  private func comment(_ head: PublishedHead, through client: GitHubClient) async throws {
    let row = RepositoryRow(id: 0, name: repository)
    let marker = "<!-- ledger:checkpoint:\(Hash.sha256(head.checkpoint.text.utf8).hex) -->"
    do throws(CodeHostError) {
      if try await client.hasComment(containing: marker, on: number, in: row) { return }
      try await client.comment(on: number, in: row, PullPublication.text(head, marker))
    } catch {
      throw Failure(
        "GitHub did not take the comment: \(error)",
        hint: "It needs pull requests: write. The same command comments once at most.")
    }
  }

  /// The note stands in a block of code, so that nothing in it is a name, a link or HTML.
  static func text(_ head: PublishedHead, _ marker: String) -> String {
    let fence = String(repeating: "`", count: 1 + max(3, longestRun(of: "`", in: head.note)))
    return """
      The release ledger has \(head.checkpoint.size) entries. This is its signed head; \
      `ledger verify --against FILE` shows later that nothing before it was changed.

      \(fence)
      \(head.note)\(fence)
      \(marker)
      """
  }

  private static func longestRun(of character: Character, in text: String) -> Int {
    text.split { $0 != character }.map(\.count).max() ?? 0
  }

  private static func address() throws -> GitHubAddress {
    guard let url = Configuration.text("LEDGER_GITHUB_API_URL") else { return .gitHub }
    guard let address = GitHubAddress(url) else {
      throw Failure.usage("LEDGER_GITHUB_API_URL \(url) is no URL")
    }
    return address
  }
}
