import Ledger

/// One line of the history in full, with what it rests on.
public struct ShowQuestion: Question {
  public static let name = "show"
  public static let parameters: Set<String> = ["ref"]

  private let text: String
  private let reference: Reference

  public init(_ parameters: Parameters, now: Instant) throws(BadQuestion) {
    text = try parameters.required("ref")
    reference = try Reference(text, now: now)
  }

  public func answer(_ tables: any LedgerReader, now: Instant) throws -> JSON {
    let nodes = try Resolver(tables, text).nodes(reference)
    let chains = try nodes.map { try Chain(from: [$0], reading: tables) }
    // One sentence, however many of them are cut.
    let gaps = chains.first(where: \.isCut)?.gaps ?? []
    let items = try zip(nodes, chains).map { try item($0, $1, tables) }
    return try Envelope(
      schema: Self.schema, asOf: now.wholeSecond, reading: tables, more: gaps
    ).json(["reference": .string(text), "items": .array(items)])
  }

  private func item(_ node: Node, _ chain: Chain, _ tables: any LedgerReader) throws -> JSON {
    let line = try tables.lines(about: [node]).first
    let items = try ChainItem.items(of: chain, reading: tables)
    let (previous, next) = try line.map { try neighbours($0, tables) } ?? (nil, nil)
    let entries = try (line?.entries ?? []).compactMap { try tables.entry(at: $0) }
    return [
      "node": .string(node.text), "line": line?.json ?? .null,
      "gate": line.flatMap { own($0, entries) } ?? items.first { $0.node.stage == .pull }?
        .json["gate"] ?? .null,
      "previous": previous?.json ?? .null, "superseded_by": next?.json ?? .null,
      "chain": .array(items.map(\.json)), "entries": .array(entries.map(cited)),
      "integrity": try entries.first.map { try integrity($0, tables) } ?? .null,
    ]
  }

  /// What a gate's own line says, which need not be about the merge.
  private func own(_ line: HistoryRow, _ entries: [Stored]) -> JSON? {
    guard line.kind == "gate", let outcome = line.outcome,
      let stored = entries.last(where: { $0.entry.data["summary"]?.string != nil })
    else { return nil }
    return [
      "result": .string(outcome), "summary": stored.entry.data["summary"] ?? .null,
      "entry": .string(String(stored.index)),
    ]
  }

  private func cited(_ stored: Stored) -> JSON {
    [
      "index": .string(String(stored.index)), "kind": .string(stored.entry.kind.name),
      "received": .string(stored.entry.received.description), "source": stored.entry.source.shown,
    ]
  }

  private func integrity(_ stored: Stored, _ tables: any LedgerReader) throws -> JSON {
    [
      "index": .string(String(stored.index)), "leaf": .string(stored.leaf.hex),
      "size": .string(String(try tables.size())),
    ]
  }

  /// What ran before it in the same place, and what ran after it.
  private func neighbours(
    _ line: HistoryRow, _ tables: any LedgerReader
  ) throws -> (HistoryRow?, HistoryRow?) {
    guard ["deploy", "rollout"].contains(line.kind), let service = line.service,
      let environment = line.environment
    else { return (nil, nil) }
    var query = HistoryQuery()
    query.services = service.split(separator: ",").map(String.init)
    query.environments = [environment]
    query.kinds = [line.kind]
    query.isCounted = false
    query.outcomes = ["success", "rolled-back"]
    query.until = line.at
    query.limit = 1
    let previous = try tables.history(query).rows.first
    query.until = nil
    query.since = line.at.adding(seconds: 0.000_001)
    query.isAscending = true
    let next = try tables.history(query).rows.first
    return (previous, next)
  }
}

extension Source {
  /// Who told it, for people: no key, no delivery's secret, no name of a person.
  var shown: JSON {
    switch self {
    case .github(let event, let delivery, _): .string("github \(event) \(delivery)")
    case .githubAPI: "github-api"
    case .ledger: "ledger"
    case .kubernetes: "kubernetes"
    case .token(let name, _): .string("token \(name)")
    case .workflow(let workflow):
      .string("github-actions run \(workflow.runID) attempt \(workflow.attempt)")
    }
  }
}
