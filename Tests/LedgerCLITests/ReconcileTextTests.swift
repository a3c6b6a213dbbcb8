import Ledger
import Testing

@testable import LedgerCLI

private func step(_ name: String, _ members: [String: JSON] = [:]) -> JSON {
  .object(members.merging(["step": .string(name)]) { $1 })
}

@Suite struct ReconcileTextTests {
  @Test func aLineForEachStep() {
    #expect(
      ReconcileText.line(
        step("list", ["hook": "480", "repository": "acme/api", "listed": 120, "missing": 3]))
        == "list     480          acme/api                 120     3        -      -        -")
    #expect(
      ReconcileText.line(step("problem", ["message": "no\u{1b}[31m"])) == "! no\\u{1b}[31m")
    #expect(
      ReconcileText.line(step("end", ["result": "complete", "missing": 3, "asked": 2]))
        == "✓ complete: 3 were missing, 2 were asked for again")
    #expect(
      ReconcileText.line(step("end", ["result": "undetermined", "message": "later"]))
        == "? not complete: later")
  }

  /// Of many reads the last one gets a line, each of them moves the bar.
  @Test func readsMoveABar() {
    let half = step("checks", ["listed": 40, "reads": 20])
    #expect(ReconcileText.line(half) == nil)
    let bar = String(repeating: "█", count: 15) + String(repeating: "░", count: 15)
    #expect(ReconcileText.bar(half) == "\(bar) 20/40 checks")
    #expect(ReconcileText.line(step("checks", ["listed": 40, "reads": 40])) != nil)
    #expect(ReconcileText.bar(step("list", ["listed": 40])) == nil)
  }

  @Test(
    arguments: [
      (-1, 1, 0), (Int64.min, Int64.max, 0), (Int64.max, 1, 30), (Int64.max, Int64.max, 30),
      (1, Int64.max, 0),
    ] as [(Int64, Int64, Int)])
  func noNumberOfAServerEndsTheCommand(_ done: Int64, _ total: Int64, _ filled: Int) {
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
    let wait = step("wait", ["arrived": .int(done), "asked": .int(total)])
    #expect(ReconcileText.bar(wait) == "\(bar) \(done)/\(total) wait")
  }
}
