import Foundation
import Ledger
import Merkle
import Reports

/// Holds heads that were kept where the log is not against the log, before its next one takes their
/// place or stands beside them: each may be all that is left of entries that were lost.
struct HeadLineage {
  private static let mostBeside = 100

  private let ledger: any LedgerSource
  /// Those of before a rotation, too.
  private let keys: [NoteVerifier]
  private let head: Checkpoint

  /// - Parameters:
  ///   - log: as `LogReport.json`.
  ///   - head: the one that is about to leave.
  init(_ ledger: any LedgerSource, _ log: JSON, head: Checkpoint) throws {
    (self.ledger, self.head) = (ledger, head)
    keys = try log.list("keys").compactMap { $0.text("vkey") }
      .map { vkey in try NoteVerifier(vkey) }
  }

  /// Looks at a file that the head is about to be written to; nothing has to be there.
  ///
  /// - Throws: `Failure` with the exit code 12 where the log does not lead to what is there.
  func check(_ path: String) async throws { try await check(path, "\(path) is not replaced") }

  /// For a file of one size: what it has stays as it is.
  func check(_ path: String, ofSize size: Int) async throws {
    try await check(path, ofSize: size, "\(path) is not replaced")
  }

  /// Looks at the files of other sizes beside this one, the newest first: whoever took `latest`
  /// away, or put another in its place, has not changed these. Each is a question, and a folder that
  /// is written to every hour has thousands: where `latest` is there, older ones were looked at when
  /// it was written.
  func check(beside file: URL, latest: URL) async throws {
    let heads = try HeadLineage.heads(beside: file)
    let isWhole = FileManager.default.fileExists(atPath: latest.path)
    for (size, path) in heads.prefix(isWhole ? HeadLineage.mostBeside : heads.count) {
      try await check(path, ofSize: size, "nothing is published beside \(path)")
    }
  }

  /// - Parameter consequence: what is not done when the log does not lead to it.
  private func check(_ path: String, _ consequence: String) async throws {
    guard let (note, kept) = try HeadFile.read(path) else { return }
    try HeadFile.check(head, after: kept, path)
    do { _ = try note.signatures(by: keys) } catch {
      let reason = error == .unsigned ? "no key of this log signed it" : error.description
      throw HeadLineage.refused("\(consequence): \(Text.safe(reason))")
    }
    guard try await leads(from: kept) else {
      throw HeadLineage.refused(
        "\(consequence): the first \(kept.size) entries of the log are not those that it has")
    }
  }

  private func check(_ path: String, ofSize size: Int, _ consequence: String) async throws {
    try await check(path, consequence)
    guard let (_, kept) = try HeadFile.read(path), kept.size != size else { return }
    throw HeadLineage.refused("\(consequence): it is the head of \(kept.size) entries")
  }

  /// Files with a size for a name, and the extension of this one. In a work tree another log may
  /// have a folder there.
  private static func heads(beside file: URL) throws -> [(size: Int, path: String)] {
    let folder = file.deletingLastPathComponent()
    guard folder.isFolder else { return [] }
    let names: [String]
    do { names = try FileManager.default.contentsOfDirectory(atPath: folder.path) } catch {
      throw Failure("cannot read \(folder.path)", hint: "Is it a folder that may be read?")
    }
    return names.compactMap { name -> (size: Int, path: String)? in
      let other = folder.appending(path: name)
      guard name != file.lastPathComponent, other.pathExtension == file.pathExtension,
        let size = plainNumber(other.deletingPathExtension().lastPathComponent[...]),
        !other.isFolder
      else { return nil }
      return (Int(size), other.path)
    }.sorted { $0.size > $1.size }
  }

  private func leads(from kept: Checkpoint) async throws -> Bool {
    if kept.size == head.size { return kept.root == head.root }
    let answer = try await ledger.ask(
      ConsistencyQuestion.name, [("from", String(kept.size)), ("to", String(head.size))])
    guard let proof = [Hash](base64: answer["hashes"]) else {
      throw Failure("the ledger's answer is no proof", code: Exit.integrity)
    }
    return Proof.verifyConsistency(
      proof, from: kept.size, root: kept.root, to: head.size, root: head.root)
  }

  private static func refused(_ message: String) -> Failure {
    Failure(
      message, hint: "Keep both: one of them is of another log, or this one was changed.",
      code: Exit.integrity)
  }
}
