import Ledger
import Testing

@testable import LedgerCLI

@Suite struct DiffTextTests {
  private static func answer(_ direction: JSON, pulls: [JSON], reason: JSON = nil) -> JSON {
    let old = Answers.row(411, 7_200, "success", ["actor": Answers.person("jon")])
    let new = Answers.row(418, 720, "success", ["actor": Answers.person("mia")])
    return Answers.envelope(
      "diff",
      [
        "from": ["reference": "api@prod", "deployment": old],
        "to": ["reference": "api@staging", "deployment": new],
        "direction": direction, "reason": reason, "pulls": .array(pulls),
        "authors": [Answers.person("noor"), ["id": "7009", "login": nil]],
        "commits": ["from": Answers.sha("51e0d77"), "to": Answers.sha("9f3c2ab")],
        "digests": ["from": nil, "to": Answers.digest("6c62fb45fe66")],
        "revisions": ["from": "api:56", "to": "api:57"],
      ])
  }

  private static let pull: JSON = [
    "repository": ["id": "1", "name": "acme/api"], "number": "1287",
    "merged_at": Answers.time(3_600), "merged_by": Answers.person("mia"),
    "author": Answers.person("noor"), "merge_sha": Answers.sha("9f3c2ab"),
  ]

  @Test func whatLiesBetween() throws {
    try expectText(
      DiffSheet.sheet(Self.answer("forward", pulls: [Self.pull])), terminal(),
      """
      api@prod → api@staging   forward, 1 pull request
        from #411  commit 51e0d77  api:56  by jon  2026-11-20 21:41:07Z (2h ago)
        to   #418  commit 9f3c2ab  api:57  image 6c62fb45fe66  by mia  2026-11-20 23:29:07Z (12m ago)
        PR     REPOSITORY  MERGED  BY   AUTHOR  COMMIT
        #1287  acme/api    1h ago  mia  noor    9f3c2ab
      by noor, id:7009
      as of 2026-11-20 23:41:07Z
      """)
  }

  @Test(arguments: [
    ("backward", nil, "↺ backward, 0 pull requests taken back"), ("same", nil, "the same commit"),
    ("unknown", "two repositories", "? unknown: two repositories"),
  ])
  func theDirection(_ direction: String, _ reason: String?, _ expected: String) throws {
    let answer = Self.answer(.string(direction), pulls: [], reason: .optional(reason))
    let text = try Rendering(sheet: DiffSheet.sheet(answer), style: terminal()).text()
    #expect(text.hasPrefix("api@prod → api@staging   \(expected)\n"))
  }

  @Test func pullRequestsForPrograms() throws {
    let sheet = DiffSheet.sheet(Self.answer("forward", pulls: [Self.pull]))
    #expect(
      try Rendering(sheet: sheet, style: pipe()).text()
        == "1287\tacme/api\t2026-11-20T22:41:07Z\tmia\tnoor\t9f3c2ab"
        + String(repeating: "0", count: 33) + "\n")
    let lines = try Rendering(sheet: sheet, style: pipe(.ndjson)).text().split(separator: "\n")
    #expect(lines.count == 2 && lines[0].contains("\"number\":\"1287\""))
  }
}
