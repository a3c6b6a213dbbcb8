import Ledger
import LedgerTesting
import Testing

@testable import Webhooks

@Suite struct SnapshotTests {
  private static let received = Instant(seconds: 1_795_000_000)

  private static func context(key: String? = nil) -> RecordContext {
    RecordContext(received: received, source: .token("ci", key: key))
  }

  private static func resource(_ number: Int) -> JSON {
    [
      "address": .string("module.many.aws_subnet.this[\(number)]"), "type": "aws_subnet",
      "id": .string("subnet-\(number)"),
      "arn": .string("arn:aws:ec2:eu-west-1:123456789012:subnet/subnet-\(number)"),
      "tags": ["Environment=dev", "Project=ledger"],
    ]
  }

  private static func body(_ count: Int, _ other: [String: JSON] = [:]) -> JSON {
    let members: [String: JSON] = [
      "environment": "dev", "stack": "main", "form": "state",
      "taken_at": "2026-11-18T09:00:00Z", "resources": .array((0..<count).map(resource)),
    ]
    return .object(members.merging(other) { $1 })
  }

  @Test func tenThousandResourcesFitIntoParts() throws {
    let parts = try ResourceSnapshot.submissions(Self.body(10_000), context: Self.context())
    #expect(parts.count > 10)
    #expect(parts.allSatisfy { $0.entry.bytes.count <= Entry.maximumSize })
    let data = parts.map(\.entry.data)
    #expect(data.map { $0["part"]?.int } == (1...parts.count).map { Int64($0) })
    #expect(Set(data.map { $0["parts"]?.int }) == [Int64(parts.count)])
    #expect(Set(data.map { $0["count"]?.int }) == [10_000])
    #expect(Set(data.map { $0["snapshot"]?.string }).count == 1)
    let addresses = data.flatMap { $0["resources"]?.array ?? [] }.compactMap {
      $0["address"]?.string
    }
    #expect(addresses == (0..<10_000).map { "module.many.aws_subnet.this[\($0)]" })
  }

  @Test func anEmptyListIsOnePart() throws {
    let parts = try ResourceSnapshot.submissions(Self.body(0), context: Self.context())
    #expect(parts.count == 1)
    #expect(parts[0].entry.data["resources"] == [])
    #expect(parts[0].entry.at == Instant("2026-11-18T09:00:00Z"))
  }

  /// Otherwise the second part would contradict the first.
  @Test func eachPartHasAKeyOfItsOwn() throws {
    let parts = try ResourceSnapshot.submissions(
      Self.body(1_000), context: Self.context(key: "request/1/k"))
    let keys = parts.map(\.entry.source.key)
    #expect(keys[0] == "request/1/k")
    #expect(keys[1] == "request/1/k part 2")
    #expect(Set(keys).count == parts.count)
  }

  @Test func anotherListHasAnotherName() throws {
    let names = try [Self.body(1), Self.body(2), Self.body(1, ["stack": "other"])].map {
      try ResourceSnapshot.submissions($0, context: Self.context())[0].entry.data["snapshot"]
    }
    #expect(Set(names).count == 3)
  }

  @Test(
    arguments: [
      (["form": "guess"], "form"), (["environment": nil], "environment"),
      (["taken_at": "yesterday"], "taken_at"), (["sensitive_values": [:]], "sensitive_values"),
      (["resources": [["type": "aws_vpc"]]], "resources[0].address"),
      (["resources": [["address": "a", "type": "b", "password": "c"]]], "resources[0].password"),
      (
        ["resources": [["address": "a", "type": "b"], ["address": "a", "type": "c"]]],
        "resources[1].address"
      ),
    ] as [([String: JSON], String)])
  func whatIsWrongIsNamed(other: [String: JSON], path: String) throws {
    let refusal = #expect(throws: RecordRefusal.self) {
      try ResourceSnapshot.submissions(Self.body(1, other), context: Self.context())
    }
    #expect(
      refusal?.problems.contains { $0.path == path } == true, "\(String(describing: refusal))")
  }

  // MARK: reports

  private static let report: JSON = [
    "schema": "ledger.teardown/1", "environment": "dev", "as_of": "2026-11-18T09:00:00Z",
    "outcome": "left", "rows": [],
    "counts": ["gone": 1, "left": 2, "kept": 0, "unexplained": 0, "unknown": 0],
    "calls": [["call": "a", "result": "ok"], ["call": "b", "result": "denied"]],
  ]

  @Test func aReportIsTheEvidenceOfItsEntry() throws {
    let body: JSON = ["report": Self.report, "run_id": 17]
    let submission = try TeardownRecord.submission(body, context: Self.context())
    let data = submission.entry.data
    #expect(submission.evidence?.bytes == Self.report.canonicalBytes)
    #expect(data["report"]?.string == submission.evidence?.reference.hash.hex)
    #expect(data["environment"] == "dev")
    #expect(data["unanswered"] == 1)
    #expect(data["calls"] == 2)
    #expect(data["run_id"] == 17)
  }

  @Test(
    arguments: [
      ("schema", "ledger.teardown/2", "report.schema"), ("as_of", nil, "report.as_of"),
      ("outcome", "fine", "report.outcome"), ("counts", [:], "report.counts.gone"),
      ("environment", nil, "environment"),
    ] as [(String, JSON, String)])
  func whatIsNoReportIsRefused(member: String, value: JSON, path: String) throws {
    var members = Self.report.object ?? [:]
    members[member] = value
    let refusal = #expect(throws: RecordRefusal.self) {
      try TeardownRecord.submission(["report": .object(members)], context: Self.context())
    }
    #expect(refusal?.problems.map(\.path) == [path])
  }
}
