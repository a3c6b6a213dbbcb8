import Foundation
import Gates
import Ledger
import SQLiteStore
import Webhooks

/// Records straight into the file, while no server uses it.
struct FileRecorder {
  /// The name of the source of such entries.
  private static let source = "cli"

  let path: String
  let key: String

  func record(_ batch: ReportBatch) async throws -> [ReportReceipt] {
    // Opening makes what is not there: a wrong path must not look like a success.
    guard FileManager.default.fileExists(atPath: path) else {
      throw Failure(
        "there is no ledger at \(path)",
        hint: "Name a server with --server or LEDGER_SERVER, or the ledger's file with --db.")
    }
    let submissions = try self.submissions(batch.reports)
    let store = try WritableLedger.open(path)
    do {
      let receipts = try await store.append(submissions)
      try await store.close()
      return receipts.map(ReportReceipt.init)
    } catch StoreError.contradiction(let earlier) {
      try await store.close()
      throw Failure(
        "this key was used before for something else, which is entry \(earlier)",
        hint: "Use a new --idempotency-key for each thing that is reported.")
    } catch {
      try await store.close()
      throw error
    }
  }

  private func submissions(_ reports: [Report]) throws -> [Submission] {
    let received = currentInstant()
    return try reports.enumerated().map { position, report in
      let suffix = reports.count > 1 ? "#\(position)" : ""
      let identity = "request/\(FileRecorder.source)/\(key)\(suffix)"
      let context = RecordContext(
        received: received, source: .token(FileRecorder.source, key: identity))
      return try FileRecorder.submission(report, context)
    }
  }

  private static func submission(_ report: Report, _ context: RecordContext) throws -> Submission {
    do {
      return try Record.submission(kind: report.kind, body: .object(report.body), context: context)
    } catch {
      let errors = error.problems.map { ($0.path, $0.reason) }
      throw Failure(ReportSender.refusal(errors, otherwise: "refused"))
    }
  }
}
