import Ledger

extension ConfigReader {
  private static let about = ["environment", "services", "trust-tokens"]

  mutating func deploy(_ node: ConfigNode) -> DeployPolicy? {
    let path = "gates.deploy"
    guard let members = members(node, path, allowed: ["environments"]) else { return nil }
    let list = list(members["environments"], in: node, "\(path).environments")
    return DeployPolicy(
      environments: list.enumerated().compactMap {
        environment($0.element, "\(path).environments[\($0.offset)]")
      })
  }

  private mutating func environment(_ node: ConfigNode, _ path: String) -> EnvironmentRules? {
    let keys = DeployRules.all.map { $0.key }
    guard let members = members(node, path, allowed: ConfigReader.about + keys) else { return nil }
    guard let name = members["environment"] else {
      report(node, "\(path).environment", "is missing")
      return nil
    }
    let rules: [any DeployRule] = DeployRules.all.compactMap { rule in
      members[rule.key].flatMap { rule.read($0, "\(path).\(rule.key)", &self) }
    }
    if keys.allSatisfy({ members[$0] == nil }) {
      report(node, path, "has no rule: \(keys.joined(separator: ", "))")
    }
    let trusts = members["trust-tokens"].map { flag($0, "\(path).trust-tokens") } ?? false
    guard let environment = text(name, "\(path).environment", 1...255) else { return nil }
    return EnvironmentRules(
      environment: environment, services: texts(members["services"], "\(path).services"),
      trustsTokens: trusts, rules: rules)
  }

  mutating func duration(_ node: ConfigNode, _ path: String) -> Int64? {
    if case .scalar(.string(let text)) = node.content, let seconds = DurationText.seconds(text) {
      return seconds
    }
    report(node, path, "must be a time such as 30m, 12h or 7d")
    return nil
  }
}
