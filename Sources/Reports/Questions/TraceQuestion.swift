import Ledger

/// From any reference to the whole chain, in both directions.
public struct TraceQuestion: Question {
  public static let name = "trace"
  public static let parameters: Set<String> = ["ref"]

  private let text: String
  private let reference: Reference

  public init(_ parameters: Parameters, now: Instant) throws(BadQuestion) {
    text = try parameters.required("ref")
    reference = try Reference(text, now: now)
  }

  public func answer(_ tables: any LedgerReader, now: Instant) throws -> JSON {
    let starts = try Resolver(tables, text).nodes(reference)
    let chain = try Chain(from: starts, reading: tables)
    let items = try ChainItem.items(of: chain, reading: tables)
    return try Envelope(
      schema: Self.schema, asOf: now.wholeSecond, reading: tables, more: chain.gaps
    ).json([
      "reference": .string(text), "start": .array(starts.map { .string($0.text) }),
      "items": .array(items.map(\.json)), "links": .array(chain.sortedLinks.map(\.json)),
      "missing": .array(
        try (chain.missing() + ungated(items, tables)).map {
          ["stage": .string($0.stage), "reason": .string($0.reason)]
        }),
    ])
  }

  /// Merges that no gate looked at, although there is one.
  private func ungated(
    _ items: [ChainItem], _ tables: any LedgerReader
  ) throws -> [(stage: String, reason: String)] {
    guard try tables.currentPolicy() != nil else { return [] }
    return items.filter { $0.node.stage == .pull && $0.json["gate"] == .null }.map {
      ("gate", "no verdict is known about \($0.node.text)")
    }
  }
}

extension Chain {
  fileprivate var sortedLinks: [Link] {
    links.sorted { ($0.source, $0.target) < ($1.source, $1.target) }
  }
}
