import Gates
import Ledger
import Testing

@Suite struct PolicyCaseTests {
  private let policy = Policy(
    merge: MergePolicy(.run("test"), .status("ci/x", by: 5)), confirmation: .github)

  private func cases(_ members: [String: JSON]) throws -> PolicyCases {
    let one: [String: JSON] = ["name": "a case", "expect": "allow"]
    let json: JSON = [
      "policy": "ledger.yaml", "cases": [.object(one.merging(members) { $1 })],
    ]
    return try PolicyCases(ConfigNode(json))
  }

  private func run(_ members: [String: JSON]) throws -> PolicyCase.Result {
    try #require(try cases(members).cases.first).run(on: policy)
  }

  private static let test: JSON = [
    "check": "test", "app": "github-actions", "conclusion": "success", "started": "10:00",
    "completed": "10:05",
  ]
  private static let status: JSON = [
    "status": "ci/x", "creator": 5, "state": "success", "at": "10:06",
  ]

  @Test func successesAreTakenAsConfirmed() throws {
    let result = try run([
      "head": "9f3c2ab", "evidence": [Self.test, Self.status],
      "expect-summary-contains": "2 of 2 passed at 9f3c2ab",
    ])
    #expect(result.difference == nil && result.found == .allow)
  }

  @Test(arguments: [
    ("10:04", PolicyCase.Answer.bypass), ("10:05", .bypass), ("10:06", .verified),
    ("2026-01-01T10:06:30Z", .verified), ("10:05:59", .bypass),
  ])
  func aMergeIsJudgedAtItsInstant(_ time: String, _ answer: PolicyCase.Answer) throws {
    let result = try run([
      "evidence": [Self.test, Self.status], "merged": .string(time),
      "expect": .string(answer.rawValue),
    ])
    #expect(result.found == answer && result.difference == nil)
  }

  @Test func whatIsOtherwiseIsSaid() throws {
    let denied = try run(["evidence": [Self.status]])
    #expect(denied.difference == "expected allow, found pending: waiting for test")
    let words = try run([
      "expect": "pending", "evidence": [Self.status], "expect-summary-contains": "lint",
    ])
    #expect(words.difference == "the summary does not contain \"lint\": waiting for test")
    #expect(try run(["base": "topic", "expect": "unguarded"]).difference == nil)
  }

  private static let wrong: [(String, [String: JSON])] = [
    ("cases[0].gate", ["gate": "deploy"]), ("cases[0].bas", ["bas": "main"]),
    ("cases[0].expect", ["expect": "ok"]), ("cases[0].merged", ["expect": "verified"]),
    ("cases[0].expect", ["merged": "10:00"]), ("cases[0].merged", ["merged": 600]),
    ("cases[0].merged", ["merged": "noon", "expect": "bypass"]), ("cases[0].head", ["head": "xyz"]),
    ("cases[0].evidence[0]", ["evidence": ["test"]]),
    ("cases[0].evidence[0].app", ["evidence": [["check": "test", "conclusion": "success"]]]),
    ("cases[0].evidence[0].conclusion", ["evidence": [["check": "test", "app": 1]]]),
    (
      "cases[0].evidence[0].conclusion",
      ["evidence": [["check": "test", "app": 1, "status": "queued", "conclusion": "success"]]]
    ),
    ("cases[0].evidence[0].creator", ["evidence": [["status": "x", "state": "success"]]]),
    (
      "cases[0].evidence[0].at",
      ["evidence": [["check": "test", "app": 1, "conclusion": "success", "at": "10:00"]]]
    ),
  ]

  @Test(arguments: wrong)
  func whatIsWrongIsNamed(_ path: String, _ members: [String: JSON]) throws {
    do {
      _ = try cases(members)
      Issue.record("nothing is wrong")
    } catch let problems as PolicyProblems {
      #expect(problems.all.map(\.path).contains(path), "\(problems.all)")
    }
  }
}

@Suite struct PolicyAdviceTests {
  private func advice(_ merge: MergePolicy?) -> [PolicyAdvice] {
    Policy(merge: merge, confirmation: .github).advice
  }

  @Test func aGoodPolicyNeedsNone() {
    #expect(advice(MergePolicy(.run("test"), branches: ["main", "release/*"])).isEmpty)
  }

  @Test func nothingRequiredIsAnError() {
    let found = advice(MergePolicy(.run("test", required: false)))
    #expect(found.map(\.isError) == [true])
    #expect(found.first?.path == "gates.merge.checks")
  }

  @Test func anyAppIsPointedOut() {
    let any = CheckRule(name: "lint", reporter: .anyApp)
    let found = advice(MergePolicy(.run("test"), any))
    #expect(found.map(\.path) == ["gates.merge.checks[1].any-app"])
    #expect(found.map(\.isError) == [false])
  }

  @Test(arguments: [
    "refs/heads/main", "release/?", "a b", "main,release", "/main", "x..y", "v[12]",
  ])
  func aPatternThatMatchesNothing(_ pattern: String) {
    let found = advice(MergePolicy(.run("test"), branches: ["main", pattern]))
    #expect(found.map(\.path) == ["gates.merge.branches[1]"])
  }

  @Test func twiceAndNoGate() {
    #expect(advice(MergePolicy(.run("test"), branches: ["main", "main"])).count == 1)
    #expect(advice(nil).map(\.path) == ["gates"])
  }
}
