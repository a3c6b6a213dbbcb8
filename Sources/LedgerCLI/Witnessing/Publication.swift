import Foundation
import GitHubAPI
import Ledger
import Merkle

/// Puts a copy of the log's head where the log is not.
struct Publication {
  let source: SourceOptions
  let push: Bool
  /// Whether it is the newest head that has the quorum of its witnesses.
  let cosigned: Bool

  /// - Returns: where it stands now, for people.
  func publish(to target: PublishTarget) async throws -> String {
    switch target {
    case .file(let directory): return try await file(directory)
    case .git(let directory):
      let (head, lineage) = try await head()
      return try await GitPublication(directory: directory, push: push).publish(head, lineage)
    case .pull(let repository, let number):
      // Each head is a comment of its own: none takes the place of another.
      let (head, _) = try await head()
      return try await PullPublication(repository: repository, number: number).publish(head)
    case .witness(let url): return try await WitnessPublication(url: url).publish(try database())
    }
  }

  private func head() async throws -> (PublishedHead, HeadLineage) {
    let ledger = try source.open()
    let log = try await ledger.log()
    let head = try PublishedHead(CheckpointCommand.note(log, cosigned: cosigned))
    return (head, try HeadLineage(ledger, log, head: head.checkpoint))
  }

  private func file(_ directory: String) async throws -> String {
    let (head, lineage) = try await head()
    let root = URL(filePath: directory)
    // A disk that is not mounted, or a slip of the pen: a copy there would be none.
    guard root.isFolder else {
      throw Failure("there is no folder \(Text.safe(directory))", hint: "Make it, or mount it.")
    }
    return try await head.write(
      to: root.appending(path: "checkpoints").appending(path: "\(head.checkpoint.size).checkpoint"),
      latest: root.appending(path: "latest"), lineage)
  }

  private func database() throws -> String {
    guard case .file(let path) = try source.place() else {
      throw Failure.usage(
        "witness: needs the ledger's file", hint: "A server asks the witnesses of its ledger.yaml.")
    }
    return path
  }
}

/// A head that is about to leave.
struct PublishedHead {
  let note: String
  let checkpoint: Checkpoint

  init(_ note: String) throws {
    self.note = note
    do { checkpoint = try Checkpoint(text: SignedNote(note).text) } catch {
      throw Failure("the head of the log is no checkpoint: \(error)", code: Exit.integrity)
    }
  }

  /// One file for each size, which stays as it is, and one that has the newest. Where any of them,
  /// of whatever size, contradicts this head, nothing is written.
  func write(to file: URL, latest: URL, _ lineage: HeadLineage) async throws -> String {
    try await lineage.check(latest.path)
    try await lineage.check(file.path, ofSize: checkpoint.size)
    try await lineage.check(beside: file, latest: latest)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try HeadFile.write(note, to: file.path)
    try HeadFile.write(note, to: latest.path)
    return file.path
  }
}
