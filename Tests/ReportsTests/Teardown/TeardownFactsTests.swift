import Ledger
import Testing

@testable import Reports

/// The assessment in words.
@Suite struct TeardownFactsTests {
  private func fact(
    _ name: String, _ summary: JSON, replicas: Int64 = 2, people: [Int64: String] = [:]
  ) throws -> String {
    var scene = TeardownScene()
    scene.summary = summary
    let report = try scene.report(replicas: replicas)
    let facts = TeardownWords(report: report, people: people).facts
    return try #require(facts.first { $0.0 == name }?.1, "\(facts)")
  }

  private static func merge(_ pull: JSON, _ outcome: JSON, _ other: [String: JSON] = [:]) -> JSON {
    let members: [String: JSON] = [
      "repository": "acme/api", "pull": pull, "commit": .string(String(repeating: "9f", count: 20)),
      "outcome": outcome, "reason": nil, "actor": nil, "entry": 9, "at": "2026-11-17T07:00:00Z",
    ]
    return .object(members.merging(other) { $1 })
  }

  @Test(
    arguments: [
      (["merges": ["total": 0, "outcomes": [:]], "ungated": []], "none was recorded"),
      (["merges": ["total": 3, "outcomes": ["verified": 3]], "ungated": []], "yes, all 3"),
      (
        [
          "merges": ["total": 2, "outcomes": ["verified": 1, "bypass": 1]],
          "ungated": [merge(42, "bypass", ["actor": 7_001, "reason": "lint failed"])],
        ], "no, 1 of 2: acme/api#42 bypass by mia (lint failed)"
      ),
      (
        [
          "merges": ["total": 1, "outcomes": ["unknown": 1]],
          "ungated": [merge(1, "unknown", ["actor": 7_002]), merge(nil, "bypass")],
        ], "no, 0 of 1: acme/api#1 no gate looked by id:7002; acme/api@9f9f9f9 bypass"
      ),
    ] as [(JSON, String)])
  func mergesAreGatedOrNamed(summary: JSON, text: String) throws {
    #expect(try fact("Merges gated", summary, people: [7_001: "mia"]) == text)
  }

  @Test func ofManyTheFirstAreNamed() throws {
    let summary: JSON = [
      "merges": ["total": 25, "outcomes": ["bypass": 25]],
      "ungated": .array((1...25).map { Self.merge(.int($0), "bypass") }),
    ]
    let text = try fact("Merges gated", summary)
    #expect(text.contains("#20 bypass; and 5 more"))
    #expect(!text.contains("#21"))
  }

  @Test(
    arguments: [
      ([], "none was recorded"),
      (
        [
          ["name": "lint", "required": true, "outcomes": ["success": 2, "failure": 1]],
          ["name": "scan", "required": false, "outcomes": ["missing": 3]],
          ["name": "unit", "required": nil, "outcomes": ["success": 3]],
        ], "lint: 1 failure, 2 success; scan (advisory): 3 missing; unit: 3 success"
      ),
    ] as [(JSON, String)])
  func checksAreCounted(checks: JSON, text: String) throws {
    #expect(try fact("Lint and test checks", ["checks": checks]) == text)
  }

  private static let three: JSON = [
    "replicas": ["most": 3, "at": "2026-11-17T09:00:00Z", "of": "api api:2"]
  ]

  /// How many are allowed is the policy's word.
  @Test func replicasAreHeldAgainstThePolicy() throws {
    #expect(
      try fact("Replicas", Self.three)
        == "at most 3 of one revision at once; 2 allowed: exceeded by api api:2 at "
        + "2026-11-17 09:00:00Z")
    #expect(
      try fact("Replicas", Self.three, replicas: 3)
        == "at most 3 of one revision at once; 3 allowed")
    var scene = TeardownScene()
    scene.summary = Self.three
    #expect(try scene.report(replicas: 4).json.at("summary", "replicas", "allowed") == 4)
  }

  @Test func withoutASummaryThereIsNone() throws {
    #expect(try TeardownWords(report: TeardownScene().report()).facts.isEmpty)
  }
}
