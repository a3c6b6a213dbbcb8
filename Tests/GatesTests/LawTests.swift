import Gates
import Ledger
import LedgerTesting
import Testing

@Suite("Laws of the verdict")
struct LawTests {
  /// Two checks with re-runs and resets, all within a few seconds.
  static let eight: [Observation] = [
    .open("queued"), .open(), .ended("success"), .open("in_progress", from: 6),
    .ended("failure", from: 6, to: 9), .ended("success", run: 2, from: 10, to: 12),
    .open("queued", "lint", run: 3, from: 2), .ended("success", "lint", run: 3, from: 2, to: 4),
  ]
  static let policy = MergePolicy(.run("test"), .run("lint"))

  @Test("order-free: all 40,320 orders of 8 observations give one verdict")
  func orders() {
    let rows = LawTests.eight.map { $0.row() }
    let expected = LawTests.policy.verdict(LawTests.eight)
    #expect(expected.state == .allow)
    var (count, different, lastArrivals) = (0, 0, Set<String?>())
    everyOrder(of: rows.count) { order in
      count += 1
      let verdict = LawTests.policy.verdict(
        on: order.map { rows[$0] }, headSHA: head, confirmation: .webhooks)
      if verdict != expected { different += 1 }
      // The control: a fold in which the last arrival wins.
      lastArrivals.insert(order.last.map { rows[$0].observation.conclusion ?? "" })
    }
    #expect(count == 40_320)
    #expect(different == 0)
    #expect(lastArrivals.count > 1)
  }

  @Test("order-free: the fold of 8 entries ends in the same tables, in any order and repeated")
  func fold() throws {
    let changes = try LawTests.eight.enumerated().map { index, observation in
      Projections.changes(of: Stored(index: Int64(index), entry: try .check(observation)))
        .filter { $0.table == Tables.checks }
    }
    let expected = fold(changes.flatMap { $0 })
    #expect(expected["checks"]?.count == 8)
    var (random, different) = (SeededGenerator(seed: 35), 0)
    for _ in 0..<2_000 {
      let order = (0..<8 + random.below(8)).map { $0 % 8 }.shuffled(using: &random)
      if fold(order.flatMap { changes[$0] }) != expected { different += 1 }
    }
    #expect(different == 0)
  }

  private func fold(_ changes: [Change]) -> MemoryLedger.Rows {
    changes.reduce(into: [:]) { MemoryLedger.apply($1, to: &$0) }
  }

  @Test("idempotent: an observation seen again changes nothing")
  func duplicates() {
    var random = SeededGenerator(seed: 33)
    var different = 0
    for _ in 0..<5_000 {
      var history = History.random(&random)
      let once = history.verdict
      history.rows += history.rows.shuffled(using: &random)
      if history.verdict != once { different += 1 }
    }
    #expect(different == 0)
  }

  @Test("deterministic: the same facts give the same verdict, in every order of the rows")
  func determinism() {
    var random = SeededGenerator(seed: 34)
    var different = 0
    for _ in 0..<5_000 {
      var history = History.random(&random)
      let once = history.verdict
      history.rows.shuffle(using: &random)
      if history.verdict != once { different += 1 }
    }
    #expect(different == 0)
  }

  @Test("monotone: one more requirement never opens a gate")
  func monotone() {
    var (random, opened, openedWhenAnyPasses) = (SeededGenerator(seed: 36), 0, 0)
    for _ in 0..<10_000 {
      var history = History.random(&random)
      guard history.rules.contains(where: \.isRequired), history.verdict.state != .allow else {
        continue
      }
      let before = LawTests.anyPasses(history.verdict)
      var rule = History.rule(&random)
      rule.isRequired = true
      history.rules.append(rule)
      if history.verdict.state == .allow { opened += 1 }
      if !before, LawTests.anyPasses(history.verdict) { openedWhenAnyPasses += 1 }
    }
    #expect(opened == 0)
    #expect(openedWhenAnyPasses > 0)
  }

  /// The control: a gate that one passed requirement opens.
  private static func anyPasses(_ verdict: Verdict) -> Bool {
    verdict.findings.contains { $0.rule.isRequired && $0.result == .pass }
  }

  @Test("local: evidence of another name, App, kind or trigger changes no verdict")
  func locality() {
    var (random, different, differentByName) = (SeededGenerator(seed: 37), 0, 0)
    for _ in 0..<10_000 {
      var history = History.random(&random)
      history.rules = [.run("test"), .run("lint")]
      let once = LawTests.decision(history.verdict)
      let byName = SecondModel(slip: .ignoresKind).state(of: history)
      history.rows += (0...random.below(3)).map { _ in noise(&random) }
      history.rows.shuffle(using: &random)
      if LawTests.decision(history.verdict) != once { different += 1 }
      if SecondModel(slip: .ignoresKind).state(of: history) != byName { differentByName += 1 }
    }
    #expect(different == 0)
    #expect(differentByName > 0)
  }

  /// Without the hints at what a missing check may be called now.
  private static func decision(_ verdict: Verdict) -> Verdict {
    var verdict = verdict
    verdict.summary = ""
    for index in verdict.findings.indices { verdict.findings[index].hint = nil }
    return verdict
  }

  private func noise(_ random: inout SeededGenerator) -> CheckRow {
    let word = random.pick(["success", "failure", "skipped"])
    let (run, from) = (Int64(50 + random.below(9)), Int64(random.below(9)))
    let name = random.pick(["test", "lint"])
    switch random.below(5) {
    case 0: return Observation.ended(word, "\(name)s", run: run, from: from).row(read: 30)
    case 1:
      return Observation.ended(word, name, run: run, from: from, app: 99, slug: "evil")
        .row(read: 30)
    case 2: return Observation.posted(word, name, id: run, on: from).row(read: 30)
    case 3:
      return Observation.ended(word, name, run: run, from: from, app: nil, slug: nil).row(read: 30)
    default:
      return Observation.ended(word, name, run: run, from: from)
        .row(trigger: "pull_request_target", read: 30)
    }
  }

  @Test("no read, no allow")
  func reads() {
    var (random, opened, openedWithout) = (SeededGenerator(seed: 38), 0, 0)
    for _ in 0..<5_000 {
      var history = History.random(&random)
      for index in history.rows.indices { history.rows[index].readEntry = nil }
      history.confirmation = .github
      if history.verdict.state == .allow { opened += 1 }
      history.confirmation = .webhooks
      if history.verdict.state == .allow { openedWithout += 1 }
    }
    #expect(opened == 0)
    #expect(openedWithout > 0)
  }
}
