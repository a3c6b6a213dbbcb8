import Ledger
import Testing

@testable import Gates

@Suite struct AdmissionPolicyTests {
  private func policy(_ admission: JSON) throws(PolicyProblems) -> Policy {
    try Policy(
      ConfigNode(["version": 1, "gates": ["admission": admission]]), confirmation: .webhooks)
  }

  @Test func itIsReadAndKept() throws {
    let whole: JSON = ["images": ["docker.io/istio/proxyv2", "registry:5000/otel/collector"]]
    let policy = try policy(whole)
    #expect(policy.json.at("gates", "admission") == whole)
    let again = try Policy(Stored(index: 0, entry: try policy.entry(received: moment(0))))
    #expect(again == policy && again.hash == policy.hash)
    #expect(!policy.isEmpty)
    #expect(policy.advice.map(\.path) == ["gates.admission"])
  }

  @Test(
    arguments: [
      ([:], "gates.admission.images"), (["images": []], "gates.admission.images"),
      (["image": ["a"]], "gates.admission.image"),
      (["images": ["istio:1"]], "gates.admission.images[0]"),
      (
        ["images": ["a", .string("istio@sha256:\(String(repeating: "0", count: 64))")]],
        "gates.admission.images[1]"
      ),
      (["images": ["istio/*"]], "gates.admission.images[0]"),
      (["images": [1]], "gates.admission.images[0]"),
    ] as [(JSON, String)])
  func whatIsWrong(_ admission: JSON, _ path: String) throws {
    let problems = try #require(throws: PolicyProblems.self) { try policy(admission) }
    #expect(problems.all.contains { $0.path == path }, "\(problems)")
  }
}
