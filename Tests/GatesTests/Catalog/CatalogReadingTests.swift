import Gates
import Ledger
import LedgerTesting
import Testing

@Suite("The catalog, read")
struct CatalogReadingTests {
  static let gates: JSON = [
    "merge": ["branches": ["main"], "checks": [["name": "test", "app": "github-actions"]]]
  ]

  static func file(_ members: [String: JSON]) throws(PolicyProblems) -> LedgerFile {
    let root = JSON.object(members.merging(["version": 1]) { own, _ in own })
    return try LedgerFile(ConfigNode(root), confirmation: .github)
  }

  static func problems(_ members: [String: JSON]) -> [String] {
    do throws(PolicyProblems) {
      _ = try file(members)
      return []
    } catch { return error.all.map { "\($0.path): \($0.reason)" } }
  }

  private static let api: JSON = [
    "name": "api", "repositories": ["acme/api", "acme/api.lib"],
    "images": ["ghcr.io/acme/api", "localhost:5000/api"], "task-definitions": ["api", "api_2"],
    "ecs": [
      ["cluster": "prod-1", "service": "api", "environment": "prod"],
      ["service": "api-blue", "environment": "live"],
    ],
    "kubernetes": [
      ["cluster": "k1", "namespace": "prod", "workload": "Deployment/api", "environment": "prod"],
      ["namespace": "dev", "workload": "StatefulSet/api"],
    ],
    "argocd": [["application": "argocd/api-prod", "environment": "prod"]],
  ]

  private static var whole: Catalog {
    var api = Catalog.Service(name: "api")
    api.repositories = ["acme/api", "acme/api.lib"]
    api.images = ["ghcr.io/acme/api", "localhost:5000/api"]
    api.families = ["api", "api_2"]
    api.workloads = [
      .init(origin: .ecs(cluster: "prod-1", service: "api"), environment: "prod"),
      .init(origin: .ecs(cluster: "*", service: "api-blue"), environment: "live"),
      .init(
        origin: .kubernetes(cluster: "k1", namespace: "prod", workload: "Deployment/api"),
        environment: "prod"),
      .init(
        origin: .kubernetes(cluster: "*", namespace: "dev", workload: "StatefulSet/api"),
        environment: nil),
      .init(origin: .argo(application: "argocd/api-prod"), environment: "prod"),
    ]
    return Catalog(
      environments: [
        .init(name: "dev"), .init(name: "prod", aliases: ["production", "live", "eu west"]),
      ],
      services: [api, .init(name: "web")])
  }

  private static let environments: JSON = [
    "dev", ["name": "prod", "aliases": ["production", "live", "eu west"]],
  ]

  @Test("a file is read as it says, in its order")
  func reading() throws {
    let file = try CatalogReadingTests.file([
      "environments": CatalogReadingTests.environments,
      "services": [CatalogReadingTests.api, ["name": "web"]],
    ])
    #expect(file.catalog == CatalogReadingTests.whole)
    #expect(file.policy == Policy(merge: nil, confirmation: .github))
    #expect(file.recording == nil)
  }

  @Test("recording is part of the catalog")
  func recording() throws {
    let policy = Claimed.policy(WorkflowRule(repositoryID: 640, ownerID: 45))
    let file = try CatalogReadingTests.file(["recording": policy.json])
    #expect(file.recording == policy)
    #expect(file.catalog == Catalog(recording: policy.json))
    #expect(RecordingPolicy(json: file.catalog.recording) == policy)
    #expect(!file.catalog.isEmpty)
  }

