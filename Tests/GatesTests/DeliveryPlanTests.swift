import Ledger
import Testing

@testable import Gates

private let now = Instant(seconds: 1_795_000_000)

private func sight(
  _ id: Int64, _ guid: String, _ status: String = "OK", ago: Double = 600,
  isRedelivery: Bool = false
) -> DeliverySight {
  DeliverySight(
    id: id, guid: guid, event: "check_run", action: nil, deliveredAt: now.adding(seconds: -ago),
    status: status, isRedelivery: isRedelivery, repositoryID: 5, hook: .app)
}

@Suite struct DeliveryPlanTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let attempts: [DeliverySight]
    var known: Set<String> = []
    var givenUp: Set<String> = []
    /// Ids of attempts.
    var asks: [Int64] = []
    var lost: [String] = []
    var present = 0
    var failedButPresent = 0
  }

  static let cases = [
    Case(testDescription: "here", attempts: [sight(1, "a")], known: ["a"], present: 1),
    Case(
      testDescription: "here, and GitHub does not know", attempts: [sight(1, "a", "timed out")],
      known: ["a"], present: 1, failedButPresent: 1),
    Case(testDescription: "acknowledged and lost", attempts: [sight(1, "a")], asks: [1]),
    Case(testDescription: "failed", attempts: [sight(1, "a", "timed out")], asks: [1]),
    Case(
      testDescription: "several attempts are one delivery; the newest is asked for",
      attempts: [
        sight(2, "a", ago: 3_000, isRedelivery: true), sight(1, "a", "timed out", ago: 9_000),
      ],
      asks: [2]),
    Case(
      testDescription: "the oldest first",
      attempts: [sight(1, "new", ago: 5), sight(2, "old", ago: 50)], asks: [2, 1]),
    Case(
      testDescription: "asked for often, not lately",
      attempts: [sight(1, "a", ago: 9_000)]
        + (2...9).map { sight($0, "a", "x", ago: 3_000, isRedelivery: true) },
      asks: [9]),
    Case(
      testDescription: "asked for lately",
      attempts: [
        sight(1, "a", ago: 9_000), sight(2, "a", "x", ago: 2_999, isRedelivery: true),
      ]),
    Case(
      testDescription: "three days ago", attempts: [sight(1, "a", ago: 3 * 86_400)], asks: [1]),
    Case(
      testDescription: "more than three days ago", attempts: [sight(1, "a", ago: 3 * 86_400 + 1)],
      lost: ["a"]),
    Case(
      testDescription: "given up before", attempts: [sight(1, "a")], givenUp: ["a"], lost: ["a"]),
    Case(
      testDescription: "given up, and came", attempts: [sight(1, "a")], known: ["a"],
      givenUp: ["a"], present: 1),
  ]

  @Test(arguments: cases)
  func whatToDo(_ given: Case) {
    let plan = DeliveryPlan(
      given.attempts, known: given.known, givenUp: given.givenUp, now: now)
    #expect(plan.toAsk.map(\.attempt) == given.asks)
    #expect(plan.lost.map(\.guid) == given.lost)
    #expect(plan.present == given.present)
    #expect(plan.failedButPresent == given.failedButPresent)
    #expect(plan.listed == Set(given.attempts.map(\.guid)).count)
    #expect(plan.missing.count == plan.listed - plan.present)
  }

  /// What was given up is no reason to look back for ever; what may still come is.
  @Test func coverageEndsWhereSomethingIsOutstanding() {
    let (old, new) = (sight(1, "old", ago: 500), sight(2, "new", ago: 50))
    func covered(_ known: Set<String>, _ givenUp: Set<String> = []) -> Double {
      now.seconds(
        since: DeliveryPlan([old, new], known: known, givenUp: givenUp, now: now)
          .covered(listedAt: now))
    }
    #expect(covered([]) == 500)
    #expect(covered(["old"]) == 50)
    #expect(covered(["new"], ["old"]) == 0)
    #expect(covered(["old", "new"]) == 0)
  }

  @Test func whatWasAskedForLatelyHoldsCoverageBack() {
    let attempts = [sight(1, "a", ago: 700), sight(2, "a", ago: 9, isRedelivery: true)]
    let plan = DeliveryPlan(attempts, known: [], now: now)
    #expect(plan.toAsk.isEmpty)
    #expect(plan.covered(listedAt: now) == now.adding(seconds: -700))
  }

  /// Coverage would forget what no entry names.
  @Test func coverageEndsWhereTheEntryIsCut() throws {
    let sights = (0..<300).map { sight(Int64($0), "\($0)", ago: Double(1_000 - $0)) }
    let plan = DeliveryPlan(sights, known: [], givenUp: Set(sights.map(\.guid)), now: now)
    #expect(plan.covered(listedAt: now) == now)
    let read = DeliveriesRead(
      hook: .app, hookID: 480, window: DeliveryWindow(covered: nil, now: now), listedAt: now,
      found: plan.missing, plan: plan, asked: [])
    let entry = try read.entry(received: now)
    #expect(entry.data["hook"] == "app" && entry.data["hook_id"] == 480)
    #expect(entry.data["is_cut"] == true)
    #expect(Instant(json: entry.data["to"]) == now.adding(seconds: -800))
  }

  @Test func theWindowOverlapsAndNeverLeavesAnythingOut() {
    let day = 86_400.0
    func window(_ covered: Double?, since: Double? = nil) -> (Double, Double?) {
      let window = DeliveryWindow(
        covered: covered.map { now.adding(seconds: -$0) },
        since: since.map { now.adding(seconds: -$0) }, now: now)
      return (now.seconds(since: window.from), window.after.map { now.seconds(since: $0) })
    }
    #expect(window(nil) == (3 * day, nil))
    #expect(window(600) == (4_200, nil))
    #expect(window(600, since: 2 * day) == (2 * day, nil))
    #expect(window(600, since: 60) == (4_200, nil))
    #expect(window(600, since: 9 * day) == (3 * day, nil))
    #expect(window(5 * day) == (3 * day, 5 * day))
  }

  /// A list that is longer than what was read leaves a gap, unless that was compared before.
  @Test func aWindowIsCutWhereReadingEnded() {
    let day = 86_400.0
    func cut(_ covered: Double?, at oldest: Double) -> (Double, Double?) {
      let window = DeliveryWindow(covered: covered.map { now.adding(seconds: -$0) }, now: now)
        .cut(at: now.adding(seconds: -oldest))
      return (now.seconds(since: window.from), window.after.map { now.seconds(since: $0) })
    }
    #expect(cut(nil, at: day) == (day, 3 * day))
    #expect(cut(7_200, at: 600) == (600, 7_200))
    #expect(cut(5 * day, at: day) == (day, 5 * day))
    #expect(cut(600, at: 1_200) == (1_200, nil))
    #expect(cut(600, at: 9_000) == (4_200, nil))
  }

  @Test func whatWasOnlyCountedIsHere() {
    let plan = DeliveryPlan([sight(1, "a"), sight(2, "b")], known: ["b"], counted: 3, now: now)
    #expect((plan.listed, plan.present, plan.missing.map(\.guid)) == (5, 4, ["a"]))
  }

  @Test func hooksThatLeadHere() {
    func leads(_ url: String?, _ publicURL: String?, id: Int64 = 7) -> Bool {
      HookFilter(publicURL: publicURL, delivered: [7]).leadsHere(
        Hook(
          id: id, url: url, events: [], isActive: true))
    }
    #expect(leads("https://ledger.example/webhooks/github", "https://ledger.example", id: 8))
    #expect(leads("HTTPS://Ledger.example/webhooks/github", "https://ledger.example", id: 8))
    #expect(!leads("https://ledger.example.evil/webhooks", "https://ledger.example"))
    #expect(!leads("https://other.example/webhooks/github", "https://ledger.example"))
    #expect(leads("https://anything.example/", nil))
    #expect(!leads("https://anything.example/", nil, id: 8))
  }

  @Test func anEntryStaysSmall() throws {
    let sights = (1...2_000).map {
      sight(Int64($0), "guid \($0) " + String(repeating: "x", count: 36))
    }
    let plan = DeliveryPlan(sights, known: [], now: now)
    let read = DeliveriesRead(
      hook: .app, hookID: nil, window: DeliveryWindow(covered: nil, now: now), listedAt: now,
      found: plan.missing, plan: plan, asked: Set(plan.toAsk.map(\.guid)))
    let entry = try read.entry(received: now)
    #expect(entry.data["missing"]?.array?.count == 200)
    #expect(entry.data["asked"]?.array?.count == 200)
    #expect(entry.data["is_cut"] == true)
    #expect(entry.data["listed"] == 2_000)
    #expect(entry.data["hook_id"] == .null)
  }

  @Test func onlyReadsBeforeTheEndOfAGapAreRepeated() {
    var gaps = RepositoryGaps()
    gaps.add(repository: 5, end: now)
    #expect(gaps.needsRead(in: 5, readAt: nil))
    #expect(gaps.needsRead(in: 5, readAt: now.adding(seconds: -1)))
    #expect(!gaps.needsRead(in: 5, readAt: now))
    #expect(!gaps.needsRead(in: 6, readAt: nil))
    gaps.add(repository: nil, end: now)
    #expect(gaps.needsRead(in: 6, readAt: nil))
  }
}
