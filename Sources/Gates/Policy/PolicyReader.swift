import Ledger

extension Policy {
  /// Reads a policy file's content. Throws everything that is wrong with it at once: an unknown key
  /// is an error, because a misspelt rule would silently guard nothing.
  public init(
    _ root: ConfigNode, confirmation: Confirmation
  ) throws(PolicyProblems) {
    var reader = ConfigReader()
    let gates = reader.policy(root)
    guard reader.problems.isEmpty else { throw PolicyProblems(reader.problemsInOrder) }
    self.init(
      merge: gates.merge, deploy: gates.deploy, admission: gates.admission,
      confirmation: confirmation)
  }
}

extension ConfigReader {
  typealias GateParts = (
    merge: MergePolicy?, deploy: DeployPolicy?, admission: AdmissionPolicy?
  )

  fileprivate mutating func policy(_ root: ConfigNode) -> GateParts {
    guard let members = members(root, "", allowed: ["version", "gates"]) else {
      return (nil, nil, nil)
    }
    return gates(members, in: root, areRequired: true)
  }

  /// `version` and `gates`, of the members at the top of a file.
  mutating func gates(
    _ members: Members, in root: ConfigNode, areRequired: Bool
  ) -> GateParts {
    if case .scalar(.int(1))? = members["version"]?.content {
    } else {
      report(members["version"] ?? root, "version", "must be 1")
    }
    guard let gates = members["gates"] else {
      if areRequired { report(root, "gates", "is missing: without gates nothing is guarded") }
      return (nil, nil, nil)
    }
    let known = ["merge", "deploy", "admission"]
    guard let members = self.members(gates, "gates", allowed: known) else {
      return (nil, nil, nil)
    }
    return (
      members["merge"].flatMap { merge($0) }, members["deploy"].flatMap { deploy($0) },
      members["admission"].flatMap { admission($0) }
    )
  }

  private mutating func merge(_ node: ConfigNode) -> MergePolicy? {
    let path = "gates.merge"
    let allowed = ["context", "branches", "checks", "strict", "on-bypass"]
    guard let members = members(node, path, allowed: allowed) else { return nil }
    let context = members["context"].flatMap { text($0, "\(path).context", 1...100) }
    let branches = list(members["branches"], in: node, "\(path).branches")
      .enumerated().compactMap { text($0.element, "\(path).branches[\($0.offset)]", 1...255) }
    let checks = checks(list(members["checks"], in: node, "\(path).checks"), "\(path).checks")
    var policy = MergePolicy(
      context: context ?? MergePolicy.defaultContext, branches: branches.map(BranchPattern.init),
      checks: checks, isStrict: members["strict"].map { flag($0, "\(path).strict") } ?? false)
    policy.onBypass = reactions(members["on-bypass"], "\(path).on-bypass")
    return policy
  }

  mutating func checks(_ nodes: [ConfigNode], _ path: String) -> [CheckRule] {
    var (checks, names): ([CheckRule], Set<String>) = ([], [])
    for (position, node) in nodes.enumerated() {
      guard let check = check(node, "\(path)[\(position)]") else { continue }
      if !names.insert("\(check.source) \(check.name)").inserted {
        report(node, "\(path)[\(position)]", "names \(check.name) twice")
      }
      checks.append(check)
    }
    if let first = nodes.first, nodes.count > MergePolicy.maximumChecks {
      report(first, path, "has more than \(MergePolicy.maximumChecks) checks")
    }
    return checks
  }

  private static let checkMembers = [
    "name", "app", "any-app", "status", "creator", "required", "triggers", "workflow", "accept",
  ]

  private mutating func check(_ node: ConfigNode, _ path: String) -> CheckRule? {
    guard let members = members(node, path, allowed: ConfigReader.checkMembers) else { return nil }
    let required = members["required"].map { flag($0, "\(path).required") } ?? true
    let accepted = acceptances(members["accept"], "\(path).accept")
    var rule =
      members["status"].map { status($0, members, node, path, required: required) }
      ?? checkRun(members, node, path, required: required)
    rule?.accepted = accepted
    return rule
  }

  private mutating func checkRun(
    _ members: Members, _ node: ConfigNode, _ path: String, required: Bool
  ) -> CheckRule? {
    guard let nameNode = members["name"] else {
      report(node, path, "needs name (a check run) or status (a commit status)")
      return nil
    }
    if let creator = members["creator"] {
      report(creator, "\(path).creator", "goes with status, not with name")
    }
    guard let name = text(nameNode, "\(path).name", 1...255),
      let reporter = app(members, node, path)
    else { return nil }
    var rule = CheckRule(name: name, reporter: reporter, isRequired: required)
    triggers(members, path, of: &rule)
    return rule
  }

  /// Only runs of Actions have a trigger and a workflow.
  private mutating func triggers(
    _ members: Members, _ path: String, of rule: inout CheckRule
  ) {
    for key in ["triggers", "workflow"] where !rule.isOfActions {
      if let node = members[key] { report(node, "\(path).\(key)", "goes with app: github-actions") }
    }
    let words = texts(members["triggers"], "\(path).triggers", 1...64)
    if let node = members["triggers"], words.contains(CheckRule.untrustedTrigger) {
      report(node, "\(path).triggers", "a run of \(CheckRule.untrustedTrigger) is never evidence")
    }
    rule.triggers = Set(words).sorted()
    rule.workflow = members["workflow"].flatMap { text($0, "\(path).workflow", 1...255) }
  }

  private mutating func app(
    _ members: Members, _ node: ConfigNode, _ path: String
  ) -> CheckRule.Reporter? {
    if let any = members["any-app"] {
      if let app = members["app"] { report(app, "\(path).app", "contradicts any-app") }
      if flag(any, "\(path).any-app") { return .anyApp }
    }
    switch members["app"]?.content {
    case .scalar(.int(let id)) where id > 0: return .appID(id)
    case .scalar(.string(let slug)) where !slug.isEmpty: return .app(slug: slug)
    case nil:
      report(
        node, "\(path).app",
        "is missing: anyone who may write could report this check; name the App that does "
          + "(app: github-actions), or write any-app: true")
    default:
      report(members["app"] ?? node, "\(path).app", "must be an App's slug or its numeric id")
    }
    return nil
  }

  private mutating func status(
    _ status: ConfigNode, _ members: Members, _ node: ConfigNode, _ path: String, required: Bool
  ) -> CheckRule? {
    for key in ["name", "app", "any-app", "triggers", "workflow"] {
      if let wrong = members[key] { report(wrong, "\(path).\(key)", "does not go with status") }
    }
    guard let name = text(status, "\(path).status", 1...255) else { return nil }
    guard case .scalar(.int(let id))? = members["creator"]?.content, id > 0 else {
      report(
        members["creator"] ?? node, "\(path).creator",
        "must be the numeric id of who posts this status: a status has no App to pin")
      return nil
    }
    return CheckRule(name: name, reporter: .creator(id: id), isRequired: required)
  }
}
