import Ledger
import LedgerTesting
import Reports
import Testing

/// GitHub's clock has whole seconds: what a merge queue merges in one of them is still told apart.
@Suite struct DiffTests {
  private static func commit(_ number: Int64) -> String { Derived.commit("merge of #\(number)") }

  private static func pull(
    _ number: Int64, at second: Int64, told: Int64, action: String = "closed"
  ) throws -> Entry {
    try ChainStory.pull(
      number, merge: commit(number), at: second, told: told, action: action)
  }

  /// The direction, and the numbers of the pull requests between the merges of two.
  private static func diff(
    _ entries: [Entry], from: Int64, to: Int64
  ) async throws -> (direction: JSON?, pulls: [JSON]) {
    let answer = try await ChainStory.ask(
      entries, "diff", [("from", "sha:\(commit(from))"), ("to", "sha:\(commit(to))")])
    return (answer["direction"], answer["pulls"]?.array?.compactMap { $0["number"] } ?? [])
  }

  private static func queue() throws -> [Entry] {
    try [
      pull(9, at: -60, told: -60), pull(10, at: 0, told: 1), pull(11, at: 0, told: 2),
      pull(12, at: 60, told: 60),
    ]
  }

  @Test(
    arguments: [
      (10, 11, "forward", ["11"]), (11, 10, "backward", ["11"]), (9, 11, "forward", ["10", "11"]),
      (10, 12, "forward", ["11", "12"]), (11, 12, "forward", ["12"]),
      (12, 10, "backward", ["11", "12"]),
    ] as [(Int64, Int64, String, [String])])
  func mergesOfOneSecond(
    _ from: Int64, _ to: Int64, _ direction: String, _ pulls: [String]
  ) async throws {
    let found = try await Self.diff(Self.queue(), from: from, to: to)
    #expect(found.direction == .string(direction))
    #expect(found.pulls == pulls.map(JSON.string))
  }

  /// The delivery about the merge of #10 was lost, and a later one repeats it; or it came so late
  /// that it was sent again. Neither tells an order.
  @Test(
    arguments: [(10, 11, "11"), (11, 10, "10")] as [(Int64, Int64, String)],
    [(900, "labeled"), (900, "closed"), (60, "closed")] as [(Int64, String)])
  func whatCannotBeOrderedIsShown(
    _ ends: (Int64, Int64, String), _ late: (Int64, String)
  ) async throws {
    let ((from, to, pull), (told, action)) = (ends, late)
    let entries = try [
      Self.pull(11, at: 0, told: 2), Self.pull(10, at: 0, told: told, action: action),
    ]
    let found = try await Self.diff(entries, from: from, to: to)
    #expect(found.direction == "forward")
    #expect(found.pulls == [.string(pull)])
  }

  /// Almost a minute is GitHub's delay and no second try.
  @Test func whatComesWithinAMinuteIsOrdered() async throws {
    let entries = try [Self.pull(11, at: 0, told: 2), Self.pull(10, at: 0, told: 59)]
    let found = try await Self.diff(entries, from: 10, to: 11)
    #expect(found.direction == "backward")
    #expect(found.pulls == ["10"])
  }
}
