import Gates
import Ledger
import LedgerTesting
import Testing

/// One line of the case table: evidence, and the verdict that it allows.
struct Case: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let rules: [CheckRule]
  let seen: [Observation]
  let expected: Verdict.State
  let words: [String]

  init(
    _ title: String, _ rules: [CheckRule], _ seen: [Observation], _ expected: Verdict.State,
    _ words: String...
  ) {
    testDescription = title
    self.rules = rules
    self.seen = seen
    self.expected = expected
    self.words = words
  }

  /// Under the one rule that Actions says `test`.
  init(_ title: String, _ seen: [Observation], _ expected: Verdict.State, _ word: String) {
    self.init(title, [.run("test")], seen, expected, word)
  }
}

@Suite("Case table")
struct CaseTableTests {
  static let names: [Case] = [
    Case(
      "G2 status success, check run failure of one name", [.run("test"), .status("test")],
      [.ended("failure"), .posted("success")], .deny, "failure", "success"),
    Case(
      "G2 check run success, status failure of one name", [.run("test"), .status("test")],
      [.ended("success"), .posted("failure")], .deny, "success", "failure"),
    Case("G2 a status answers no check run's rule", [.posted("success")], .pending, "missing"),
    Case(
      "G2 a check run answers no status's rule", [.status("test")], [.ended("success")], .pending,
      "missing"),
    Case(
      "G7 skipped because its needs failed",
      [.ended("failure", "build", run: 1), .ended("skipped", run: 2)], .deny, "skipped"),
    Case("G8 skipped by its if", [.ended("skipped")], .deny, "skipped"),
    Case("G9 never reported", [], .pending, "missing"),
    Case("G10 filtered workflow", [.ended("success", "other")], .pending, "missing"),
    Case(
      "G11 one leg of the matrix is missing", [.run("build (1)"), .run("build (2)")],
      [.ended("success", "build (1)", run: 1), .ended("success", "build (10)", run: 10)],
      .pending, "success", "missing"),
    Case(
      "G11 a leg is not the whole", [.run("build")], [.ended("success", "build (1)")], .pending,
      "missing"),
    Case(
      "G11 the whole is not a leg", [.run("build (1)")], [.ended("success", "build")], .pending,
      "missing"),
    Case("G39 renamed in CI", [.ended("success", "tests")], .pending, "missing"),
    Case("G39 another case of the name", [.ended("success", "Test")], .pending, "missing"),
    Case(
      "G39 another spelling of an accented letter", [.run("caf\u{E9}")],
      [.ended("success", "cafe\u{301}")], .pending, "missing"),
    Case("G48 no rule at all", [], [.ended("success")], .deny),
    Case(
      "G48 advisory rules alone", [.run("test", required: false)], [.ended("success")], .deny,
      "success"),
  ]

  static let runs: [Case] = [
    Case(
      "G12 re-run is worse",
      [.ended("success", run: 1), .ended("failure", run: 2, from: 6, to: 9)], .deny, "failure"),
    Case(
      "G12 re-run is worse, started in the same second",
      [.ended("success", run: 1), .ended("failure", run: 2, to: 9)], .deny, "failure"),
    Case(
      "G12 the later start decides, not the greater id",
      [.ended("success", run: 2), .ended("failure", run: 1, from: 6, to: 9)], .deny, "failure"),
    Case(
      "G12 the later start decides, not the later end",
      [.ended("success", run: 1, from: 0, to: 60), .ended("failure", run: 2, from: 6, to: 9)],
      .deny, "failure"),
    Case(
      "G13 re-run is better",
      [.ended("failure", run: 1), .ended("success", run: 2, from: 6, to: 9)], .allow, "success"),
    Case(
      "G13 third attempt is better",
      [
        .ended("success", run: 1), .ended("failure", run: 2, from: 6, to: 9),
        .ended("success", run: 3, from: 10, to: 11),
      ], .allow, "success"),
    Case(
      "G14 re-run in progress",
      [.ended("success", run: 1), .open(run: 2, from: 6)], .pending, "in_progress"),
    Case(
      "G14 re-run queued",
      [.ended("success", run: 1), .open("queued", run: 2, from: 6)], .pending, "queued"),
    Case(
      "G14 re-run queued that has no start yet",
      [.ended("success", run: 1), .open("queued", run: 2, from: nil)], .pending, "queued"),
    Case(
      "G14 a success without a start replaces no failure",
      [.ended("failure", run: 1), .ended("success", run: 2, from: nil)], .deny, "failure"),
    Case(
      "G14 a failure without a start is replaced by a later run",
      [.ended("failure", run: 1, from: nil), .ended("success", run: 2, from: 6, to: 9)], .allow,
      "success"),
    Case(
      "G16 the same run was reset, with a new start",
      [.ended("success"), .open("in_progress", from: 6)], .pending, "in_progress"),
    Case(
      "G16 the same run was reset to queued, with a new start",
      [.ended("success"), .open("queued", from: 6)], .pending, "queued"),
    Case(
      "G16 equal times: the blocking word wins",
      [.ended("success"), .ended("failure")], .deny, "failure"),
    Case(
      "G46 late in_progress of a run that has ended",
      [.ended("success"), .open("in_progress")], .allow, "success"),
    Case(
      "G46 late queued of a run that has failed",
      [.ended("failure"), .open("queued")], .deny, "failure"),
    Case(
      "G46 late pending of a status", [.status("test")],
      [.posted("success", id: 2, on: 6), .posted("pending", id: 1, on: 5)], .allow, "success"),
    Case(
      "G14 newer pending of a status", [.status("test")],
      [.posted("success", id: 1, on: 5), .posted("pending", id: 2, on: 6)], .pending,
      "in_progress"),
  ]

