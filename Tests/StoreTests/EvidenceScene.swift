import Foundation
import GRDB
import Ledger
import LedgerTesting
import Merkle
import Webhooks

@testable import SQLiteStore

/// Deliveries that name people, at different times.
enum EvidenceScene {
  static let mia = Deliveries.Account(id: 7_001, login: "mia-hopper")
  static let noor = Deliveries.Account(id: 7_002, login: "noor")
  static let acme = Deliveries(
    repository: .init(
      id: 640, owner: .init(id: 50, login: "acme", kind: .organization), name: "api"))
  static let keep = Retention(seconds: 400 * 86_400, text: "400d")

  static func opened(
    _ number: Int64, by author: Deliveries.Account = mia, title: String? = nil
  ) -> WebhookDelivery {
    acme.pullRequest(
      "opened",
      .init(
        id: 9_000 + number, number: number, title: title ?? "Change \(number)", author: author,
        headRef: "topic-\(number)", headSHA: Derived.commit("\(number)"),
        baseSHA: Derived.commit("base"), createdAt: moment), by: author)
  }

  static func daysAgo(_ days: Double) -> Instant { moment.adding(seconds: -days * 86_400) }

  /// Each delivery in a group of its own; the hash of its body and its place.
  @discardableResult
  static func deliver(
    _ delivery: WebhookDelivery, _ days: Double, to ledger: SQLiteLedger
  ) async throws -> (hash: Hash, index: Int64) {
    let receipts = try await ledger.append([makeSubmission(delivery, received: daysAgo(days))])
    return (Hash.sha256(delivery.body), receipts[0].index)
  }

  static func has(_ hash: Hash, in ledger: SQLiteLedger) async throws -> Bool {
    try await ledger.read { try $0.evidence(hash) != nil }
  }

  /// The same thing again, told by a token: another entry that names the same body.
  static func again(_ delivery: WebhookDelivery, _ days: Double) throws -> Submission {
    let evidence = Evidence(delivery.body)
    return Submission(
      entry: try Entry(
        kind: "test.note.v1", at: nil, received: daysAgo(days), source: .token("test"), data: [:],
        evidence: evidence.reference), evidence: evidence)
  }

  static func open(_ scratch: Scratch) throws -> SQLiteLedger {
    try SQLiteLedger(path: scratch.path, reactor: Silence(), now: { moment })
  }

  static func verify(
    _ scratch: Scratch, secret: String? = nil
  ) throws -> VerifyReport {
    guard let secret else { return try Verifier.verify(path: scratch.path, reactor: Silence()) }
    let keys = WebhookSecrets([secret])
    var options = VerifyOptions()
    options.signatures = { keys.match($0, of: $1) }
    return try Verifier.verify(path: scratch.path, reactor: Silence(), options: options)
  }
}
