import Ledger
import Reports
import Testing

private let start = Instant(seconds: 1_795_000_000)
private let head = String(repeating: "a", count: 40)

@Suite struct GateReportTests {
  private func report(_ json: JSON) -> GateReport? { GateReport(json: json) }

  private let json: JSON = [
    "schema": "ledger.gate/1", "as_of": "2026-11-18T11:06:40Z", "complete": false,
    "gaps": [
      ["from": nil, "to": nil, "reason": "deliveries are not compared with GitHub's own list"]
    ],
    "repository": ["id": "9007199254740993", "name": "acme/api"], "pull": "1287",
    "head_sha": .string(head), "state": "deny", "summary": "bypassed: test failed",
    "findings": [
      [
        "check": "test", "required": true, "result": "fail", "word": "failure",
        "confirmed": false, "entries": [3, 9],
      ],
      [
        "check": "bandit", "required": false, "result": "pass", "word": "success",
        "confirmed": true, "entries": [],
      ],
    ],
    "entry": "12", "decided_at": "2026-11-18T11:06:41Z", "policy": "cafe",
    "merged_at": "2026-11-18T11:06:39Z", "merge": "bypass",
    "override": [
      "entry": "11", "by": "oncall", "reason": "hotfix", "expires_at": "2026-11-18T12:00:00Z",
    ],
  ]

  @Test func aReportSurvivesJSON() throws {
    let read = try #require(report(json))
    #expect(read.json == json)
    #expect(read.repository == RepositoryRow(id: 9_007_199_254_740_993, name: "acme/api"))
    #expect(read.pull == 1_287)
    #expect(read.findings.map(\.check) == ["test", "bandit"])
    #expect(read.findings[0].entries == [3, 9])
    #expect(read.findings[1].isConfirmed)
    #expect(!read.findings[1].isRequired)
    #expect(read.entry == 12)
    #expect(read.merge == "bypass")
    #expect(read.mergedAt == start.adding(seconds: -1))
  }

  @Test func whatIsNotKnownIsNull() throws {
    var members = try #require(json.object)
    for member in ["entry", "decided_at", "policy", "merged_at", "merge", "override"] {
      members[member] = .null
    }
    members["findings"] = []
    let read = try #require(report(.object(members)))
    #expect(read.json == .object(members))
    #expect(read.entry == nil && read.mergedAt == nil && read.merge == nil)
  }

  @Test(arguments: [
    "schema", "as_of", "repository", "pull", "head_sha", "state", "summary",
  ])
  func whatIsNoReportIsNone(_ member: String) throws {
    var members = try #require(json.object)
    members[member] = .null
    #expect(report(.object(members)) == nil)
  }

  // MARK: from the tables

  private func tables(
    verdict: String? = nil, audit: String? = nil, merged: Bool = false, policy: String? = "cafe"
  ) throws -> OnePull {
    let source = try Entry(
      kind: .verdict, at: nil, received: start, source: .ledger,
      data: [
        "policy": "cafe",
        "findings": [
          [
            "check": "test", "required": true, "result": "fail", "word": "failure",
            "confirmed": false, "entries": [1],
          ]
        ],
      ])
    let merge = PullRow.Merge(
      at: start, by: 7, headSHA: String(repeating: "b", count: 40), baseRef: "main", entry: 3,
      isFirsthand: true)
    return OnePull(
      pull: PullRow(
        repository: 5, number: 7, headSHA: head, baseRef: "main", isOpen: !merged, headEntry: 1,
        merge: merged ? merge : nil),
      verdict: verdict.map {
        VerdictRow(state: $0, summary: "a verdict", confirming: false, policy: "cafe", entry: 12)
      },
      audit: audit.map { AuditRow(result: $0, summary: "an audit", policy: "cafe", entry: 13) },
      policy: policy, log: [12, 13].map { Stored(index: $0, entry: source) })
  }

  private func report(_ tables: OnePull) throws -> GateReport? {
    try GateReport(repository: "acme/api", pull: 7, reading: tables, asOf: start)
  }

  @Test(arguments: ["allow", "deny", "pending"])
  func anOpenPullRequestHasItsVerdict(_ state: String) throws {
    // What an audit says counts after the merge alone.
    let report = try #require(try report(tables(verdict: state, audit: "bypass")))
    #expect(report.state == state)
    #expect(report.summary == "a verdict")
    #expect(report.headSHA == head)
    #expect(report.merge == nil && report.mergedAt == nil)
    #expect(report.findings.map(\.word) == ["failure"])
    #expect(report.policy == "cafe")
    #expect(report.decidedAt == start)
  }

  @Test func afterTheMergeTheAuditCounts() throws {
    let bypass = try #require(
      try report(tables(verdict: "allow", audit: "bypass", merged: true)))
    #expect((bypass.state, bypass.summary) == ("deny", "bypassed: an audit"))
    #expect(bypass.merge == "bypass")
    #expect(bypass.entry == 13)
    #expect(bypass.mergedAt == start)
    #expect(bypass.headSHA == String(repeating: "b", count: 40))
    let verified = try #require(
      try report(tables(verdict: "deny", audit: "verified", merged: true)))
    #expect((verified.state, verified.summary) == ("allow", "an audit"))
  }

  /// Unknown is not allowed.
  @Test func withoutAVerdictItIsDenied() throws {
    let unguarded = try #require(try report(tables()))
    #expect(
      (unguarded.state, unguarded.summary) == ("deny", "no gate guards the branch main"))
    #expect(unguarded.entry == nil && unguarded.findings.isEmpty)
    let lawless = try #require(try report(tables(policy: nil)))
    #expect((lawless.state, lawless.summary) == ("deny", "no policy is in force"))
  }

  @Test func whatNoDeliveryToldOfIsNone() throws {
    let tables = try tables(verdict: "allow")
    for (name, number): (String, Int64) in [("acme/api", 8), ("acme/web", 7)] {
      #expect(
        try GateReport(repository: name, pull: number, reading: tables, asOf: start) == nil)
    }
  }
}
