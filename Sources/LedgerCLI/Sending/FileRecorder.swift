import Attestations
import Gates
import Ledger
import SQLiteStore
import Service
import Webhooks

/// Records straight into the file, while no server uses it.
struct FileRecorder {
  /// The name of the source of such entries.
  private static let source = "cli"

  let path: String
  let key: String
  /// Whose signatures of attestations are believed.
  var trust = Trust()

  func record(_ batch: ReportBatch) async throws -> [ReportReceipt] {
    try WritableLedger.mustExist(path)
    do {
      return try await WritableLedger.use(path) { store in
        let submissions = try await self.submissions(batch.reports, store)
        let receipts = try await store.append(submissions)
        return zip(receipts, submissions).map { ReportReceipt($0, of: $1.entry) }
      }
    } catch StoreError.contradiction(let earlier) {
      throw Failure(
        "this key was used before for something else, which is entry \(earlier)",
        hint: "Use a new --idempotency-key for each thing that is reported.")
    }
  }

  private func submissions(
    _ reports: [Report], _ store: SQLiteLedger
  ) async throws -> [Submission] {
    let received = currentInstant()
    let intake = AttestationIntake(trust) { try await store.read { try $0.repositoryNames() } }
    var submissions: [Submission] = []
    for (position, report) in reports.enumerated() {
      let suffix = reports.count > 1 ? "#\(position)" : ""
      let identity = "request/\(FileRecorder.source)/\(key)\(suffix)"
      let context = RecordContext(
        received: received, source: .token(FileRecorder.source, key: identity))
      if let whole = try await FileRecorder.whole(report, context, store) {
        submissions += whole
      } else {
        submissions.append(try await FileRecorder.submission(report, context, intake))
      }
    }
    return submissions
  }

  /// What comes in parts, or with its body beside it.
  private static func whole(
    _ report: Report, _ context: RecordContext, _ store: SQLiteLedger
  ) async throws -> [Submission]? {
    do {
      switch report.kind {
      case .teardownReported:
        return [try TeardownRecord.submission(.object(report.body), context: context)]
      case .resourceSnapshot:
        let parts = try ResourceSnapshot.submissions(.object(report.body), context: context)
        let problem = try await store.read { try SnapshotCheck(parts)?.problem($0) }
        if let problem { throw RecordRefusal([problem]) }
        return parts
      default: return nil
      }
    } catch let refusal as RecordRefusal { throw failure(refusal) }
  }

  private static func failure(_ refusal: RecordRefusal) -> Failure {
    Failure(
      ReportSender.refusal(refusal.problems.map { ($0.path, $0.reason) }, otherwise: "refused"))
  }

  private static func submission(
    _ report: Report, _ context: RecordContext, _ intake: AttestationIntake
  ) async throws -> Submission {
    do {
      var context = context
      let (fields, finding) = try await intake.read(report.body, kind: report.kind)
      context.finding = finding
      return try Record.submission(kind: report.kind, body: .object(fields), context: context)
    } catch let refusal as RecordRefusal { throw failure(refusal) }
  }
}
