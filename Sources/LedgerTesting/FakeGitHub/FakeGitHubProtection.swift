import Hummingbird
import Ledger

extension FakeGitHub {
  public struct RequiredCheck: Hashable, Sendable {
    public var context: String
    public var appID: Int64?

    public init(_ context: String, appID: Int64? = nil) {
      self.context = context
      self.appID = appID
    }
  }

  struct BranchRules {
    var rulesets: [RequiredCheck]?
    var protection: [RequiredCheck]?
  }

  /// What a branch requires; `nil` is no rule at all, an empty list a rule without checks.
  public func require(
    rulesets: [RequiredCheck]? = nil, protection: [RequiredCheck]? = nil, on branch: String,
    in repository: String
  ) {
    state.withLock {
      $0.rules[Place(repository, branch)] = BranchRules(
        rulesets: rulesets, protection: protection)
    }
  }

  /// A private repository on a plan without rules.
  public func setUnenforceable(_ repository: String) {
    state.withLock { _ = $0.unenforceable.insert(Place(repository, "")) }
  }

  static let upgrade =
    "Upgrade to GitHub Pro or make this repository public to enable this feature."

  func branchRules(_ call: Incoming) -> Response {
    guard let rules = rules(call.target) else { return error(403, FakeGitHub.upgrade) }
    var found: [JSON] = []
    if let checks = rules.rulesets {
      let source: [String: JSON] = [
        "ruleset_source_type": "Repository", "ruleset_source": .string(call.target.repository),
        "ruleset_id": 42,
      ]
      found.append(JSON.object(source).adding(["type": "deletion"]))
      let rule: JSON = [
        "type": "required_status_checks",
        "parameters": [
          "required_status_checks": .array(checks.map { $0.json("integration_id") }),
          "strict_required_status_checks_policy": false,
        ],
      ]
      if !checks.isEmpty { found.append(rule.adding(source)) }
    }
    return list(found, call) { JSON.array(Array($0)).canonicalString }
  }

  func branchProtection(_ call: Incoming) -> Response {
    guard let rules = rules(call.target) else { return error(403, FakeGitHub.upgrade) }
    guard let checks = rules.protection else { return error(404, "Branch not protected") }
    var json: JSON = ["url": .string(base(call) + call.request.uri.path)]
    if !checks.isEmpty {
      json = json.adding([
        "required_status_checks": [
          "strict": true, "contexts": .array(checks.map { .string($0.context) }),
          "checks": .array(checks.map { $0.json("app_id") }),
        ]
      ])
    }
    return tagged(call, json.canonicalString)
  }

  /// `nil` when the plan has none.
  private func rules(_ target: Target) -> BranchRules? {
    state.withLock { state in
      if state.unenforceable.contains(Place(target.repository, "")) { return nil }
      return state.rules[Place(target.repository, target.name)] ?? BranchRules()
    }
  }
}

extension FakeGitHub.RequiredCheck {
  fileprivate func json(_ app: String) -> JSON {
    var members: [String: JSON] = ["context": .string(context)]
    if let appID { members[app] = .int(appID) } else if app == "app_id" { members[app] = .null }
    return .object(members)
  }
}
