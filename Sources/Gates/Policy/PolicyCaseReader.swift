import Ledger

extension ConfigReader {
  /// Times of day are those of one day, in UTC.
  private static let day = "2026-01-01T"

  mutating func policyCases(_ root: ConfigNode) -> (policy: String, cases: [PolicyCase])? {
    guard let members = members(root, "", allowed: ["policy", "cases"]) else { return nil }
    guard let file = members["policy"] else {
      report(root, "policy", "is missing: the policy file that is tested, from here")
      return nil
    }
    let policy = text(file, "policy", 1...1_024)
    let cases = list(members["cases"], in: root, "cases").enumerated().compactMap {
      policyCase($0.element, "cases[\($0.offset)]")
    }
    return policy.map { ($0, cases) }
  }

  private mutating func policyCase(_ node: ConfigNode, _ path: String) -> PolicyCase? {
    let allowed = [
      "name", "gate", "base", "head", "evidence", "merged", "expect", "expect-summary-contains",
    ]
    guard let members = members(node, path, allowed: allowed) else { return nil }
    if let gate = members["gate"], text(gate, "\(path).gate", 1...20).map({ $0 != "merge" }) == true
    {
      report(gate, "\(path).gate", "is unknown; known is merge")
    }
    let name = required(members["name"], in: node, "\(path).name")
    let base = members["base"].flatMap { text($0, "\(path).base", 1...255) } ?? "main"
    let head = head(members["head"], "\(path).head")
    let evidence = evidence(members["evidence"], "\(path).evidence", head: head)
    let merged = members["merged"].flatMap { time($0, "\(path).merged") }
    let words = members["expect-summary-contains"].flatMap {
      text($0, "\(path).expect-summary-contains", 1...140)
    }
    guard let name, let expected = expected(members["expect"], in: node, "\(path).expect") else {
      return nil
    }
    checkFits(expected, members, node, path)
    return PolicyCase(
      name: name, base: base, head: head, evidence: evidence, mergedAt: merged,
      expected: expected, words: words)
  }

  private mutating func required(
    _ node: ConfigNode?, in parent: ConfigNode, _ path: String
  ) -> String? {
    guard let node else {
      report(parent, path, "is missing")
      return nil
    }
    return text(node, path, 1...255)
  }

  private mutating func expected(
    _ node: ConfigNode?, in parent: ConfigNode, _ path: String
  ) -> PolicyCase.Answer? {
    guard let word = required(node, in: parent, path) else { return nil }
    if let answer = PolicyCase.Answer(rawValue: word) { return answer }
    let known = PolicyCase.Answer.allCases.map(\.rawValue).joined(separator: ", ")
    report(node ?? parent, path, "is unknown; known are \(known)")
    return nil
  }

  private mutating func checkFits(
    _ answer: PolicyCase.Answer, _ members: Members, _ node: ConfigNode, _ path: String
  ) {
    let isAudit = members["merged"] != nil
    switch answer {
    case .unguarded: return
    case .verified, .bypass:
      if !isAudit { report(node, "\(path).merged", "is missing: only a merge can be that") }
    case .allow, .deny, .pending:
      if isAudit { report(node, "\(path).expect", "must be verified or bypass after a merge") }
    }
  }

  /// YAML reads some of them as numbers.
  private mutating func head(_ node: ConfigNode?, _ path: String) -> String {
    let text: String? =
      switch node?.content {
      case nil: ""
      case .scalar(.string(let text))?: text
      case .scalar(.int(let number))?: String(number)
      case .scalar(.number(let text))?: text
      default: nil
      }
    guard let text, text.utf8.count <= 40, text.allSatisfy({ $0.isHexDigit && !$0.isUppercase })
    else {
      if let node { report(node, path, "must be up to 40 hexadecimal digits, in quotes") }
      return String(repeating: "0", count: 40)
    }
    return text + String(repeating: "0", count: 40 - text.utf8.count)
  }

  private mutating func time(_ node: ConfigNode, _ path: String) -> Instant? {
    guard case .scalar(.string(let text)) = node.content else {
      report(node, path, "must be a time in quotes: \"10:05\"")
      return nil
    }
    let day = ConfigReader.day
    if let time = Instant(text) ?? Instant("\(day)\(text)Z") ?? Instant("\(day)\(text):00Z") {
      return time
    }
    report(node, path, "must be a time such as \"10:05\" or \"2026-11-20T10:05:00Z\"")
    return nil
  }

  // MARK: evidence

