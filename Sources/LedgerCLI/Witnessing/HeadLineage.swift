import Ledger
import Merkle
import Reports

/// Holds heads that were kept where the log is not against the log, before its next one takes their
/// place: each may be all that is left of entries that were lost.
struct HeadLineage {
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
  func check(_ path: String) async throws {
    guard let (note, kept) = try HeadFile.read(path) else { return }
    try HeadFile.check(head, after: kept, path)
    do { _ = try note.signatures(by: keys) } catch {
      let reason = error == .unsigned ? "no key of this log signed it" : error.description
      throw HeadLineage.refused("\(path) is not replaced: \(Text.safe(reason))")
    }
    guard try await leads(from: kept) else {
      throw HeadLineage.refused(
        "\(path) is not replaced: the first \(kept.size) entries of the log are not those that it "
          + "has")
    }
  }

  /// For a file of one size: what it has stays as it is.
  func check(_ path: String, ofSize size: Int) async throws {
    try await check(path)
    guard let (_, kept) = try HeadFile.read(path), kept.size != size else { return }
    throw HeadLineage.refused("\(path) is not replaced: it is the head of \(kept.size) entries")
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
