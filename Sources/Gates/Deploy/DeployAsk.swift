import Ledger

extension DeployRequest {
  /// What an entry asks; `nil` when it asks nothing.
  init?(_ stored: Stored, _ collector: DeployCollector) throws {
    switch stored.entry.kind {
    case .protectionRuleRequest: self.init(rule: stored.entry.data, collector)
    case .deployAsked:
      if let index = stored.entry.data["request"]?.int {
        guard let request = try collector.tables.entry(at: index) else { return nil }
        self.init(rule: request.entry.data, collector)
      } else {
        self.init(asked: stored.entry.data, collector.catalog)
      }
    default: return nil
    }
  }

  /// The members of `gate.deploy_asked.v1`.
  public init?(asked data: JSON, _ catalog: Catalog) {
    guard let service = data["service"]?.string, let environment = data["environment"]?.string
    else { return nil }
    self.init(
      services: [service], environment: catalog.canonical(environment),
      digest: data["digest"]?.string, commit: data["commit"]?.string)
    repository = data["repository_id"]?.int
    replicas = data["replicas"]?.int
    isRollback = data["rollback"]?.bool ?? false
    refusal = data["refusal"]?.string
  }

  /// GitHub asks about a commit; `deployment` may be null, the commit is always there.
  private init?(rule data: JSON, _ collector: DeployCollector) {
    guard let repository = data["repository_id"]?.int, let run = data["run_id"]?.int,
      let environment = data["environment"]?.string, let sha = data["sha"]?.string
    else { return nil }
    let place = collector.catalog.place(
      of: .repository(repository), in: environment, collector.names)
    self.init(
      services: place.isMapped ? place.services : [],
      environment: place.environment ?? environment, digest: nil, commit: sha)
    self.repository = repository
    self.run = run
    self.sha = sha
    ruleEnvironment = environment
  }
}
