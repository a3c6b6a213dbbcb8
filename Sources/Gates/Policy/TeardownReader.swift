import Ledger

extension ConfigReader {
  /// What stands under `teardown`.
  mutating func teardown(_ node: ConfigNode?) -> TeardownPolicy {
    var policy = TeardownPolicy()
    let allowed = ["kept", ReplicasRule.key]
    guard let node, let members = members(node, "teardown", allowed: allowed) else { return policy }
    if case .map(let pairs) = node.content, pairs.isEmpty {
      report(node, "teardown", "says nothing")
    }
    if let list = members["kept"] { policy.kept = kept(list) }
    if let most = members[ReplicasRule.key] {
      let path = "teardown.\(ReplicasRule.key)"
      policy.maxReplicas = number(most, in: node, path, 1...10_000) ?? policy.maxReplicas
    }
    return policy
  }

  private mutating func kept(_ node: ConfigNode) -> [KeptRule] {
    list(node, in: node, "teardown.kept").enumerated().compactMap {
      rule($0.element, "teardown.kept[\($0.offset)]")
    }
  }

  private mutating func rule(_ node: ConfigNode, _ path: String) -> KeptRule? {
    guard let members = members(node, path, allowed: ["type", "name", "reason"]) else {
      return nil
    }
    let parts = ["type", "name", "reason"].map { part($0, members, node, path) }
    guard let type = parts[0], let name = parts[1], let reason = parts[2] else { return nil }
    guard type.contains(where: { $0 != "*" }) || name.contains(where: { $0 != "*" }) else {
      report(node, path, "keeps everything")
      return nil
    }
    return KeptRule(type: type, name: name, reason: reason)
  }

  private mutating func part(
    _ name: String, _ members: Members, _ parent: ConfigNode, _ path: String
  ) -> String? {
    guard let node = members[name] else {
      report(parent, "\(path).\(name)", "is missing")
      return nil
    }
    return text(node, "\(path).\(name)", 1...255)
  }
}
