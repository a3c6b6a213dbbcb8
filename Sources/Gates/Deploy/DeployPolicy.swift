import Ledger

/// What must hold before something may be deployed, as `gates.deploy` of `ledger.yaml` says it. What
/// no part of it is about may not be deployed at all.
public struct DeployPolicy: Hashable, Sendable {
  public var environments: [EnvironmentRules]

  public init(environments: [EnvironmentRules]) { self.environments = environments }

  /// All parts that are about one of the services in this environment: each of them has to hold.
  func parts(
    _ services: [String], in environment: String, _ catalog: Catalog
  ) -> [EnvironmentRules] {
    environments.filter { part in
      catalog.canonical(part.environment) == environment
        && (part.services.isEmpty || services.contains(where: part.services.contains))
    }
  }
}

/// The rules of one environment, for some services or for all.
public struct EnvironmentRules: Hashable, Sendable {
  public var environment: String
  /// Empty for all.
  public var services: [String]
  /// Whether what the bearer of an API token says of an image's commit counts, if the token is bound
  /// to the repository.
  public var trustsTokens: Bool
  public var rules: [any DeployRule]

  public init(
    environment: String, services: [String] = [], trustsTokens: Bool = false,
    rules: [any DeployRule]
  ) {
    self.environment = environment
    self.services = services
    self.trustsTokens = trustsTokens
    self.rules = rules
  }

  public static func == (left: EnvironmentRules, right: EnvironmentRules) -> Bool {
    left.json == right.json
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(json) }

  var json: JSON {
    var members: [String: JSON] = ["environment": .string(environment)]
    if !services.isEmpty { members["services"] = .array(services.map(JSON.string)) }
    if trustsTokens { members["trust-tokens"] = true }
    for rule in rules { members[type(of: rule).key] = rule.json }
    return .object(members)
  }
}

extension DeployPolicy {
  var json: JSON { ["environments": .array(environments.map(\.json))] }
}

/// One condition of the deploy gate: a pure function of the evidence.
public protocol DeployRule: Sendable {
  /// Its name in the file, and in findings.
  static var key: String { get }
  static func read(_ node: ConfigNode, _ path: String, _ reader: inout ConfigReader) -> Self?
  /// As the file has it.
  var json: JSON { get }
  func findings(_ evidence: DeployCase) -> [DeployFinding]
}

/// The one list of the rules, in the order in which their findings are shown.
enum DeployRules {
  static let all: [any DeployRule.Type] = [
    ImageRecordedRule.self, AttestedRule.self, MergeGateRule.self, BranchRule.self,
    CommitChecksRule.self, ScanRule.self, ApprovalsRule.self, OrderRule.self, NotOlderRule.self,
    FreezeRule.self, ReplicasRule.self,
  ]
}

/// A rule that is there or is not: `merge-gate: true`.
public protocol FlagRule: DeployRule { init() }

extension FlagRule {
  public static func read(
    _ node: ConfigNode, _ path: String, _ reader: inout ConfigReader
  ) -> Self? {
    guard case .scalar(.bool(true)) = node.content else {
      reader.report(node, path, "must be true; leave it out for what is not wanted")
      return nil
    }
    return Self()
  }

  public var json: JSON { true }
}
