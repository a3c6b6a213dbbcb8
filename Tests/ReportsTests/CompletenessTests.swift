import Ledger
import Testing

@testable import Reports

private let now = Instant(seconds: 1_795_000_000)

private func ago(_ seconds: Double) -> Instant { now.adding(seconds: -seconds) }

private func hook(_ name: String, _ seconds: Double, gaps: [CoverageRow.Gap] = []) -> CoverageRow {
  CoverageRow(hook: name, repository: 5, coveredTo: ago(seconds), gaps: gaps)
}

private func missing(
  _ guid: String, _ seconds: Double, _ state: LostDelivery.State, event: String = "push"
) -> LostDelivery {
  LostDelivery(guid: guid, event: event, at: ago(seconds), hook: "480", state: state)
}

@Suite struct CompletenessTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var coverage: [CoverageRow] = [hook("480", 60)]
    var nameless: [Completeness.Nameless] = []
    var missing: [LostDelivery] = []
    var gaps: [Envelope.Gap] = []
  }

  static let cases = [
    Case(
      testDescription: "nobody compared", coverage: [], gaps: [Envelope.unreconciled]),
    Case(testDescription: "compared and whole"),
    Case(testDescription: "just in time", coverage: [hook("480", 7_200)]),
    Case(
      testDescription: "one of two hooks too long ago",
      coverage: [hook("480", 60), hook("app", 7_201)],
      gaps: [
        Envelope.Gap(
          from: ago(7_201), to: nil,
          reason: "deliveries of hook app are not compared with GitHub's list since")
      ]),
    Case(testDescription: "it came", missing: [missing("a", 900, .recovered)]),
    Case(
      testDescription: "not here yet", missing: [missing("a", 900, .asked)],
      gaps: [
        Envelope.Gap(
          from: ago(900), to: ago(900), reason: "deliveries have not come again yet: push 1")
      ]),
    Case(
      testDescription: "what lies close together is one gap",
      missing: [
        missing("a", 9_000, .lost), missing("b", 8_000, .lost, event: "status"),
        missing("c", 100, .lost),
      ],
      gaps: [
        Envelope.Gap(
          from: ago(9_000), to: ago(8_000), reason: "deliveries are lost for good: push 1, status 1"
        ),
        Envelope.Gap(from: ago(100), to: ago(100), reason: "deliveries are lost for good: push 1"),
      ]),
    Case(
      testDescription: "GitHub's list did not reach back",
      coverage: [hook("480", 60, gaps: [CoverageRow.Gap(from: ago(900_000), to: ago(500_000))])],
      gaps: [
        Envelope.Gap(
          from: ago(900_000), to: ago(500_000),
          reason: "GitHub's list of hook 480 did not reach back that far")
      ]),
    Case(
      testDescription: "the name of one is another's",
      nameless: [.init(row: hook("481", 90_000), until: ago(80_000))], gaps: [nameless]),
    Case(
      testDescription: "and there is no other", coverage: [],
      nameless: [.init(row: hook("481", 90_000), until: ago(80_000))],
      gaps: [Envelope.unreconciled, nameless]),
  ]

  private static let nameless = Envelope.Gap(
    from: ago(90_000), to: ago(80_000),
    reason: "deliveries of hook 481 are not compared: "
      + "the name of its repository was given to another")

  @Test(arguments: cases)
  func gaps(_ given: Case) {
    let completeness = Completeness(
      coverage: given.coverage, nameless: given.nameless, missing: given.missing)
    #expect(completeness.gaps(asOf: now) == given.gaps)
    let envelope = Envelope(schema: "x/1", asOf: now, gaps: completeness.gaps(asOf: now)).json([:])
    #expect(envelope["complete"] == .bool(given.gaps.isEmpty))
  }

  /// Each an hour and more from the next: gaps of their own.
  @Test(
    arguments: [
      (20, nil), (21, "and 1 more gap"), (33, "and 13 more gaps"),
    ] as [(Int, String?)])
  func whatIsNotToldOneByOneIsCounted(_ count: Int, _ last: String?) {
    let lost = (0..<count).map { missing("\($0)", Double(count - $0) * 4_000, .lost) }
    let gaps = Completeness(coverage: [hook("480", 60)], missing: lost).gaps(asOf: now)
    #expect(gaps.count == Completeness.maximumGaps + (last == nil ? 0 : 1))
    #expect(gaps.first?.from == ago(Double(count) * 4_000))
    #expect(gaps.last?.reason == last ?? "deliveries are lost for good: push 1")
  }

  @Test func theHookThatIsFurthestBehindDecides() {
    let both = Completeness(coverage: [hook("480", 60), hook("app", 3_000)], missing: [])
    #expect(both.completeTo == ago(3_000))
    #expect(Completeness(coverage: [], missing: []).completeTo == nil)
    let left = Completeness(
      coverage: [hook("480", 60)],
      nameless: [.init(row: hook("481", 90_000), until: ago(80_000))], missing: [])
    #expect(left.completeTo == ago(60))
  }
}
