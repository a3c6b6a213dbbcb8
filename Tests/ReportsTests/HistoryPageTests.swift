import Ledger
import Reports
import Testing

private let start = Instant(seconds: 1_795_000_000)
private let acme = RepositoryRow(id: 9_007_199_254_740_993, name: "acme/api")

private let full = HistoryRow(
  entry: 418, kind: "deploy", at: start, outcome: "success",
  finishedAt: start.adding(seconds: 221.9), note: "a \"note\"\n\u{1B}[31m", service: "api",
  environment: "production", repository: acme, commit: String(repeating: "a", count: 40),
  pull: 1_287, digest: "sha256:6c62", revision: "api:57", actorID: 7_001, actor: "mia")

private let empty = HistoryRow(
  entry: 411, kind: "build", at: start, outcome: nil, finishedAt: nil, note: nil, service: nil,
  environment: nil, repository: acme, commit: nil, pull: nil, digest: nil, revision: nil,
  actorID: nil, actor: nil)

/// Nobody compared.
private var completeness: Completeness { Completeness(coverage: [], missing: []) }

private func page(_ rows: [HistoryRow], total: Int = 132, hasMore: Bool = true) -> HistoryPage {
  HistoryPage(
    HistoryRows(rows: rows, total: total, hasMore: hasMore, deliveriesTo: start),
    completeness,
    asOf: start.adding(seconds: 60))
}

@Suite struct HistoryPageTests {
  @Test func aPageSurvivesJSON() throws {
    let forgotten = HistoryRow(
      entry: 3, kind: "merge", at: start, outcome: "bypass", finishedAt: start, note: nil,
      service: "api", environment: nil, repository: acme, commit: nil, pull: 1, digest: nil,
      revision: nil, actorID: 7_002, actor: nil)
    let sent = page([full, empty, forgotten])
    let read = try #require(HistoryPage(json: try JSON.parse(sent.json.canonicalBytes)))
    #expect(read.rows == sent.rows)
    #expect(read.total == 132)
    #expect(read.nextCursor == 3)
    #expect(read.deliveriesTo == start)
    #expect(read.asOf == start.adding(seconds: 60))
    #expect(read.json == sent.json)
  }

  @Test func theEnvelopeSaysWhatItIs() {
    let json = page([full]).json
    #expect(json["schema"] == "ledger.history/1")
    #expect(json["as_of"] == "2026-11-18T11:07:40Z")
    #expect(json["complete"] == false)
    #expect(
      json["gaps"] == [
        [
          "from": nil, "to": nil, "reason": "deliveries are not compared with GitHub's own list",
        ]
      ])
    #expect(
      Set(json.object?.keys.map { $0 } ?? []) == [
        "schema", "as_of", "complete", "gaps", "items", "next_cursor", "total",
        "total_is_minimum", "deliveries_to", "deliveries_complete_to",
      ])
    let whole = Envelope(schema: "x/1", asOf: start, gaps: []).json(["items": []])
    #expect(whole["complete"] == true)
    #expect(whole["gaps"] == [])
  }

  @Test func theCursorIsTheLastRowWhileRowsFollow() {
    #expect(page([full, empty]).nextCursor == 411)
    #expect(page([full, empty]).json["next_cursor"] == "411")
    #expect(page([full, empty], hasMore: false).nextCursor == nil)
    #expect(page([full, empty], hasMore: false).json["next_cursor"] == .null)
    #expect(page([], total: 0, hasMore: false).json["items"] == [])
  }

  @Test func anItemHasEveryMember() {
    let item = page([full]).json["items"]?.array?.first
    let expected: JSON = [
      "id": "418", "kind": "deploy", "subject": "", "origin": nil, "conflict": nil, "entries": [],
      "previous_revision": nil, "at": "2026-11-18T11:06:40Z", "outcome": "success",
      "finished_at": "2026-11-18T11:10:21.900000Z", "took_seconds": 221,
      "note": "a \"note\"\n\u{1B}[31m", "service": "api", "environment": "production",
      "repository": ["id": "9007199254740993", "name": "acme/api"],
      "commit": .string(String(repeating: "a", count: 40)), "pull": "1287",
      "digest": "sha256:6c62", "revision": "api:57", "actor": ["id": "7001", "login": "mia"],
    ]
    #expect(item == expected)
    // What is not known is there, as null.
    let unknown = page([empty]).json["items"]?.array?.first
    #expect(unknown?.object.map { Set($0.keys) } == expected.object.map { Set($0.keys) })
    #expect(unknown?["outcome"] == .null)
    #expect(unknown?["actor"] == .null)
  }

  @Test(
    arguments: [
      ("deploy", 221.9, 221), ("build", 0, 0), ("deploy", -1, nil), ("merge", 60, nil),
      ("image", 60, nil), ("release", 60, nil),
    ] as [(String, Double, Int64?)])
  func whatTookHowLong(_ kind: String, _ seconds: Double, _ expected: Int64?) {
    var row = full
    row.kind = kind
    row.finishedAt = start.adding(seconds: seconds)
    #expect(row.tookSeconds == expected)
    row.finishedAt = nil
    #expect(row.tookSeconds == nil)
  }

  @Test func whatIsNoPageIsNone() throws {
    var members = try #require(page([full]).json.object)
    let good = members
    for (member, value): (String, JSON?) in [
      ("schema", "ledger.history/2"), ("schema", nil), ("items", nil), ("total", nil),
      ("as_of", "soon"), ("items", [["id": "1"]]), ("items", [["id": 418]]),
    ] {
      members = good
      members[member] = value
      #expect(HistoryPage(json: .object(members)) == nil, "\(member)")
    }
    // A newer server may say more.
    members = good
    members["more"] = true
    #expect(HistoryPage(json: .object(members)) != nil)
  }
}
