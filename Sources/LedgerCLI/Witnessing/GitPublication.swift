import Foundation
import Ledger

/// Commits a head to a Git work tree, through the `git` command: its configuration says who commits,
/// and how it is signed and pushed.
struct GitPublication {
  private static let largestOutput = 1 << 20

  let directory: String
  let push: Bool

  func publish(_ head: PublishedHead, _ lineage: HeadLineage) async throws -> String {
    let origin = head.checkpoint.origin
    guard GitPublication.isPath(origin) else {
      throw Failure("the log's name \(Text.safe(origin)) cannot be a path in a work tree")
    }
    let folder = "checkpoints/\(origin)"
    let top = try await git(["rev-parse", "--show-toplevel"]).trimmingCharacters(
      in: .whitespacesAndNewlines)
    let root = URL(filePath: top)
    let status = try await git(
      ["status", "--porcelain", "--untracked-files=all", "--", ":(top,literal)\(folder)"])
    guard status.isEmpty else {
      throw Failure(
        "\(folder) in \(Text.safe(directory)) has changes that are not committed",
        hint: "Commit or discard them: git status -- \(folder)")
    }
    let file = root.appending(path: folder).appending(path: String(head.checkpoint.size))
    _ = try await head.write(
      to: file, latest: root.appending(path: folder).appending(path: "latest"), lineage)
    try await commit(head, folder)
    if push { _ = try await git(["push", "--quiet"]) }
    return file.path
  }

  /// Nothing, where the same head was committed before.
  private func commit(_ head: PublishedHead, _ folder: String) async throws {
    let path = ":(top,literal)\(folder)"
    _ = try await git(["add", "--", path])
    let changes = try await git(["status", "--porcelain", "--", path])
    guard !changes.isEmpty else { return }
    let message = "Checkpoint \(head.checkpoint.size) of \(head.checkpoint.origin)"
    _ = try await git(["commit", "--quiet", "--message", message, "--", path])
  }

  /// Steps that a work tree may have, and no others.
  static func isPath(_ origin: String) -> Bool {
    origin.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { step in
      !step.isEmpty && step != "." && step != ".." && step.lowercased() != ".git"
        && step.utf8.allSatisfy { (0x21..<0x7F).contains($0) && $0 != UInt8(ascii: "\\") }
    }
  }

  private func git(_ arguments: [String]) async throws -> String {
    let result = try await Tool.run(
      "git", ["-C", directory] + arguments, with: ["GIT_TERMINAL_PROMPT": "0"],
      limit: GitPublication.largestOutput, hint: "Install git.")
    guard result.terminationStatus.isSuccess else {
      throw GitPublication.failure(of: arguments[0], saying: result.standardError)
    }
    return result.standardOutput
  }

  /// - Parameter text: of standard error. What is wrong stands in front, what to type behind it.
  static func failure(of verb: String, saying text: String) -> Failure {
    let lines = text.split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    let line = lines.first { $0.hasPrefix("fatal: ") || $0.hasPrefix("error: ") } ?? lines.last
    let hint =
      switch verb {
      case "rev-parse": "Is it a Git work tree?"
      case "commit": "Does git know who commits? git config user.name, user.email"
      case "push":
        "The head is committed. Does the branch have a remote to push to? git push says more."
      default: "git \(verb) in the work tree says more."
      }
    return Failure(
      "git \(verb) failed: \(line.map { Text.safe($0) } ?? "it said nothing")", hint: hint)
  }
}
