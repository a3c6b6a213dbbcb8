import Gates
import Ledger
import Testing

/// A workload belongs to one service: otherwise nobody could say which one ran.
@Suite("Workloads, read")
struct WorkloadOwnershipTests {
  private static func ecs(_ cluster: String?, _ service: String = "api") -> JSON {
    var members: [String: JSON] = ["service": .string(service)]
    if let cluster { members["cluster"] = .string(cluster) }
    return .object(members)
  }

  private static func kubernetes(_ cluster: String?, _ namespace: String = "prod") -> JSON {
    var members: [String: JSON] = ["namespace": .string(namespace), "workload": "Deployment/api"]
    if let cluster { members["cluster"] = .string(cluster) }
    return .object(members)
  }

  struct Pair: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let key: String
    let first: JSON
    let second: JSON
    /// In two services; in one, in this order.
    let isRefused: (apart: Bool, together: Bool)
  }

  static let pairs: [Pair] = [
    Pair(
      testDescription: "the same", key: "ecs", first: ecs("a"), second: ecs("a"),
      isRefused: (true, true)),
    Pair(
      testDescription: "the second in any cluster", key: "ecs", first: ecs("a"), second: ecs(nil),
      isRefused: (true, false)),
    Pair(
      testDescription: "the first in any cluster", key: "ecs", first: ecs("*"), second: ecs("a"),
      isRefused: (true, true)),
    Pair(
      testDescription: "both in any cluster", key: "ecs", first: ecs(nil), second: ecs("*"),
      isRefused: (true, true)),
    Pair(
      testDescription: "other clusters", key: "ecs", first: ecs("a"), second: ecs("b"),
      isRefused: (false, false)),
    Pair(
      testDescription: "other services", key: "ecs", first: ecs("a"), second: ecs("a", "web"),
      isRefused: (false, false)),
    Pair(
      testDescription: "the same pod", key: "kubernetes", first: kubernetes("a"),
      second: kubernetes(nil), isRefused: (true, false)),
    Pair(
      testDescription: "other namespaces", key: "kubernetes", first: kubernetes(nil),
      second: kubernetes(nil, "dev"), isRefused: (false, false)),
    Pair(
      testDescription: "the same application", key: "argocd", first: ["application": "x"],
      second: ["application": "x"], isRefused: (true, true)),
    Pair(
      testDescription: "other applications", key: "argocd", first: ["application": "x"],
      second: ["application": "y"], isRefused: (false, false)),
  ]

  @Test("one workload is of one service, once", arguments: pairs)
  func once(_ pair: Pair) {
    let apart = CatalogReadingTests.problems([
      "services": [
        ["name": "one", pair.key: [pair.first]], ["name": "two", pair.key: [pair.second]],
      ]
    ])
    #expect(
      apart
        == (pair.isRefused.apart
          ? ["services[1].\(pair.key)[0]: is a workload of one already"] : []))
    let together = CatalogReadingTests.problems([
      "services": [["name": "one", pair.key: [pair.first, pair.second]]]
    ])
    #expect(
      together
        == (pair.isRefused.together
          ? ["services[0].\(pair.key)[1]: is there already, in this cluster or in any"] : []))
  }

  /// The names of one platform say nothing about another.
  @Test func platformsAreApart() {
    #expect(
      CatalogReadingTests.problems([
        "services": [
          ["name": "one", "ecs": [WorkloadOwnershipTests.ecs("prod", "api")]],
          ["name": "two", "argocd": [["application": "api"]]],
          ["name": "three", "kubernetes": [WorkloadOwnershipTests.kubernetes("prod", "api")]],
        ]
      ]).isEmpty)
  }

  /// What the file refuses is what could not be answered.
  @Test("a workload that is taken is found in one service")
  func found() throws {
    let catalog = try CatalogReadingTests.file([
      "services": [
        [
          "name": "one",
          "ecs": [WorkloadOwnershipTests.ecs("a"), WorkloadOwnershipTests.ecs(nil, "x")],
        ],
        ["name": "two", "ecs": [WorkloadOwnershipTests.ecs("b")]],
      ]
    ]).catalog
    for (cluster, service, name) in [("a", "api", "one"), ("b", "api", "two"), ("z", "x", "one")] {
      let place = catalog.place(of: .ecs(cluster: cluster, service: service), in: nil, [:])
      #expect(place.services == [name])
      #expect(place.isMapped)
    }
  }
}