  private mutating func evidence(
    _ node: ConfigNode?, _ path: String, head: String
  ) -> [CheckRow] {
    guard let node else { return [] }
    guard case .list(let elements) = node.content else {
      report(node, path, "must be a list")
      return []
    }
    return elements.enumerated().compactMap { position, element in
      observed(element, "\(path)[\(position)]", head: head, run: Int64(position + 1))
    }
  }

  private mutating func observed(
    _ node: ConfigNode, _ path: String, head: String, run: Int64
  ) -> CheckRow? {
    guard case .map(let pairs) = node.content else {
      report(node, path, "must be a map")
      return nil
    }
    return pairs.contains { $0.key == "check" }
      ? checkRun(node, path, head, run) : commitStatus(node, path, head, run)
  }

  private mutating func checkRun(
    _ node: ConfigNode, _ path: String, _ head: String, _ run: Int64
  ) -> CheckRow? {
    let allowed = [
      "check", "app", "status", "conclusion", "started", "completed", "trigger", "run",
    ]
    guard let members = members(node, path, allowed: allowed) else { return nil }
    let name = required(members["check"], in: node, "\(path).check")
    let (slug, id) = app(members["app"], in: node, "\(path).app")
    let status = members["status"].flatMap { text($0, "\(path).status", 1...64) } ?? "completed"
    let conclusion = conclusion(members, node, path, isCompleted: status == "completed")
    let (started, completed) = times(members, path, isCompleted: status == "completed")
    let number = members["run"].map { self.id($0, in: node, "\(path).run") } ?? run
    let trigger =
      members["trigger"].map { text($0, "\(path).trigger", 1...64) } ?? "pull_request"
    guard let name, let number else { return nil }
    return CheckRow(
      observation: Observation(
        source: .checkRun, runID: number, headSHA: head, name: name, appID: id, appSlug: slug,
        status: status, conclusion: conclusion, startedAt: started, completedAt: completed),
      trigger: trigger, entry: run, readEntry: run)
  }

  private mutating func app(
    _ node: ConfigNode?, in parent: ConfigNode, _ path: String
  ) -> (slug: String?, id: Int64?) {
    switch node?.content {
    case .scalar(.string(let slug))? where !slug.isEmpty: return (slug, nil)
    case .scalar(.int(let id))? where id > 0: return (nil, id)
    case nil: report(parent, path, "is missing: the App that reports it, a slug or an id")
    default: report(node ?? parent, path, "must be an App's slug or its numeric id")
    }
    return (nil, nil)
  }

  private mutating func conclusion(
    _ members: Members, _ node: ConfigNode, _ path: String, isCompleted: Bool
  ) -> String? {
    let path = "\(path).conclusion"
    switch (members["conclusion"], isCompleted) {
    case (let word?, true): return text(word, path, 1...64)
    case (nil, true):
      report(node, path, "is missing: a run that is completed has one")
    case (let word?, false): report(word, path, "goes with the status completed alone")
    case (nil, false): break
    }
    return nil
  }

  /// What is left out is the other one, or the beginning of the day.
  private mutating func times(
    _ members: Members, _ path: String, isCompleted: Bool
  ) -> (Instant?, Instant?) {
    let completed = members["completed"].flatMap { time($0, "\(path).completed") }
    let started =
      members["started"].flatMap { time($0, "\(path).started") } ?? completed
      ?? Instant("\(ConfigReader.day)00:00:00Z")
    return (started, isCompleted ? completed ?? started : nil)
  }

  private mutating func commitStatus(
    _ node: ConfigNode, _ path: String, _ head: String, _ run: Int64
  ) -> CheckRow? {
    let allowed = ["status", "creator", "state", "at", "run"]
    guard let members = members(node, path, allowed: allowed) else { return nil }
    let name = required(members["status"], in: node, "\(path).status")
    let creator = id(members["creator"], in: node, "\(path).creator")
    let state = required(members["state"], in: node, "\(path).state")
    let at =
      members["at"].map { time($0, "\(path).at") } ?? Instant("\(ConfigReader.day)00:00:00Z")
    let number = members["run"].map { id($0, in: node, "\(path).run") } ?? run
    guard let name, let state, let number else { return nil }
    let isOpen = state == "pending"
    return CheckRow(
      observation: Observation(
        source: .status, runID: number, headSHA: head, name: name, creatorID: creator,
        status: isOpen ? "in_progress" : "completed", conclusion: isOpen ? nil : state,
        startedAt: at, completedAt: isOpen ? nil : at),
      trigger: nil, entry: run, readEntry: run)
  }
}
