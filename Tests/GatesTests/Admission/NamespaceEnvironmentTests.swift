import Ledger
import Testing

@testable import Gates

@Suite struct NamespaceEnvironmentTests {
  /// Two clusters that both have a namespace `shop`.
  private static let catalog: Catalog = {
    func workload(_ cluster: String, _ namespace: String, _ environment: String?)
      -> Catalog.Workload
    {
      .init(
        origin: .kubernetes(
          cluster: cluster, namespace: namespace, workload: "Deployment/\(cluster)"),
        environment: environment)
    }
    var service = Catalog.Service(name: "api")
    service.workloads = [
      workload("*", "team-a", "production"), workload("k1", "team-a", "prod"),
      workload("k1", "shop", "dev"), workload("k2", "shop", "prod"), workload("*", "own", nil),
      workload("*", "dev", "prod"), .init(origin: .argo(application: "team-b"), environment: "dev"),
      .init(origin: .ecs(cluster: "k1", service: "team-b"), environment: "dev"),
    ]
    return Catalog(
      environments: [.init(name: "dev"), .init(name: "prod", aliases: ["production", "live"])],
      services: [service])
  }()

  @Test(
    arguments: [
      ("team-a", nil, .one("prod")), ("team-a", "k9", .one("prod")),
      ("shop", nil, .several(["dev", "prod"])), ("shop", "k1", .one("dev")),
      ("shop", "k2", .one("prod")), ("shop", "k3", .none), ("own", nil, .one("own")),
      ("team-b", nil, .none), ("live", nil, .one("prod")), ("prod", nil, .one("prod")),
      // What a workload says goes before what the namespace is called.
      ("dev", nil, .one("prod")), ("PROD", nil, .none), ("", nil, .none),
    ] as [(String, String?, NamespaceEnvironment)])
  func environments(
    _ namespace: String, _ cluster: String?, _ expected: NamespaceEnvironment
  ) {
    #expect(NamespaceEnvironment(namespace, of: cluster, Self.catalog) == expected)
  }

  @Test func withoutACatalogThereIsNone() {
    #expect(NamespaceEnvironment("prod", of: nil, Catalog()) == .none)
  }
}
