import Ledger

extension RecordingPolicy {
  /// Reads what stands under `recording`. `nil` when `reader` found anything wrong with it.
  public static func read(_ node: ConfigNode, _ reader: inout ConfigReader) -> RecordingPolicy? {
    let before = reader.problems.count
    let policy = reader.recording(node)
    return reader.problems.count == before ? policy : nil
  }

  /// Reads it alone, with all that is wrong at once.
  public init(reading node: ConfigNode) throws(PolicyProblems) {
    var reader = ConfigReader()
    guard let policy = RecordingPolicy.read(node, &reader) else {
      throw PolicyProblems(reader.problemsInOrder)
    }
    self = policy
  }
}

extension ConfigReader {
  fileprivate mutating func recording(_ node: ConfigNode) -> RecordingPolicy? {
    let allowed = ["audience", "issuer", "workflows", "platform-tokens"]
    guard let members = members(node, "recording", allowed: allowed) else { return nil }
    let issuer = issuer(members["issuer"])
    let audience = audience(members["audience"], in: node, issuer: issuer)
    let nodes = list(members["workflows"], in: node, "recording.workflows")
    if let first = nodes.first, nodes.count > RecordingPolicy.maximumRules {
      report(
        first, "recording.workflows", "has more than \(RecordingPolicy.maximumRules) rules")
    }
    let rules = nodes.enumerated().compactMap {
      workflowRule($0.element, "recording.workflows[\($0.offset)]")
    }
    let platforms = members["platform-tokens"].map { texts($0, "recording.platform-tokens") }
    guard let audience else { return nil }
    return RecordingPolicy(
      audience: audience, issuer: issuer, workflows: rules, platformTokens: platforms)
  }

  private mutating func issuer(_ node: ConfigNode?) -> String {
    let path = "recording.issuer"
    guard let node, let text = text(node, path, 1...255) else {
      return RecordingPolicy.defaultIssuer
    }
    if !IssuerAddress.isUsable(text) {
      report(node, path, "must be an https address, without a slash at the end")
    }
    return text
  }

  private mutating func audience(
    _ node: ConfigNode?, in parent: ConfigNode, issuer: String
  ) -> String? {
    let path = "recording.audience"
    guard let node else {
      report(parent, path, "is missing: name this ledger's own address")
      return nil
    }
    guard let text = text(node, path, 1...255) else { return nil }
    if !text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
      report(node, path, "must be ASCII without spaces")
    } else if IssuerAddress.isDefaultAudience(text, of: issuer) {
      report(
        node, path,
        "is the audience of tokens that name none: whoever is shown such a token could show it "
          + "here; name this ledger's own address")
    }
    return text
  }

  private mutating func workflowRule(_ node: ConfigNode, _ path: String) -> WorkflowRule? {
    let allowed = [
      "repository-id", "owner-id", "environments", "refs", "workflows", "job-workflows", "events",
    ]
    guard let members = members(node, path, allowed: allowed) else { return nil }
    let repository = id(members["repository-id"], in: node, "\(path).repository-id")
    let owner = id(members["owner-id"], in: node, "\(path).owner-id")
    let environments = texts(members["environments"], "\(path).environments")
    let refs = texts(members["refs"], "\(path).refs")
    let workflows = patterns(members["workflows"], "\(path).workflows")
    let jobWorkflows = patterns(members["job-workflows"], "\(path).job-workflows")
    let events = texts(members["events"], "\(path).events", 1...100)
    guard let repository, let owner else { return nil }
    return WorkflowRule(
      repositoryID: repository, ownerID: owner, environments: environments,
      refs: refs.map(BranchPattern.init), workflows: workflows, jobWorkflows: jobWorkflows,
      events: events)
  }

  private mutating func patterns(_ node: ConfigNode?, _ path: String) -> [WorkflowPattern] {
    guard let node else { return [] }
    return texts(node, path).compactMap { text in
      let pattern = WorkflowPattern(text)
      if pattern == nil { report(node, path, "must be of the form FILE@REF each") }
      return pattern
    }
  }
}

extension RecordingPolicy {
  /// As `ledger.yaml` has it, so that an entry can keep it.
  public var json: JSON {
    var members: [String: JSON] = [
      "audience": .string(audience), "issuer": .string(issuer),
      "workflows": .array(workflows.map(\.json)),
    ]
    if let platformTokens {
      members["platform-tokens"] = .array(platformTokens.map(JSON.string))
    }
    return .object(members)
  }

  /// `nil` for anything that a file may not say either.
  public init?(json: JSON) {
    var reader = ConfigReader()
    guard let policy = RecordingPolicy.read(ConfigNode(json), &reader) else { return nil }
    self = policy
  }
}

extension WorkflowRule {
  fileprivate var json: JSON {
    var members: [String: JSON] = ["repository-id": .int(repositoryID), "owner-id": .int(ownerID)]
    let lists = [
      "environments": environments, "refs": refs.map(\.text), "workflows": workflows.map(\.text),
      "job-workflows": jobWorkflows.map(\.text), "events": events,
    ]
    for (name, list) in lists where !list.isEmpty {
      members[name] = .array(list.map(JSON.string))
    }
    return .object(members)
  }
}
