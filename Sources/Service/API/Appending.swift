import Hummingbird
import Ledger

/// Appends what somebody reported and answers with the receipts, for every way in but GitHub's.
struct Appending: Sendable {
  private let service: ServiceDependencies

  init(_ service: ServiceDependencies) { self.service = service }

  /// One receipt: 201, or 200 for a duplicate.
  func append(_ submission: Submission) async throws -> Response {
    let receipts = try await receipts([submission])
    guard let receipt = receipts.first else { throw StoreError.failed("no receipt") }
    return .json(
      AttestationAnswer.receipt(receipt, of: submission.entry),
      status: receipt.result == .duplicate ? .ok : .created)
  }

  /// `{"receipts": […]}` in the order of the submissions: all of them are stored, or none.
  func append(all submissions: [Submission]) async throws -> Response {
    let receipts = try await receipts(submissions)
    let isNew = receipts.contains { $0.result != .duplicate }
    return .json(
      [
        "receipts": .array(
          zip(receipts, submissions).map { AttestationAnswer.receipt($0, of: $1.entry) })
      ], status: isNew ? .created : .ok)
  }

  /// Clocks differ by minutes, not by more: what is dated later would be the newest for ever.
  private static let maximumLead: Double = 300

  private static func refuseFuture(_ submissions: [Submission]) throws(Problem) {
    for entry in submissions.map(\.entry) {
      guard let at = entry.at, at.seconds(since: entry.received) > maximumLead else { continue }
      throw Problem(
        .unprocessableContent, "future",
        "It says that it happened at \(at), which is more than 5 minutes from now.",
        hint: "Is the sender's clock right, and this one's? Nothing was stored.")
    }
  }

  private func receipts(_ submissions: [Submission]) async throws -> [Receipt] {
    try Appending.refuseFuture(submissions)
    let receipts: [Receipt]
    do { receipts = try await service.store.append(submissions) } catch StoreError.contradiction(
      let earlier)
    { throw Appending.contradiction(of: earlier, by: submissions) }
    service.announce()
    return receipts
  }

  /// The key of a workflow is its identity token: whoever shows it again with something else is
  /// somebody else, or wants to be believed twice.
  private static func contradiction(of earlier: Int64, by submissions: [Submission]) -> Problem {
    let isWorkflow = submissions.contains {
      if case .workflow = $0.entry.source { true } else { false }
    }
    guard isWorkflow else {
      return Problem(
        .conflict, "contradiction",
        "This key was used before for something else, which is entry \(earlier). "
          + "Nothing was stored.", hint: "Use a new key for each thing that is reported.")
    }
    return Problem(
      .unauthorized, "replayed",
      "This identity token was used before for something else, which is entry \(earlier). "
        + "Nothing was stored.", hint: "Ask GitHub for a new token for each thing that is reported."
    )
  }
}
