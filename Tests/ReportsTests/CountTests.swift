import Ledger
import Testing

@testable import Reports

private let now = Instant(seconds: 1_795_000_000)
private let acme = RepositoryRow(id: 5, name: "acme/api")

/// What is counted only so far is not told as if it were all.
@Suite struct CountTests {
  private func sha(_ number: Int) -> String {
    String(repeating: "0", count: 33) + "\(1_000_000 + number)"
  }

  private func reads(_ count: Int, isAudit: Bool) -> [DueRead] {
    (0..<count).map { number in
      var read = DueRead(repository: acme, sha: sha(number), policy: "cafe")
      read.isAudit = isAudit
      return read
    }
  }

  @Test(arguments: [
    (1, "1 push is undetermined"), (1_000, "1000 pushes are undetermined"),
    (1_001, "more than 1000 pushes are undetermined"),
  ])
  func pushes(_ count: Int, _ expected: String) throws {
    let landings = (0..<count).map { number in
      DueLanding(
        repository: acme, branch: "main", sha: sha(number), pushedAt: nil, entry: Int64(number))
    }
    let check = try Check.undetermined(OnePull(readsDue: [], pushesDue: landings), now)
    #expect(check?.detail.hasPrefix(expected + ": ") == true, "\(check?.detail ?? "none")")
    let none = try Check.undetermined(OnePull(readsDue: [], pushesDue: []), now)
    #expect(none == nil)
  }

  @Test(arguments: [(1_000, "1000 verdicts wait"), (1_001, "at least 1000 verdicts wait")])
  func verdictsThatWait(_ count: Int, _ expected: String) throws {
    let entry = try Entry(kind: .verdict, at: nil, received: now, source: .ledger, data: [:])
    let tables = OnePull(
      verdict: VerdictRow(
        state: "pending", summary: "", confirming: true, policy: "cafe", entry: 12),
      log: [Stored(index: 12, entry: entry)], readsDue: reads(count, isAudit: false))
    let check = try Check.unposted(tables, now.adding(seconds: 120))
    #expect(check.state == .warning && check.detail.hasPrefix(expected), "\(check.detail)")
  }

  /// Behind a thousand reads of merges nobody sees whether a verdict waits.
  @Test(arguments: [(1_000, Check.State.ok), (1_001, Check.State.unknown)])
  func verdictsBehindOtherReads(_ count: Int, _ expected: Check.State) throws {
    let check = try Check.unposted(OnePull(readsDue: reads(count, isAudit: true)), now)
    #expect(check.state == expected, "\(check.detail)")
  }

  private func made(_ entry: Int64, isActive: Bool) -> OverrideRow {
    OverrideRow(
      entry: entry, decision: 0,
      target: .deploy(service: "api", environment: "prod", digest: "sha256:00"), reason: "r",
      by: "ci", madeAt: now, expiresAt: now.adding(seconds: 60),
      end: isActive ? nil : OverrideRow.End(why: "revoked", at: now, entry: entry))
  }

  /// The oldest is in force, everything after it is over.
  @Test(
    arguments: [
      (500, 500, false), (501, 501, false), (502, 501, true), (700, 501, true),
    ] as [(Int64, Int, Bool)])
  func whatIsInForceIsListed(_ count: Int64, _ listed: Int, _ hasMore: Bool) throws {
    let rows = (1...count).map { made($0, isActive: $0 == 1) }
    let list = try OverrideList(reading: OnePull(overrides: rows, names: [:]), asOf: now)
    #expect(list.items.count == listed)
    #expect(list.items.first?["entry"] == .string(String(count)))
    #expect(list.items.last?["entry"] == "1" && list.items.last?["state"] == "active")
    #expect(list.json["has_more"] == .bool(hasMore))
  }
}
