import Gates
import Hummingbird
import HummingbirdTesting
import Ledger
import LedgerTesting
import Testing

@testable import Service

/// What the tests of the admission webhook share.
enum AdmissionScene {
  static let path = "/admission"
  static let reviews = AdmissionReviews()

  static let policy = Policy(
    merge: Scene.policy,
    deploy: DeployPolicy(environments: [
      EnvironmentRules(environment: "prod", rules: [ImageRecordedRule()])
    ]), admission: AdmissionPolicy(images: ["docker.io/istio/proxyv2"]), confirmation: .webhooks)

  /// Catalog, policy, an image that a job built, and the deploy gate's answer about it.
  static func begin(in store: any LedgerStore) async throws {
    try await DeployScene.tell(store, AdmissionReviews.catalog.entry(received: noon))
    try await DeployScene.tell(store, policy.entry(received: noon))
    try await DeployScene.tell(store, DeployScene.entries.entry(.push))
    try await DeployScene.tell(store, DeployScene.entries.image())
    try await DeployScene.tell(store, DeployScene.entries.entry(.deployAsked, at: 1))
  }
}

extension TestService {
  func review(_ body: [UInt8], _ query: String = "") async throws -> Answer {
    try await send(
      .post, AdmissionScene.path + query, headers: [("Content-Type", "application/json")],
      body: body)
  }
}

extension Answer {
  /// What an API server reads of it.
  var response: JSON { get throws { try json["response"] ?? .null } }
  var isAllowed: Bool { get throws { try response["allowed"]?.bool ?? false } }
  var message: String { get throws { try response.at("status", "message")?.string ?? "" } }
  var warnings: [String] {
    get throws { (try response["warnings"]?.array ?? []).compactMap(\.string) }
  }
}

/// Runs `test` against what is answered to clusters.
func withAdmission(
  _ mode: AdmissionSettings.Mode = .enforce, _ setup: Setup = Setup(),
  deadline: Duration = .seconds(60), isThere: @escaping @Sendable () -> Bool = { true },
  begins: Bool = true, _ test: @escaping @Sendable (TestService) async throws -> Void
) async throws {
  try await withParts(setup) { parts in
    if begins { try await AdmissionScene.begin(in: parts.store) }
    var service = parts.service
    service.policies = parts.policies
    service.isDatabaseThere = isThere
    let settings = AdmissionSettings(mode: mode, deadline: deadline)
    let router = Routes.router(service, Routes.admission(service, settings))
    try await withRouter(parts, router, test)
  }
}
