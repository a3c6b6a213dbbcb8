import Ledger
import Reports
import Testing

@testable import LedgerCLI

@Suite struct ShowTextTests {
  private static let answer: JSON = {
    let line = Answers.row(
      409, 7_800, "failure",
      [
        "note": "health checks failed", "commit": Answers.sha("51e0d77"), "revision": "api:56",
        "actor": Answers.person("jon"), "took_seconds": 598, "finished_at": Answers.time(7_202),
        "digest": Answers.digest("a90bd1173c02"),
      ])
    let item: JSON = [
      "node": "deploy:1/2", "line": line,
      "gate": ["result": "verified", "summary": "2 of 2 had passed", "entry": "391"],
      "previous": Answers.row(397, 180_000, "success", ["revision": "api:55"]),
      "superseded_by": Answers.row(411, 6_540, "rolled-back"),
      "chain": [
        [
          "node": .string("commit:51e0d77" + String(repeating: "0", count: 33)), "stage": "commit",
          "line": nil, "pull": nil, "gate": nil, "instance": nil,
        ],
        [
          "node": "deploy:1/2", "stage": "deploy", "line": line, "pull": nil, "gate": nil,
          "instance": nil,
        ],
      ],
      "entries": [
        [
          "index": "409", "kind": "github.deployment.v1", "received": "2026-11-20T21:31:08.5Z",
          "source": "github deployment 72d3162e",
        ]
      ],
      "integrity": ["index": "409", "leaf": "5b1e", "size": "431"],
    ]
    return Answers.envelope("show", ["reference": "409", "items": [item]])
  }()

  @Test func oneDeployment() throws {
    try expectText(
      ShowSheet.sheet(Self.answer), terminal(),
      """
      Deploy #409  api → prod   ✗ failure (health checks failed)   2026-11-20 21:31:07Z (2h ago)
        commit    • 51e0d77
        what      commit 51e0d77  sha256:a90bd1173c02\(String(repeating: "0", count: 52))  api:56  by jon  took 9m58s
        gate      verified: 2 of 2 had passed  #391
        previous  #397  ✓ success  api:55  2026-11-18 21:41:07Z (2d ago)
        outcome   superseded by rollback #411 after 11m02s
        source    #409  github.deployment.v1  github deployment 72d3162e  received 2026-11-20 21:31:08Z
        integrity entry #409  leaf 5b1e, of 431 entries
      as of 2026-11-20 23:41:07Z
      """)
  }

  @Test func aPullRequestKeepsItsGate() throws {
    let gate = try #require(
      GateReport(
        json: Answers.envelope(
          "gate",
          [
            "repository": ["id": "1", "name": "acme/api"], "pull": "1287",
            "head_sha": Answers.sha("51e0d77"), "state": "deny", "summary": "test failed",
            "findings": [
              [
                "check": "test", "required": true, "result": "fail", "word": "failure",
                "confirmed": false, "entries": [48],
              ]
            ],
          ])))
    let sheet = ShowSheet.sheet(Self.answer, gate: gate)
    let text = try Rendering(sheet: sheet, style: terminal()).text()
    #expect(text.hasPrefix("DENIED  acme/api#1287  51e0d77  test failed\n  ✗ test  failure"))
    #expect(text.contains("\nDeploy #409  "))
    let json = try JSON.parse(Array(try Rendering(sheet: sheet, style: pipe(.json)).text().utf8))
    #expect(json.at("gate", "state") == "deny")
    #expect(json["schema"] == "ledger.show/1")
    // Findings are signs and words, in colour or not.
    let colored = try Rendering(sheet: sheet, style: terminal { $0.usesColor = true }).text()
    #expect(colored.contains("\u{1B}[31mDENIED\u{1B}[0m") && colored.contains("✗ test"))
  }
}