  @Test("through an entry and back; the hash is that of what the log keeps")
  func roundTrip() throws {
    var catalog = CatalogReadingTests.whole
    catalog.recording = Claimed.policy(WorkflowRule(repositoryID: 640, ownerID: 45)).json
    for catalog in [catalog, CatalogReadingTests.whole, Catalog()] {
      let entry = try Entry(decoding: catalog.entry(received: moment(0)).bytes)
      #expect(entry.kind == .catalog)
      #expect(entry.source == .ledger)
      let kept = Catalog(json: try #require(entry.data["catalog"]))
      #expect(kept == catalog)
      #expect(entry.data["hash"]?.string == kept.hash)
    }
    #expect(catalog.hash != CatalogReadingTests.whole.hash)
  }

  /// Otherwise a service more would make every verdict anew.
  @Test("the policy and its hash are the same with and without a catalog")
  func policyHash() throws {
    let alone = try CatalogReadingTests.file(["gates": CatalogReadingTests.gates])
    let both = try CatalogReadingTests.file([
      "gates": CatalogReadingTests.gates, "environments": CatalogReadingTests.environments,
      "services": [CatalogReadingTests.api],
      "recording": Claimed.policy(WorkflowRule(repositoryID: 640, ownerID: 45)).json,
    ])
    #expect(both.policy == alone.policy)
    #expect(both.policy.hash == alone.policy.hash)
    #expect(alone.catalog.isEmpty && !both.catalog.isEmpty)
    let root = ConfigNode(["version": 1, "gates": CatalogReadingTests.gates])
    #expect(try Policy(root, confirmation: .github).hash == alone.policy.hash)
  }

  @Test(
    "gates are required unless something else is there",
    arguments: [
      ([:], true), (["environments": ["dev"]], false), (["services": [["name": "api"]]], false),
      (["recording": Claimed.policy(WorkflowRule(repositoryID: 1, ownerID: 2)).json], false),
    ] as [([String: JSON], Bool)])
  func gatesRequired(_ members: [String: JSON], _ isMissing: Bool) {
    let found = CatalogReadingTests.problems(members)
    #expect(found.isEmpty != isMissing)
    #expect(found.allSatisfy { $0.hasPrefix("gates: is missing") })
  }

  struct Mistake: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let members: [String: JSON]
    /// `path: start of the reason`
    let problems: [String]

    init(_ title: String, _ members: [String: JSON], _ problems: String...) {
      testDescription = title
      self.members = members
      self.problems = problems
    }

    /// One service, `api` unless it says otherwise.
    init(_ title: String, service: [String: JSON], _ problems: String...) {
      testDescription = title
      members = ["services": [.object(service.merging(["name": "api"]) { own, _ in own })]]
      self.problems = problems.map { "services[0]" + $0 }
    }
  }

  static let environmentMistakes: [Mistake] = [
    Mistake("no list", ["environments": "dev"], "environments: must be a list"),
    Mistake("an empty list", ["environments": []], "environments: must be a list"),
    Mistake("a number", ["environments": [1]], "environments[0]: must be text of 1 to 100"),
    Mistake(
      "unknown keys", ["environments": [["name": "dev", "alias": ["d"]]]],
      "environments[0].alias: is unknown; known are name, aliases"),
    Mistake(
      "no name", ["environments": [["aliases": ["d"]]]], "environments[0].name: is missing"),
    Mistake(
      "named twice", ["environments": ["dev", ["name": "dev"]]],
      "environments[1]: names dev again"),
    Mistake(
      "an alias that is a name",
      ["environments": ["dev", ["name": "prod", "aliases": ["dev", "prod"]]]],
      "environments[1]: names dev again", "environments[1]: names prod again"),
    Mistake(
      "an alias of two",
      [
        "environments": [
          ["name": "dev", "aliases": ["x"]], ["name": "prod", "aliases": ["x", "x"]],
        ]
      ],
      "environments[1]: names x again", "environments[1]: names x again"),
    Mistake(
      "an alias that does not show", ["environments": [["name": "a", "aliases": ["b\u{202E}"]]]],
      "environments[0].aliases: must be printable"),
    Mistake(
      "both lists", ["environments": [["nam": "a"]], "services": [["nam": "b"]]],
      "environments[0].nam: is unknown", "environments[0].name: is missing",
      "services[0].nam: is unknown", "services[0].name: is missing"),
  ]

