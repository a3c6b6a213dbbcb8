import Ledger

/// What lies between two references: pull requests, authors, images, revisions.
public struct DiffQuestion: Question {
  public static let name = "diff"
  public static let parameters: Set<String> = ["from", "to"]

  private let from, to: (text: String, reference: Reference)

  public init(_ parameters: Parameters, now: Instant) throws(BadQuestion) {
    let (left, right) = (try parameters.required("from"), try parameters.required("to"))
    from = (left, try Reference(left, now: now))
    to = (right, try Reference(right, now: now))
  }

  public func answer(_ tables: any LedgerReader, now: Instant) throws -> JSON {
    let (left, right) = (try Side(from, tables), try Side(to, tables))
    let distance = try Distance(from: left.landing, to: right.landing, tables)
    let pulls = try distance.pulls.map { try json($0, tables) }
    // Both ends may hang together with too much; one sentence says it.
    let gaps = left.gaps.isEmpty ? right.gaps : left.gaps
    return try Envelope(
      schema: Self.schema, asOf: now.wholeSecond, reading: tables, more: gaps
    ).json([
      "from": left.json, "to": right.json, "direction": .string(distance.direction.rawValue),
      "pulls": .array(pulls), "authors": .array(authors(pulls)),
      "commits": pair(left, right, \.landing.commit), "digests": pair(left, right, \.line?.digest),
      "revisions": pair(left, right, \.line?.revision), "reason": .optional(distance.reason),
    ])
  }

  private func pair(_ left: Side, _ right: Side, _ path: KeyPath<Side, String?>) -> JSON {
    ["from": .optional(left[keyPath: path]), "to": .optional(right[keyPath: path])]
  }

  private func authors(_ pulls: [JSON]) -> [JSON] {
    var seen: Set<JSON> = []
    return pulls.compactMap { $0["author"] }.filter { $0 != .null && seen.insert($0).inserted }
  }

  private func json(_ pull: PullRow, _ tables: any LedgerReader) throws -> JSON {
    let repository = try tables.repository(pull.repository)
    return [
      "repository": (repository ?? RepositoryRow(id: pull.repository, name: "")).json,
      "number": .string(String(pull.number)), "merged_at": .optional(pull.merge?.at),
      "merged_by": try person(pull.merge?.by, tables), "author": try person(pull.author, tables),
      "merge_sha": .optional(pull.merge?.sha),
    ]
  }

  private func person(_ id: Int64?, _ tables: any LedgerReader) throws -> JSON {
    guard let id else { return .null }
    return ["id": .string(String(id)), "login": .optional(try tables.login(id))]
  }

  /// One end of the comparison.
  private struct Side {
    let text: String
    let line: HistoryRow?
    let landing: Landing
    /// Of the chain that its commit was looked for in.
    let gaps: [Envelope.Gap]

    init(_ asked: (text: String, reference: Reference), _ tables: any LedgerReader) throws {
      text = asked.text
      let nodes = try Resolver(tables, asked.text).nodes(asked.reference)
      guard let node = nodes.first, nodes.count == 1 else {
        throw BadQuestion.ambiguous(
          asked.text, candidates: try tables.lines(about: nodes).compactMap(\.cellName))
      }
      line = try tables.lines(about: [node]).first
      let (commit, gaps) = try Side.commit(of: node, line, tables)
      self.gaps = gaps
      landing = try Landing(commit: commit, tables)
    }

    private static func commit(
      of node: Node, _ line: HistoryRow?, _ tables: any LedgerReader
    ) throws -> (String?, [Envelope.Gap]) {
      if node.stage == .commit { return (node.subject, []) }
      if let commit = line?.commit { return (commit, []) }
      let chain = try Chain(from: [node], reading: tables)
      return (chain.nodes.sorted().last { $0.stage == .commit }?.subject, chain.gaps)
    }

    var json: JSON { ["reference": .string(text), "deployment": line?.json ?? .null] }
  }
}

extension HistoryRow {
  fileprivate var cellName: String? {
    guard let service, let environment else { return nil }
    return "\(service)@\(environment)"
  }
}
