import Ledger

/// Finds what a reference means.
struct Resolver {
  static let maximumCandidates = 20

  let tables: any LedgerReader
  let text: String

  init(_ tables: any LedgerReader, _ text: String) {
    self.tables = tables
    self.text = text
  }

  /// One thing, or for a service without an environment one for each environment.
  func nodes(_ reference: Reference) throws -> [Node] {
    switch reference {
    case .entry(let index): return try lines(citing: index)
    case .service(let service, let environment, let which):
      return try deployments(service, environment, which).map { Node($0) }
    case .commit(let prefix): return [try only(.commit, prefix, "sha:")]
    case .digest(let prefix): return [try only(.image, prefix, "")]
    case .taskDefinition(let name): return [try known(.taskDefinition(name))]
    case .pull(let repository, let number): return [try pull(repository, number)]
    case .node(let node): return [try known(node)]
    }
  }

  private func lines(citing index: Int64) throws -> [Node] {
    let rows = try tables.lines(citing: index)
    guard !rows.isEmpty else {
      throw BadQuestion.nothing("entry \(index) tells no line of the history")
    }
    return rows.map { Node($0) }
  }

  /// The deployments that a reference means: one for each environment.
  func deployments(
    _ service: String, _ environment: String?, _ which: Reference.Which
  ) throws -> [HistoryRow] {
    let timeline = Timeline(tables, service: service)
    let environments = try environment.map { [$0] } ?? timeline.environments()
    let rows = try environments.compactMap { try timeline.deployment(in: $0, which) }
    guard rows.isEmpty else { return rows }
    throw BadQuestion.nothing(
      try timeline.environments().isEmpty
        ? "nothing was ever deployed of \(service)" : "no deployment matches \(text)")
  }

  private func only(_ stage: Node.Stage, _ prefix: String, _ word: String) throws -> Node {
    let found = try tables.nodes(stage, prefix: prefix, limit: Resolver.maximumCandidates + 1)
    guard let first = found.first else { throw BadQuestion.nothing("nothing matches \(text)") }
    guard found.count == 1 else {
      throw BadQuestion.ambiguous(
        text, candidates: found.prefix(Resolver.maximumCandidates).map { word + $0.subject })
    }
    return first
  }

  private func known(_ node: Node) throws -> Node {
    guard try tables.nodes(node.stage, prefix: node.subject, limit: 1).first == node else {
      throw BadQuestion.nothing("nothing matches \(text)")
    }
    return node
  }

  private func pull(_ repository: String?, _ number: Int64) throws -> Node {
    let names = try tables.repositoryNames()
    let wanted = repository?.lowercased()
    let found = try names.filter { wanted == nil || $0.value.lowercased() == wanted }
      .filter { try tables.pull($0.key, number) != nil }
    guard let first = found.first else { throw BadQuestion.nothing("nothing matches \(text)") }
    guard found.count == 1 else {
      throw BadQuestion.ambiguous(
        text,
        candidates: found.values.sorted().prefix(Resolver.maximumCandidates)
          .map { "\($0)#\(number)" })
    }
    return .pull(first.key, number)
  }
}

extension Node {
  /// What a line of the history is about. A merge is the end of a pull request.
  init(_ row: HistoryRow) {
    if row.kind == "merge" {
      self = Node(.pull, row.subject)
    } else {
      self = Node(Stage(rawValue: row.kind) ?? .task, row.subject)
    }
  }
}
