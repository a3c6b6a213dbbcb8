import Ledger
import Merkle
import Testing

@Suite struct IntakeTests {
  private static let first = KnownDelivery(
    guid: "g1", hook: 1, event: "push", body: "b1", index: 10)

  struct Case: Sendable {
    let says: String
    let guid: String
    let hook: Int64
    let event: String
    let body: String
    var known: [KnownDelivery] = [IntakeTests.first]
    let decision: Intake.Decision
  }

  static let cases = [
    Case(
      says: "nothing is known", guid: "g1", hook: 1, event: "push", body: "b1", known: [],
      decision: .append),
    Case(
      says: "nothing in common", guid: "g2", hook: 1, event: "push", body: "b2",
      decision: .append),
    Case(
      says: "a redelivery", guid: "g1", hook: 1, event: "push", body: "b1",
      decision: .duplicate(of: 10)),
    Case(
      says: "a captured body under a fresh id", guid: "g2", hook: 1, event: "push", body: "b1",
      decision: .duplicate(of: 10)),
    Case(
      says: "the same body from another hook", guid: "g1", hook: 2, event: "push", body: "b1",
      decision: .duplicate(of: 10)),
    Case(
      says: "the same id and hook with another body", guid: "g1", hook: 1, event: "push",
      body: "b2", decision: .conflict(with: 10)),
    Case(
      says: "the same request under another event name", guid: "g1", hook: 1, event: "status",
      body: "b1", decision: .conflict(with: 10)),
    Case(
      says: "the same id from another hook with another body", guid: "g1", hook: 2, event: "push",
      body: "b2", decision: .witness(of: 10)),
    Case(
      says: "the earliest is named, however they are listed", guid: "g9", hook: 1, event: "push",
      body: "b1",
      known: [
        KnownDelivery(guid: "g3", hook: 1, event: "push", body: "b1", index: 30), first,
        KnownDelivery(guid: "g2", hook: 1, event: "push", body: "b1", index: 20),
      ], decision: .duplicate(of: 10)),
    Case(
      says: "a conflict that was kept is itself known", guid: "g1", hook: 1, event: "push",
      body: "b2",
      known: [first, KnownDelivery(guid: "g1", hook: 1, event: "push", body: "b2", index: 11)],
      decision: .duplicate(of: 11)),
    Case(
      says: "one of several hooks is the same", guid: "g1", hook: 2, event: "push", body: "b3",
      known: [first, KnownDelivery(guid: "g1", hook: 2, event: "push", body: "b2", index: 12)],
      decision: .conflict(with: 10)),
  ]

  @Test("G34 A5 what makes a delivery a duplicate", arguments: cases)
  func decides(_ example: Case) {
    let decision = Intake.decide(
      guid: example.guid, hook: example.hook, event: example.event, body: example.body,
      known: example.known)
    #expect(decision == example.decision, "\(example.says)")
    let reversed = Intake.decide(
      guid: example.guid, hook: example.hook, event: example.event, body: example.body,
      known: example.known.reversed())
    #expect(reversed == decision)
  }

  @Test func aReplacementKeepsEverythingButTheStatement() throws {
    let body = Evidence(Array("{}".utf8))
    let original = try Entry(
      kind: .push, at: Instant(seconds: 5), received: Instant(seconds: 6),
      source: .github(event: "push", delivery: "g1", hook: 1), data: ["repository_id": 1],
      evidence: body.reference)
    let replacement = try Intake.replacement(for: original, kind: .deliveryConflict, earlier: 10)
    #expect(replacement.kind == .deliveryConflict)
    #expect(replacement.at == original.at && replacement.received == original.received)
    #expect(replacement.source == original.source && replacement.evidence == original.evidence)
    #expect(replacement.data == ["earlier": 10, "would_be": "github.push.v1"])
  }

  @Test func evidenceIsNamedByItsOwnDigest() {
    let evidence = Evidence(Array("body".utf8))
    #expect(evidence.reference.hash == .sha256("body".utf8))
    #expect(evidence.reference.size == 4)
  }
}
