import Foundation
import Ledger
import Testing

@testable import Webhooks

@Suite struct TerraformShowTests {
  private typealias Sample = TerraformSamples

  private func read(_ json: JSON) throws -> ResourceList { try ResourceList(json.canonicalBytes) }

  @Test func aStateIsReadAtEveryLevel() throws {
    let list = try read(Sample.state())
    #expect(list.form == .state)
    #expect(list.tool == "terraform 1.11.4")
    #expect(list.takenAt == nil)
    #expect(
      list.resources.map(\.address).sorted() == [
        "module.events.module.deep.aws_cloudwatch_event_connection.ledger",
        "module.network.aws_vpc.this",
      ])
    let vpc = try #require(list.resources.first { $0.type == "aws_vpc" })
    #expect(vpc.id == "vpc-1")
    #expect(vpc.name == "ledger-dev")
    #expect(vpc.arn == "arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1")
    #expect(vpc.tags == ["Environment=dev", "Name=ledger-dev"])
    #expect(vpc.action == nil)
  }

  @Test func anEmptyStateHasNoValues() throws {
    let list = try read(["format_version": "1.0"])
    #expect(list.form == .state)
    #expect(list.resources.isEmpty)
  }

  @Test func aDestroyPlanListsWhatIsThere() throws {
    let changes = [
      Sample.change(Sample.vpc(), ["delete"]), Sample.change(Sample.connection(), ["delete"]),
      Sample.change(Sample.role, ["read"]),
    ]
    let list = try read(Sample.plan(changes))
    #expect(list.form == .destroyPlan)
    #expect(list.takenAt == Instant("2026-11-18T08:00:00Z"))
    #expect(list.resources.map(\.action) == ["delete", "delete"])
  }

  /// What a plan wants to make is not there yet.
  @Test func ofAPlanOnlyWhatIsThereCounts() throws {
    let changes = [
      Sample.change(Sample.vpc(), ["no-op"]),
      Sample.change(Sample.connection(), ["create"], before: .null),
    ]
    let list = try read(Sample.plan(changes))
    #expect(list.form == .plan)
    #expect(list.resources.map(\.type) == ["aws_vpc"])
    #expect(list.resources.first?.action == "no-op")
  }

  @Test func whatIsReplacedSaysSo() throws {
    let list = try read(Sample.plan([Sample.change(Sample.vpc(), ["delete", "create"])]))
    #expect(list.resources.first?.action == "replace")
  }

  // MARK: bad input

  @Test(
    arguments: [
      (#"{"format_version":"1.0","values":{"root_mod"#, "is not JSON"),
      ("[]", "is no object"),
      (#"{"hello":1}"#, "is neither of Terraform nor of Kubernetes"),
      (#"{"version":4,"serial":3,"lineage":"x","resources":[]}"#, "is Terraform's own state file"),
      (#"{"format_version":"2.0"}"#, "has the format_version 2.0"),
      (#"{"format_version":"0.1"}"#, "has the format_version 0.1"),
      (#"{"format_version":"1.0","values":[]}"#, "values has another form"),
      (
        #"{"format_version":"1.0","values":{"root_module":{"resources":{}}}}"#,
        "values.root_module.resources has another form"
      ),
      (
        #"{"format_version":"1.0","values":{"root_module":{"resources":[{"mode":"managed"}]}}}"#,
        "has a resource without address or type"
      ),
      (#"{"format_version":"1.2","resource_changes":[],"errored":true}"#, "ended with an error"),
      (#"{"kind":"List"}"#, "is a list without items"),
      (#"{"kind":"List","items":[{"kind":"Pod"}]}"#, "no kind or no name in items[0]"),
    ])
  func whatIsWrongIsSaid(text: String, reason: String) throws {
    let error = #expect(throws: ResourceListError.self) { try ResourceList(Array(text.utf8)) }
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "-")")
  }

  @Test func anAddressThatIsThereTwiceIsRefused() throws {
    let error = #expect(throws: ResourceListError.self) {
      try self.read(Sample.state([Sample.vpc()]))
    }
    #expect(error?.reason == "has module.network.aws_vpc.this twice")
  }

  // MARK: Kubernetes

  @Test func ofKubernetesOnlyNamesAreRead() throws {
    let secret: JSON = [
      "kind": "Secret", "data": ["token": .string(Sample.canary)],
      "metadata": [
        "name": "api-token", "namespace": "api",
        "labels": ["app": "api", "auth-token": .string(Sample.canary)],
        "annotations": ["last-applied": .string(Sample.canary)],
      ],
    ]
    let list = try read(["kind": "List", "apiVersion": "v1", "items": [secret]])
    #expect(list.form == .listing)
    var expected = ListedResource(address: "api/Secret/api-token", type: "kubernetes_secret")
    (expected.name, expected.id) = ("api-token", "api/Secret/api-token")
    expected.tags = ["app=api"]
    #expect(list.resources == [expected])
  }

  @Test func oneObjectIsAListOfOne() throws {
    let list = try read([
      "kind": "Namespace", "apiVersion": "v1", "metadata": ["name": "api"],
    ])
    #expect(list.resources.map(\.address) == ["Namespace/api"])
  }

  // MARK: samples that may lie beside a checkout

  @Test(arguments: [("state-before", 29), ("destroy-plan", 29), ("state-after", 0)])
  func realOutputIsRead(name: String, count: Int) throws {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../../shared/data/infra/terraform/\(name).json").standardized
    guard FileManager.default.fileExists(atPath: url.path) else {
      return print("SKIPPED: \(name).json is missing")
    }
    let bytes = [UInt8](try Data(contentsOf: url))
    let list = try ResourceList(bytes)
    #expect(list.resources.count == count)
    let kept = JSON.array(list.resources.map(\.json)).canonicalString
    #expect(!kept.contains("REDACT-ME"))
    #expect(String(decoding: bytes, as: UTF8.self).contains("REDACT-ME") == (count > 0))
  }
}
