import Ledger
import LedgerTesting
import Testing

@testable import SQLiteStore

/// What an export cites of the comparisons with GitHub's own list.
@Suite struct DeliveryReadsTests {
  /// Of the App's hook.
  private func read(_ hours: Int, _ hook: JSON?) throws -> Submission {
    let end = moment.adding(seconds: Double(hours) * 3_600)
    var data: [String: JSON] = [
      "hook": "app", "repository_id": nil, "from": .string(end.adding(seconds: -3_600).description),
      "after": nil, "to": .string(end.description), "listed": 1, "present": 1, "is_cut": false,
      "missing": [], "asked": [], "lost": [],
    ]
    data["hook_id"] = hook
    return Submission(
      entry: try Entry(
        kind: .deliveriesRead, at: nil, received: end, source: .githubAPI, data: .object(data)))
  }

  /// Earlier versions noted no hook, and GitHub does not always tell: the first that names it has
  /// to be there, or nobody could say whose deliveries were compared.
  @Test func theFirstTheFirstThatNamesItsHookAndTheNewest() async throws {
    try await withScratch { scratch in
      let ledger = try SQLiteLedger(path: scratch.path, reactor: Silence(), now: { moment })
      let hooks: [JSON?] = [nil, nil, 480, 480, .null]
      for (hours, hook) in hooks.enumerated() {
        _ = try await ledger.append([try read(hours, hook)])
      }
      #expect(try await ledger.read { try $0.deliveryReads(of: 0).map(\.index) } == [0, 2, 4])
      #expect(try await ledger.read { try $0.deliveryReads(of: 1).map(\.index) } == [])
      try await ledger.close()
    }
  }
}
