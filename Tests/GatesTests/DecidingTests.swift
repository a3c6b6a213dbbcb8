import Ledger
import LedgerTesting
import Testing

@testable import Gates

/// Which results of a long list are kept.
@Suite struct DecidingTests {
  private func ids(
    _ seen: [Observation], known: [CheckRow] = [], at instants: [Instant] = []
  ) -> [Int64] {
    Observation.deciding(among: seen, known: known, at: instants).map(\.runID)
  }

  /// As GitHub's own combined status has it, but for each creator.
  @Test func ofAContextTheNewestStatusOfEachCreator() {
    let many = (1...500).reversed().map { Observation.posted("success", id: $0, on: $0) }
    let other = Observation.posted("failure", id: 501, on: 3, by: 8)
    #expect(ids(many + [other]) == [500, 501])
  }

  @Test func whatWasTheLatestAtAMergeStays() {
    let many = (1...500).reversed().map { Observation.posted("success", id: $0, on: $0) }
    #expect(ids(many, at: [moment(40), moment(0)]) == [500, 40])
  }

  /// Any of them may be evidence where the other one is not.
  @Test func differentResultsStay() {
    let seen: [Observation] = [
      .ended("success", run: 1), .ended("success", run: 2, suite: 40),
      .ended("success", run: 3, app: 7, slug: "ci"), .ended("success", "caf\u{e9}", run: 4),
      .ended("success", "cafe\u{301}", run: 5), .posted("success", id: 6),
    ]
    #expect(ids(seen) == [1, 2, 3, 4, 5, 6])
  }

  /// An App may reset a run: the read contradicts what the log has, and settles it.
  @Test func aRunOfWhichTheLogHasALaterStateStays() {
    let reset = Observation.open("queued", run: 1, from: 0)
    let later = Observation.ended("success", run: 2, from: 9, to: 12)
    #expect(ids([reset, later]) == [2])
    let known = Observation.ended("success", run: 1, from: 20, to: 25).row(read: 3)
    #expect(ids([reset, later], known: [known]) == [1, 2])
  }

  private func result(_ random: inout SeededGenerator, _ run: Int64) -> Observation {
    let word = random.pick(["success", "failure", "skipped"])
    let start = random.chance(90) ? Int64(random.below(50)) : nil
    let suite = Int64(random.pick([39, 40]))
    return random.chance(70)
      ? .ended(word, run: run, from: start, to: start.map { $0 + 5 }, suite: suite)
      : .open(run: run, from: start, suite: suite)
  }

  /// One of the suites is of `pull_request_target`, and no evidence.
  private func rows(_ seen: [Observation]) -> [CheckRow] {
    seen.map { $0.row(trigger: $0.suiteID == 40 ? "pull_request_target" : "push", read: 2) }
  }

  @Test func noFindingChanges() {
    var random = SeededGenerator(seed: 11)
    let rule = CheckRule(name: "test", reporter: .appID(actions))
    var changed = 0
    for _ in 0..<2_000 {
      let seen = (1...Int64(1 + random.below(12))).map { result(&random, $0) }
      let merge = moment(Int64(random.below(60)))
      let all = rows(seen)
      let kept = rows(Observation.deciding(among: seen, known: [], at: [merge]))
      #expect(rule.finding(in: kept).result == rule.finding(in: all).result)
      #expect(rule.finding(in: kept).runID == rule.finding(in: all).runID)
      let expected = rule.finding(in: all, at: merge)
      #expect(rule.finding(in: kept, at: merge).result == expected.result)
      // The control: who forgets the merge changes what it is judged by.
      let now = rows(Observation.deciding(among: seen, known: [], at: []))
      if rule.finding(in: now, at: merge).result != expected.result { changed += 1 }
    }
    #expect(changed > 0)
  }
}
