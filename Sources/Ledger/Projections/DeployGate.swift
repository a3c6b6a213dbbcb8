/// Somebody asks: a pipeline, or GitHub before it lets a job into an environment.
enum DeployAsks: Projection {
  static let kinds: [Kind] = [.deployAsked, .protectionRuleRequest]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard stored.entry.kind == .protectionRuleRequest, let key = RuleAnswers.key(data) else {
      return []
    }
    return [
      Change(
        Tables.ruleAnswers, key: key, register: Tables.ruleAsked,
        order: orderKey(index: stored.index),
        values: [Scalar(stored.entry.received), .int(stored.index)])
    ]
  }

  static func subjects(of stored: Stored) -> [Subject] { [.deploy(ask: stored.index)] }
}

enum DeployVerdicts: Projection {
  static let kinds: [Kind] = [.deployVerdict]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let service = data["service"]?.string, let environment = data["environment"]?.string,
      let state = data["state"]?.string
    else { return [] }
    let (digest, commit) = (data["digest"]?.string, data["commit"]?.string)
    let table = Tables.deployVerdicts
    let order = orderKey(index: stored.index)
    let verdict = Change(
      table, key: [.int(stored.index)], register: table.registers[0], order: order,
      values: [
        .text(service), .text(environment), .text(digest ?? commit ?? ""),
        .text(data["variant"]?.string ?? ""), Scalar(digest), Scalar(commit), .text(state),
        Scalar(data["summary"]?.string), Scalar(data["is_temporary"]?.bool ?? false),
        Scalar(data["policy"]?.string), Scalar(data["ask"]?.int), Scalar(stored.entry.received),
      ])
    return [verdict] + line(stored, service, state) + wanted(stored, order)
  }

  private static func line(_ stored: Stored, _ service: String, _ state: String) -> [Change] {
    let data = stored.entry.data
    var line = HistoryLine("gate", "deploy/\(stored.index)")
    line.repository = data["repository_id"]?.int
    let isOne = !service.isEmpty && !service.contains(",")
    line.origin = isOne ? .service(service) : line.repository.map(Origin.repository)
    line.environment = data["environment"]?.string
    line.commit = data["commit"]?.string
    line.digest = data["digest"]?.string
    let at = stored.entry.received
    return line.told(at, by: stored, order: stored.tieBreak) + [
      line.ended(
        state == "allow" ? "allow" : "refused", at: at, note: data["summary"]?.string, by: stored,
        order: stored.tieBreak)
    ]
  }

  private static func wanted(_ stored: Stored, _ order: String) -> [Change] {
    let data = stored.entry.data
    guard let post = data["post"], let repository = data["repository_id"]?.int,
      let run = post["run"]?.int, let environment = post["environment"]?.string,
      let sha = post["sha"]?.string, let comment = post["comment"]?.string
    else { return [] }
    return [
      Change(
        Tables.ruleAnswers,
        key: [.int(repository), .int(run), .text(environment), .text(sha)],
        register: Tables.ruleWanted, order: order,
        values: [
          Scalar(post["state"]?.string), .text(comment), .int(stored.index),
          Scalar(data["ask"]?.int), Scalar(data["is_temporary"]?.bool ?? false),
        ])
    ]
  }
}

enum RuleAnswers: Projection {
  static let kinds: [Kind] = [.ruleAnswered]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let key = key(data) else { return [] }
    return [
      Change(
        Tables.ruleAnswers, key: key, register: Tables.ruleAnswered,
        order: orderKey(index: stored.index),
        values: [
          Scalar(data["state"]?.string), Scalar(data["comment"]?.string),
          Scalar(data["request"]?.int), .int(stored.index),
        ])
    ]
  }

  static func key(_ data: JSON) -> [Scalar]? {
    guard let repository = data["repository_id"]?.int, let run = data["run_id"]?.int,
      let environment = data["environment"]?.string, let sha = data["sha"]?.string
    else { return nil }
    return [.int(repository), .int(run), .text(environment), .text(sha)]
  }
}

/// `gate.bypass.v1` of the deploy gate: a line of its own beside that of the deployment.
enum DeployBypasses {
  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let node = data["node"]?.string else { return [] }
    let table = Tables.deployBypasses
    var line = HistoryLine("gate", "bypass/\(stored.index)")
    line.repository = data["repository_id"]?.int
    line.origin = data["origin"]?.string.flatMap(Origin.init(text:))
    line.environment = data["environment"]?.string
    line.commit = data["commit"]?.string
    line.digest = data["digest"]?.string
    line.actor = data["actor"]?.int
    let at = stored.entry.at ?? stored.entry.received
    return [
      Change(
        table, key: [.text(node)], register: table.registers[0],
        order: orderKey(index: stored.index),
        values: [Scalar(data["reason"]?.string), .int(stored.index)])
    ] + line.told(at, by: stored, order: stored.tieBreak) + [
      line.ended(
        "bypass", at: at, note: data["summary"]?.string, by: stored, order: stored.tieBreak)
    ]
  }
}
