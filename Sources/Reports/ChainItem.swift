import Ledger

/// One node of a chain with everything that is known about it.
struct ChainItem {
  let node: Node
  let line: HistoryRow?
  let details: [String: JSON]

  var json: JSON {
    var members: [String: JSON] = [
      "node": .string(node.text), "stage": .string(node.stage.rawValue),
      "line": line?.json ?? .null, "pull": .null, "gate": .null, "instance": .null,
    ]
    members.merge(details) { $1 }
    return .object(members)
  }

  /// In the order of the chain, and of time within a stage.
  static func items(of chain: Chain, reading tables: any LedgerReader) throws -> [ChainItem] {
    let nodes = chain.nodes.sorted()
    let rows = try tables.lines(about: nodes)
    let byNode = Dictionary(rows.map { (Node($0), $0) }) { first, _ in first }
    return try nodes.map { node in
      ChainItem(node: node, line: byNode[node], details: try details(of: node, tables))
    }.sorted {
      ($0.node.stage.place, $0.line?.at ?? .distantPast, $0.node.subject)
        < ($1.node.stage.place, $1.line?.at ?? .distantPast, $1.node.subject)
    }
  }

  private static func details(
    of node: Node, _ tables: any LedgerReader
  ) throws -> [String: JSON] {
    switch node.stage {
    case .pull: try pull(node, tables)
    case .task: ["instance": try tables.instance(node.subject)?.json ?? .null]
    default: [:]
    }
  }

  private static func pull(_ node: Node, _ tables: any LedgerReader) throws -> [String: JSON] {
    let parts = node.subject.split(separator: "/").compactMap { Int64($0) }
    guard parts.count == 2, let row = try tables.pull(parts[0], parts[1]) else { return [:] }
    let repository = try tables.repository(parts[0]) ?? RepositoryRow(id: parts[0], name: "")
    let merger = try row.merge?.by.map { id -> JSON in
      ["id": .string(String(id)), "login": .optional(try tables.login(id))]
    }
    return [
      "pull": [
        "repository": repository.json, "number": .string(String(row.number)),
        "state": .string(row.merge == nil ? (row.isOpen ? "open" : "closed") : "merged"),
        "merged_at": .optional(row.merge?.at), "merged_by": merger ?? .null,
        "head": .string(row.merge?.headSHA ?? row.headSHA), "base": .string(row.baseRef),
      ], "gate": try GateAnswer(row, tables).json,
    ]
  }
}

/// How the gate of a pull request decided: about its merge, or else about its head.
struct GateAnswer {
  let json: JSON

  init(_ pull: PullRow, _ tables: any LedgerReader) throws {
    if let audit = try tables.audit(pull.repository, pull.number) {
      json = GateAnswer.json(audit.result, audit.summary, audit.entry)
    } else if let verdict = try tables.verdict(
      pull.repository, pull.number, head: pull.merge?.headSHA ?? pull.headSHA)
    {
      json = GateAnswer.json(verdict.state, verdict.summary, verdict.entry)
    } else {
      json = .null
    }
  }

  private static func json(_ result: String, _ summary: String, _ entry: Int64) -> JSON {
    [
      "result": .string(result), "summary": .string(summary), "entry": .string(String(entry)),
    ]
  }
}

extension InstanceRow {
  var json: JSON {
    [
      "id": .string(id), "status": .optional(status), "revision": .optional(revision),
      "digest": .optional(digest), "started_at": .optional(startedAt),
      "stopped_at": .optional(stoppedAt), "seen_at": .optional(seenAt), "note": .optional(note),
      "entry": .string(String(entry)),
    ]
  }
}

extension Instant {
  static let distantPast = Instant(microseconds: .min)
}