  static let serviceMistakes: [Mistake] = [
    Mistake("no list", ["services": ["name": "api"]], "services: must be a list"),
    Mistake("an empty list", ["services": []], "services: must be a list"),
    Mistake("a text", ["services": ["api"]], "services[0]: must be a map"),
    Mistake(
      "no name, and more", ["services": [["repository": "a/b", "images": ["x:1"]]]],
      "services[0].repository: is unknown; known are name, repositories, images, ",
      "services[0].name: is missing", "services[0].images[0]: must be the name of an image"),
    Mistake(
      "named twice", ["services": [["name": "api"], ["name": "web"], ["name": "api"]]],
      "services[2]: names api again"),
    Mistake(
      "repositories", service: ["repositories": ["api", "a/b/c", "acme/*", 7]],
      ".repositories[0]: must be OWNER/NAME", ".repositories[1]: must be OWNER/NAME",
      ".repositories[2]: must be OWNER/NAME", ".repositories[3]: must be text"),
    Mistake(
      "images",
      service: ["images": ["ghcr.io/a/b:1", "ghcr.io/a/b@sha256:00", "a b", "a/", "a/*"]],
      ".images[0]: must be the name of an image", ".images[1]: must be", ".images[2]: must be",
      ".images[3]: must be", ".images[4]: must be"),
    Mistake(
      "families", service: ["task-definitions": ["api:7", "a/b"]],
      ".task-definitions[0]: must be the name of a family, without its revision",
      ".task-definitions[1]: must be"),
    Mistake("empty lists", service: ["images": []], ".images: must be a list with at least one"),
    Mistake(
      "ecs", service: ["ecs": [["cluster": "c"], ["service": "a/b", "enviroment": "x"], "api"]],
      ".ecs[0].service: is missing",
      ".ecs[1].enviroment: is unknown; known are cluster, service, environment",
      ".ecs[1].service: must be a name, without a slash", ".ecs[2]: must be a map"),
    Mistake(
      "kubernetes",
      service: [
        "kubernetes": [
          ["namespace": "prod", "workload": "api"], ["workload": "Deployment/api/x"],
          ["cluster": "a/b", "namespace": "n", "workload": "Deployment/"],
        ]
      ],
      ".kubernetes[0].workload: must be KIND/NAME", ".kubernetes[1].namespace: is missing",
      ".kubernetes[1].workload: must be KIND/NAME",
      ".kubernetes[2].cluster: must be a name, without a slash",
      ".kubernetes[2].workload: must be KIND/NAME"),
    Mistake(
      "argocd", service: ["argocd": [["cluster": "x"], ["application": "a b"]]],
      ".argocd[0].cluster: is unknown; known are application, environment",
      ".argocd[0].application: is missing", ".argocd[1].application: must be printable"),
    Mistake(
      "patterns that would match nothing",
      service: ["ecs": [["cluster": "prod-*", "service": "*"]]],
      ".ecs[0].cluster: is no pattern; * stands for any cluster",
      ".ecs[0].service: is no pattern"),
  ]

  @Test("everything that is wrong is said", arguments: environmentMistakes + serviceMistakes)
  func everything(_ mistake: Mistake) {
    let found = CatalogReadingTests.problems(mistake.members)
    #expect(found.count == mistake.problems.count, "\(found)")
    for (problem, expected) in zip(found, mistake.problems) {
      #expect(problem.hasPrefix(expected), "\(problem)")
    }
  }

  @Test(
    "names that a reference could not hold are refused",
    arguments: [
      "a@b", "a~1", "a:b", "a,b", "a#1", "a/b", "a b", "a\tb", "a\u{A0}b", "a\u{200B}b", "", " ",
      String(repeating: "a", count: 101),
    ])
  func wrongNames(_ name: String) {
    let found = CatalogReadingTests.problems([
      "environments": [.string(name), ["name": .string(name + "2")]],
      "services": [["name": .string(name)]],
    ])
    #expect(found.count == 3 || (found.count == 2 && name.isEmpty), "\(found)")
    #expect(found.allSatisfy { $0.contains(".name: must be") || $0.hasPrefix("environments[0]: ") })
  }

  @Test("other names are taken", arguments: ["a", "a.b_c-d", "größe", "日本", "(x)"])
  func names(_ name: String) {
    #expect(CatalogReadingTests.problems(["services": [["name": .string(name)]]]).isEmpty)
  }

  @Test("an environment has to be one of the list, if there is one, by name or alias")
  func listed() {
    let services: JSON = [
      [
        "name": "api",
        "ecs": [
          ["service": "a", "environment": "prod"], ["service": "b", "environment": "live"],
          ["service": "c", "environment": "prd"], ["service": "d"],
        ],
      ]
    ]
    let environments: JSON = [["name": "prod", "aliases": ["live"]]]
    #expect(CatalogReadingTests.problems(["services": services]).isEmpty)
    #expect(
      CatalogReadingTests.problems(["services": services, "environments": environments])
        == ["services[0].ecs[2].environment: prd is not one of environments"])
  }

  @Test("at most 1,000 services, and no more than fit into an entry")
  func limits() {
    func services(_ count: Int, _ name: String) -> [String: JSON] {
      ["services": .array((0..<count).map { ["name": .string("\(name)\($0)")] })]
    }
    #expect(CatalogReadingTests.problems(services(700, "s")).isEmpty)
    let tooMany = CatalogReadingTests.problems(services(1_001, "s"))
    #expect(tooMany == ["services: has more than 1000 services"])
    let tooLarge = CatalogReadingTests.problems(
      services(1_000, String(repeating: "s", count: 60)))
    #expect(tooLarge.count == 1)
    #expect(tooLarge.first?.hasSuffix("bytes with the rest; 65535 fit") == true)
  }
}