  @Test("names", arguments: names) func name(of line: Case) { check(line) }

  @Test("runs", arguments: runs) func run(of line: Case) { check(line) }

  /// In both orders of arrival.
  private func check(_ line: Case) {
    let policy = MergePolicy(
      context: "gate", branches: [BranchPattern("main")], checks: line.rules)
    for seen in [line.seen, line.seen.reversed()] {
      let verdict = policy.verdict(seen)
      #expect(verdict.state == line.expected)
      #expect(verdict.findings.map(\.result.word) == line.words)
    }
  }

  @Test("a line with the wrong expectation fails", arguments: names + runs)
  func control(of line: Case) {
    let policy = MergePolicy(
      context: "gate", branches: [BranchPattern("main")], checks: line.rules)
    for wrong in Verdict.State.allCases where wrong != line.expected {
      #expect(policy.verdict(line.seen).state != wrong)
    }
  }
}

@Suite("Words of GitHub")
struct WordTests {
  static let refused = [
    "failure", "timed_out", "cancelled", "startup_failure", "action_required", "stale",
    "skipped", "neutral", "error",
  ]

  @Test("G3 G4 G5 only success passes", arguments: refused)
  func fails(_ word: String) {
    #expect(MergePolicy(.run("test")).verdict([.ended(word)]).findings[0].result == .fail(word))
    #expect(MergePolicy(.run("test")).verdict([.ended(word)]).state == .deny)
  }

  @Test("G3 G4 G5 G6 no spelling of any word passes but the one", arguments: refused + ["success"])
  func spellings(_ word: String) {
    for spelling in [
      word.uppercased(), word.capitalized, " \(word)", "\(word) ", "\(word)\n", "\(word)\u{0}",
      "\u{FEFF}\(word)", word.replacing("s", with: "ſ"), "",
    ] where spelling != "success" {
      #expect(MergePolicy(.run("test")).verdict([.ended(spelling)]).state == .deny)
      #expect(MergePolicy(.status("test")).verdict([.posted(spelling)]).state != .allow)
    }
  }

  @Test("G6 a word that nobody knows is unknown, and blocks")
  func random() {
    var random = SeededGenerator(seed: 6)
    let letters = Array("abcdefghijklmnopqrstuvwxyz_ ")
    for _ in 0..<500 {
      let word = String((0..<1 + random.below(12)).map { _ in random.pick(letters) })
      guard !WordTests.refused.contains(word), word != "success" else { continue }
      let verdict = MergePolicy(.run("test")).verdict([.ended(word)])
      #expect(verdict.findings[0].result == .unknown(word))
      #expect(verdict.state == .deny)
    }
  }

  @Test("G6 completed without a conclusion blocks")
  func none() {
    #expect(MergePolicy(.run("test")).verdict([.ended(nil)]).state == .pending)
  }

  @Test(
    "G14 a run that is not completed waits, whatever it concludes",
    arguments: ["queued", "requested", "waiting", "pending", "in_progress", "Completed", ""])
  func open(_ status: String) {
    var observation = Observation.open(status)
    observation.conclusion = "success"
    let verdict = MergePolicy(.run("test")).verdict([observation])
    #expect(verdict.state == .pending)
    #expect(verdict.findings[0].result == .pending(status))
  }

  @Test("fail before unknown before pending before pass, in every order of the rules")
  func combination() {
    let seen: [Observation] = [
      .ended("success", "pass", run: 1), .open("queued", "wait", run: 2),
      .ended("failure", "fail", run: 3), .ended("strange", "odd", run: 4),
    ]
    let expected: [([String], Verdict.State)] = [
      (["pass"], .allow), (["pass", "wait"], .pending), (["pass", "wait", "odd"], .deny),
      (["pass", "wait", "fail"], .deny), (["pass", "fail"], .deny), (["odd", "wait"], .deny),
    ]
    for (names, state) in expected {
      everyOrder(of: names.count) { order in
        let rules = order.map { CheckRule.run(names[$0]) }
        let policy = MergePolicy(context: "gate", branches: [], checks: rules)
        #expect(policy.verdict(seen).state == state)
      }
    }
  }

  @Test("an advisory check shows and never blocks", arguments: refused)
  func advisory(_ word: String) {
    let policy = MergePolicy(.run("test"), .run("bandit", required: false))
    let verdict = policy.verdict([.ended("success"), .ended(word, "bandit", run: 2)])
    #expect(verdict.state == .allow)
    #expect(verdict.findings[1].result == .fail(word))
  }
}
