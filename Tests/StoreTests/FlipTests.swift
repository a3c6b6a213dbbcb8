import Foundation
import GRDB
import Gates
import Ledger
import LedgerTesting
import Merkle
import Testing
import Webhooks

@testable import SQLiteStore

/// The low bit of bytes of a small ledger's file, flipped one after the other. Whatever changes an
/// answer is found by the verifier; the digest of the pages finds every one.
///
/// LEDGER_FLIPS=all flips every byte and takes long, on all processors (`make test-flips`).
@Suite struct FlipTests {
  /// Answers that rest on the file: all rows that any answer is made of. When a checkpoint was
  /// signed and when a witness's line came, no answer says; whether a checkpoint is kept for good,
  /// nothing else says: the verifier cannot know better.
  private struct Answers: Equatable {
    let rows: [String]
    let bodies: [[UInt8]]

    private static let columns = [
      "checkpoints": "size, root, note", "cosignatures": "size, name, key_id, line",
    ]

    init(_ path: String) throws {
      let archive = try SQLiteArchive(path: path)
      (rows, bodies) = try archive.queue.read { db in
        let tables = try String.fetchAll(
          db,
          sql: """
            SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
            AND name NOT IN ('probe', 'migrations')
            """)
        let rows = try tables.sorted().flatMap { table -> [String] in
          let columns = Self.columns[table] ?? "*"
          return try GRDB.Row.fetchAll(db, sql: "SELECT \(columns) FROM \(table)")
            .map { "\(table) \($0)" }.sorted()
        }
        let entries = try SQLiteReader(db).entries(from: 0, limit: 0, kind: nil)
        let bodies = try entries.compactMap { stored in
          try stored.entry.evidence.flatMap { try SQLiteReader(db).evidence($0.hash) }
        }
        return (rows, bodies)
      }
    }
  }

  /// A key, a policy, a pull request with its verdict, a witness and what it cosigned; in pages of 512 bytes, so
  /// that little of the file is empty.
  private static let original = Task {
    try await withScratch { scratch in
      try await write(to: scratch)
      return try Data(contentsOf: URL(filePath: scratch.path))
    }
  }

  private static func write(to scratch: Scratch) async throws {
    let signer = try NoteSigner(name: "a.example/log", seed: Array(0..<32))
    let ledger = try SQLiteLedger(
      path: scratch.path, reactor: Gatehouse(), signers: [signer], now: { moment })
    _ = try await ledger.append([
      Submission(entry: try storyPolicy(.webhooks).entry(received: moment))
    ])
    _ = try await ledger.append([makeSubmission(StoreSample.opened(1))])
    let witness = try CosignatureTests.witness(1)
    try await CosignatureTests.name([witness], quorum: 1, in: ledger)
    try await CosignatureTests.cosign([witness], in: ledger)
    try await ledger.close()
    let queue = try DatabaseQueue(path: scratch.path)
    try await queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA journal_mode = DELETE; PRAGMA page_size = 512; VACUUM")
    }
    try queue.close()
  }

  @Test("every flip that changes an answer is found", arguments: 0..<parts)
  func flips(part: Int) async throws {
    let bytes = try await FlipTests.original.value
    try await withScratch { scratch in
      try bytes.write(to: URL(filePath: scratch.path))
      #expect(try VerifierTests.verify(scratch).problems == [])
      let (answers, pages) = (try Answers(scratch.path), try PageDigest(path: scratch.path))
      let step = FlipTests.isAll ? FlipTests.parts : max(1, bytes.count / 150) | 1
      var (found, silent) = (0, 0)
      for offset in stride(from: part, to: bytes.count, by: step) {
        if FlipTests.isAll, (found + silent) % 1_000 == 0 {
          print("flips from \(part): byte \(offset) of \(bytes.count)")
        }
        var changed = bytes
        changed[offset] ^= 1
        try changed.write(to: URL(filePath: scratch.path))
        let isSeen = try !PageDigest(path: scratch.path).problems(comparedWith: pages).isEmpty
        #expect(isSeen, "byte \(offset) is in no page")
        if FlipTests.isFound(scratch) {
          found += 1
        } else {
          silent += 1
          let now = try Answers(scratch.path)
          let first = now.rows.difference(from: answers.rows).first.map { "\($0)" }
          let isSame = now == answers
          #expect(isSame, "byte \(offset) changes an answer unseen: \(first ?? "a body")")
        }
      }
      // Neither is empty: the verifier finds something, and there is something that only pages show.
      #expect(found > 0 && silent > 0)
      print(
        "flips of every \(step). byte of \(bytes.count) from \(part): \(found) found by verify, "
          + "\(silent) by the pages alone")
    }
  }

  /// By the verifier with the webhook's secret: GitHub's signatures are kept, too. A file that cannot
  /// be read as a ledger any more is found.
  private static func isFound(_ scratch: Scratch) -> Bool {
    let secrets = WebhookSecrets([secret])
    var options = VerifyOptions()
    options.signatures = { secrets.match($0, of: $1) }
    do {
      return try !Verifier.verify(path: scratch.path, reactor: Gatehouse(), options: options)
        .problems.isEmpty
    } catch { return true }
  }

  private static let isAll = ProcessInfo.processInfo.environment["LEDGER_FLIPS"] == "all"
  private static let parts = isAll ? ProcessInfo.processInfo.activeProcessorCount : 1
}
