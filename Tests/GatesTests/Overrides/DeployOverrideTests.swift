import Ledger
import Testing

@testable import Gates

private let digest = "sha256:" + String(repeating: "d", count: 64)

private typealias Found = DeployFinding

/// A finding that stood in the decision, and one that stands there later.
private struct Change: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let then: DeployFinding
  let now: DeployFinding

  init(_ name: String, _ then: DeployFinding, _ now: DeployFinding) {
    (testDescription, self.then, self.now) = (name, then, now)
  }
}

/// An override of the deploy gate lifts what it named, and nothing else.
@Suite struct DeployOverrideTests {
  private static let skipped = Found("checks", .fail("skipped"), "lint: skipped")

  /// A decision with these findings, overridden.
  private func overridden(
    _ findings: [DeployFinding], asBefore: Bool = false
  ) throws -> (ledger: MemoryLedger, override: Int64) {
    let ledger = MemoryLedger()
    let decision = try decide(findings, ledger)
    return (ledger, try override(decision, ledger, asBefore: asBefore))
  }

  private func decide(_ findings: [DeployFinding], _ ledger: MemoryLedger) throws -> Int64 {
    ledger.append(
      try Entry(
        kind: .deployVerdict, at: nil, received: moment(0), source: .ledger,
        data: [
          "service": "api", "environment": "prod", "digest": .string(digest), "state": "deny",
          "findings": .array(findings.map(\.json)),
        ])
    ).index
  }

  /// - Parameter asBefore: as versions wrote it that lifted whole rules.
  private func override(
    _ decision: Int64, _ ledger: MemoryLedger, asBefore: Bool = false
  ) throws -> Int64 {
    let request = try OverrideRequest(
      reference: .decision(decision), reason: "hotfix", seconds: 3_600)
    let made = try request.entry(
      reading: ledger, by: "oncall", source: .token("oncall", key: nil), now: moment(1))
    guard asBefore else { return ledger.append(made).index }
    var data = made.data.object ?? [:]
    data["lifts"] = nil
    return ledger.append(
      try Entry(
        kind: made.kind, at: made.at, received: made.received, source: made.source,
        data: .object(data))
    ).index
  }

  private func lifting(_ findings: [DeployFinding], _ ledger: MemoryLedger) throws -> Int64? {
    let request = DeployRequest(services: ["api"], environment: "prod", digest: digest, commit: nil)
    return try Overrides(tables: ledger, now: moment(2))
      .deploy(request, digest: digest, blocking: findings)
  }

  @Test func theEntrySaysWhatItLifts() throws {
    let (ledger, override) = try overridden([Self.skipped])
    #expect(try ledger.entry(at: override)?.entry.data["lifts"] == "findings")
    #expect(try lifting([Self.skipped], ledger) == override)
  }

  private static let changes = [
    Change("another check", skipped, Found("checks", .fail("failure"), "unit: failure")),
    Change("the check, worse", skipped, Found("checks", .fail("failure"), "lint: failure")),
    Change(
      "criticals that no scan had shown",
      Found("scan", .fail("missing"), "trivy: no scan of this digest"),
      Found("scan", .fail("findings"), "trivy: 3 critical")),
    Change(
      "more of them", Found("scan", .fail("findings"), "trivy: 1 high"),
      Found("scan", .fail("findings"), "trivy: 9 high")),
    Change(
      "another tool", Found("scan", .fail("missing"), "trivy: no scan of this digest"),
      Found("scan", .fail("missing"), "grype: no scan of this digest")),
    Change(
      "a signature that does not hold",
      Found("attested", .fail("missing"), "no provenance of the digest is recorded"),
      Found("attested", .fail("failed"), "the newest provenance does not hold: no key made it")),
    Change(
      "many more replicas", Found("max-replicas", .fail("too-many"), "3 asked for, 2 allowed"),
      Found("max-replicas", .fail("too-many"), "1000 asked for, 2 allowed")),
    Change(
      "another environment before it",
      Found("order", .pending("soaking"), "ran in test for 1m, less than 1h"),
      Found("order", .pending("soaking"), "ran in staging for 1m, less than 1h")),
    Change(
      "an approval less",
      Found("approvals", .pending("approvals"), "1 of 2 on the head that was merged"),
      Found("approvals", .pending("approvals"), "0 of 2 on the head that was merged")),
  ]

  @Test(arguments: changes) fileprivate func whatNobodyKnewOfBlocks(_ change: Change) throws {
    let (ledger, override) = try overridden([change.then])
    #expect(try lifting([change.then], ledger) == override)
    #expect(try lifting([change.now], ledger) == nil)
    #expect(try lifting([change.then, change.now], ledger) == nil)
    #expect(try lifting([], ledger) == override)
  }

  private static let same = [
    Change(
      "it ran there for longer",
      Found("order", .pending("soaking"), "ran in staging for 12m, less than 1h"),
      Found("order", .pending("soaking"), "ran in staging for 13m, less than 1h")),
    Change(
      "a stranger approved",
      Found("approvals", .pending("approvals"), "1 of 2 on the head that was merged"),
      Found(
        "approvals", .pending("approvals"),
        "1 of 2 on the head that was merged, 1 more by who may not write")),
    Change(
      "other evidence of the same", skipped,
      Found("checks", .fail("skipped"), "lint: skipped", entries: [9])),
  ]

  @Test(arguments: same) fileprivate func whatChangesByItselfIsLifted(_ change: Change) throws {
    let (ledger, override) = try overridden([change.then])
    #expect(try lifting([change.now], ledger) == override)
  }

  /// What an older log concluded from them must be concluded again.
  @Test(arguments: changes) fileprivate func olderOnesLiftRules(_ change: Change) throws {
    let (ledger, override) = try overridden([change.then], asBefore: true)
    #expect(try ledger.entry(at: override)?.entry.data["lifts"] == nil)
    #expect(try lifting([change.now], ledger) == override)
    #expect(try lifting([Found("freeze", .pending("frozen"), "frozen")], ledger) == nil)
  }

  @Test func whatIsOnlyShownIsNotLifted() throws {
    let shown = Found("checks", .fail("failure"), "docs: failure", required: false)
    let (ledger, _) = try overridden([Self.skipped, shown])
    #expect(try lifting([Found("checks", .fail("failure"), "docs: failure")], ledger) == nil)
  }

  /// The first one stands for what it named; what came later takes another one.
  @Test func whatCameLaterCanBeOverriddenToo() throws {
    let (ledger, first) = try overridden([Self.skipped])
    let failed = Found("checks", .fail("failure"), "unit: failure")
    #expect(throws: OverrideRefusal.conflict("entry \(first) overrides it already")) {
      try override(try decide([Self.skipped], ledger), ledger)
    }
    let second = try override(try decide([Self.skipped, failed], ledger), ledger)
    #expect(try lifting([Self.skipped, failed], ledger) == second)
  }
}
