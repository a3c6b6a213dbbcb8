import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ledger
import Testing

@testable import Service

extension ServiceTests {
  /// Lists of resources, and reports about what became of them.
  @Suite struct SnapshotsAPITests {
    private static let snapshots = "/v1/resource-snapshots"
    private static let reports = "/v1/teardown-reports"

    private static func list(
      _ ids: [String], environment: JSON = "dev", minutes: Double = -60, stack: JSON = "main"
    ) -> String {
      let resources = ids.map { id -> JSON in
        [
          "address": .string("aws_vpc.this[\(id)]"), "type": "aws_vpc", "id": .string(id),
          "arn": .string("arn:aws:ec2:eu-west-1:123456789012:vpc/\(id)"),
        ]
      }
      let body: JSON = [
        "environment": environment, "stack": stack, "form": "state", "run_id": 17, "actor": 7,
        "taken_at": .string(noon.adding(seconds: minutes * 60).description),
        "resources": .array(resources),
      ]
      return body.canonicalString
    }

    @Test func aListBecomesEntriesAndIsAnswered() async throws {
      try await withService { service in
        let token = try await service.token(.record)
        let ids = (0..<1_500).map { "vpc-\($0)" }
        let answer = try await service.report(
          Self.snapshots, Self.list(ids), token: token, key: "k")
        #expect(answer.status == 201)
        let receipts = try #require(try answer.json["receipts"]?.array)
        #expect(receipts.count > 2)
        let again = try await service.report(
          Self.snapshots, Self.list(ids), token: token, key: "k")
        #expect(again.status == 200)
        let asked = try await service.get("/v1/inventory?environment=dev", token: token)
        let items = try #require(try asked.json["items"]?.array)
        #expect(items.count == 1_500)
        let first = try #require(items[0].at("first", "entry")?.int)
        #expect(try asked.json.at("entries", String(first), "run") == 17)
        #expect(try asked.json.at("entries", String(first), "actor") == 7)
        #expect(try asked.json["snapshots"]?.array?.count == 1)
      }
    }

    @Test func anOlderListIsRefusedAsAWhole() async throws {
      try await withService { service in
        let token = try await service.token(.record)
        let newer = Self.list(["vpc-1"], minutes: -10)
        _ = try await service.report(Self.snapshots, newer, token: token)
        let before = try await service.recorded().count
        let older = Self.list(["vpc-1", "vpc-2"], minutes: -11)
        let answer = try await service.report(Self.snapshots, older, token: token)
        #expect(answer.status == 422)
        let reason = try answer.json["errors"]?.array?.first?["reason"]?.string
        #expect(reason?.contains("an older one says nothing new") == true)
        #expect(try await service.recorded().count == before)
        // Another stack has its own time.
        let other = Self.list(["vpc-1"], minutes: -11, stack: "network")
        #expect(try await service.report(Self.snapshots, other, token: token).status == 201)
      }
    }

    @Test func theListOfAnotherEnvironmentIsRefused() async throws {
      try await withService { service in
        let token = try await service.token(.record)
        _ = try await service.report(
          Self.snapshots, Self.list(["vpc-1", "vpc-2"], environment: "prod"), token: token)
        let same = try await service.report(
          Self.snapshots, Self.list(["vpc-1", "vpc-2"]), token: token)
        #expect(same.status == 422)
        let reason = try same.json["errors"]?.array?.first?["reason"]?.string
        #expect(reason?.contains("is it the list of prod?") == true)
        // The same addresses with other ARNs are another environment's own.
        let own = try await service.report(
          Self.snapshots, Self.list(["vpc-8", "vpc-9"]), token: token)
        #expect(own.status == 201)
        let asked = try await service.get("/v1/inventory?environment=dev", token: token)
        #expect(
          try asked.json["items"]?.array?.compactMap { $0["id"]?.string } == ["vpc-8", "vpc-9"])
      }
    }

    @Test(arguments: [
      #"{"environment":"dev"}"#,
      #"{"environment":"dev","stack":"main","form":"state","#
        + #""taken_at":"2026-09-01T09:00:00Z","resources":[{"type":"aws_vpc","address":"a"},{}]}"#,
    ])
    func whatIsNoListStoresNothing(body: String) async throws {
      try await withService { service in
        let token = try await service.token(.record)
        #expect(try await service.report(Self.snapshots, body, token: token).status == 422)
        #expect(try await service.recorded().isEmpty)
      }
    }

    /// Fewer bytes than a list may have, and in memory a dozen times as many.
    @Test(arguments: [snapshots, reports])
    func tooManyValuesAreRefused(path: String) async throws {
      let zeros = String(repeating: "0,", count: SnapshotsAPI.maximumValues)
      try await withService { service in
        let token = try await service.token(.record)
        let body = #"{"resources":[\#(zeros)0]}"#
        #expect(body.utf8.count < SnapshotsAPI.maximumBody)
        let answer = try await service.report(path, body, token: token)
        #expect(try answer.problem(413) == "too_large")
        #expect(try answer.json["detail"]?.string?.contains("values") == true)
        #expect(try await service.recorded().isEmpty)
      }
    }

    /// A list of many values takes the one seat, however few its bytes are.
    @Test func ofManyValuesOneListIsReadAtATime() async throws {
      try await withParts(Setup()) { parts in
        let api = SnapshotsAPI(parts.service)
        func body(_ values: Int) -> [UInt8] {
          Array("{\"resources\":[\(String(repeating: "0,", count: values))0]}".utf8)
        }
        let (few, many) = (body(SnapshotsAPI.few / 2), body(SnapshotsAPI.few))
        #expect(many.count < 4 << 20)
        let taken = try api.members(of: many).seat
        #expect(taken != nil)
        #expect(throws: Problem.self) { try api.members(of: many) }
        #expect(try api.members(of: few).seat == nil)
        taken?.leave()
        #expect(try api.members(of: many).fields["resources"]?.array?.count == SnapshotsAPI.few + 1)
      }
    }

    @Test func aReportIsShownAsItWasRecorded() async throws {
      try await withService { service in
        let token = try await service.token(.record)
        let body = try #require(Reports.body(Self.reports))
        let answer = try await service.report(Self.reports, body, token: token)
        #expect(answer.status == 201)
        let receipt = try #require(try answer.json["receipts"]?.array?.first)
        let index = try #require(receipt["index"]?.int)
        let reader = try await service.token(.read)
        let shown = try await service.get("\(Self.reports)/\(index)", token: reader)
        #expect(try shown.json == JSON.parse(Array(body.utf8))["report"])
        let other = try await service.get("\(Self.reports)/0", token: reader)
        #expect(other.status == 404)
      }
    }
  }
}
