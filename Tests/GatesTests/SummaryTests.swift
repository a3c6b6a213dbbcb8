import Gates
import Ledger
import Testing

@Suite("Summary")
struct SummaryTests {
  static let policy = MergePolicy(.run("test"), .run("lint"), .run("bandit", required: false))

  struct Line: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let seen: [Observation]
  }

  static let lines: [Line] = [
    Line(
      testDescription: "waiting for lint; bandit failed (advisory)",
      seen: [.ended("success"), .ended("failure", "bandit", run: 3)]),
    Line(testDescription: "waiting for test, lint", seen: []),
    Line(
      testDescription: "test failed; waiting for lint", seen: [.ended("failure")]),
    Line(
      testDescription: "test skipped, not passed; lint timed_out, not passed",
      seen: [.ended("skipped"), .ended("timed_out", "lint", run: 2)]),
    Line(
      testDescription: "lint ended with the unknown word odd",
      seen: [.ended("success"), .ended("odd", "lint", run: 2)]),
    Line(
      testDescription: "2 of 2 passed at a1a1a1a",
      seen: [.ended("success"), .ended("success", "lint", run: 2)]),
    Line(
      testDescription: "2 of 2 passed at a1a1a1a; bandit skipped, not passed (advisory)",
      seen: [
        .ended("success"), .ended("success", "lint", run: 2), .ended("skipped", "bandit", run: 3),
      ]),
    Line(
      testDescription: "waiting for test", seen: [.open(), .ended("success", "lint", run: 2)]),
  ]

  @Test("names what is missing first", arguments: lines)
  func text(_ line: Line) {
    #expect(SummaryTests.policy.verdict(line.seen).summary == line.testDescription)
  }

  @Test("while GitHub is asked")
  func confirming() {
    let rows = [
      Observation.ended("success").row(), Observation.ended("success", "lint", run: 2).row(read: 9),
      Observation.ended("failure", "bandit", run: 3).row(),
    ]
    let verdict = SummaryTests.policy.verdict(on: rows, headSHA: head, confirmation: .github)
    #expect(verdict.isConfirming)
    #expect(verdict.summary == "confirming test with GitHub; bandit failed (advisory)")
  }

  @Test("of a policy that requires nothing")
  func empty() {
    let summary = MergePolicy(.run("test", required: false)).verdict([]).summary
    #expect(summary == "no check is required: correct gates.merge.checks")
  }

  @Test(
    "is one line of at most 140 characters",
    arguments: [
      "e", "é", "👩‍👩‍👧‍👦", "\u{301}", "\u{1F468}\u{200D}", "\r\n", "\u{7F}", "\u{85}", "\u{1B}[31m",
    ])
  func length(_ piece: String) {
    for count in [1, 100, 125, 126, 127, 128, 129, 139, 140, 141, 250] {
      let name = String(repeating: piece, count: count)
      let summary = MergePolicy(.run(name)).verdict([]).summary
      #expect(summary.unicodeScalars.count <= 140)
      #expect(!summary.unicodeScalars.contains { $0.properties.generalCategory == .control })
      #expect(summary.hasPrefix("waiting for"))
    }
  }

  @Test("is cut with an ellipsis, and only when it must be")
  func cut() {
    let fits = String(repeating: "n", count: 128)
    #expect(MergePolicy(.run(fits)).verdict([]).summary == "waiting for \(fits)")
    let tooLong = MergePolicy(.run(fits + "n")).verdict([]).summary
    #expect(tooLong == "waiting for " + String(repeating: "n", count: 127) + "…")
  }

  @Test("shows no control character of a name or a word")
  func controls() {
    let policy = MergePolicy(.run("a\nb\u{0}c"))
    let verdict = policy.verdict([.ended("x\r\ny", "a\nb\u{0}c")])
    #expect(verdict.summary == "a b c ended with the unknown word x  y")
  }
}
