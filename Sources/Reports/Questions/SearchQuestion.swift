import Ledger

/// Lines of the history that hold a text anywhere.
public struct SearchQuestion: Question {
  public static let name = "search"
  public static let parameters: Set<String> = ["q", "limit"]

  private let text: String
  private let limit: Int

  public init(_ parameters: Parameters, now: Instant) throws(BadQuestion) {
    text = try parameters.required("q")
    guard (2...200).contains(text.count) else {
      throw .parameter("q", "must have 2 to 200 characters")
    }
    limit = Int(try parameters.integer("limit", in: 1...HistoryQuestion.maximumPage) ?? 20)
  }

  public func answer(_ tables: any LedgerReader, now: Instant) throws -> JSON {
    // One more than is shown tells whether there are more.
    let rows = try tables.search(text, limit: limit + 1)
    return try Envelope(schema: Self.schema, asOf: now.wholeSecond, reading: tables).json([
      "query": .string(text), "items": .array(rows.prefix(limit).map(\.json)),
      "has_more": .bool(rows.count > limit),
    ])
  }
}

/// What there is to complete: names that filters and references know.
public struct NamesQuestion: Question {
  public static let name = "names"
  public static let parameters: Set<String> = []

  public init(_ parameters: Parameters, now: Instant) throws(BadQuestion) {}

  public func answer(_ tables: any LedgerReader, now: Instant) throws -> JSON {
    let cells = try Cells(tables)
    let listed = cells.catalog.services.map(\.name)
    let known = cells.catalog.environments.map(\.name)
    return Envelope(schema: Self.schema, asOf: now.wholeSecond, gaps: []).json([
      "services": strings(Set(cells.services + listed).sorted()),
      "environments": strings(known + cells.environments().filter { !known.contains($0) }),
      "repositories": strings(try tables.repositoryNames().values.sorted()),
      "kinds": strings(HistoryRow.kinds),
    ])
  }

  private func strings(_ values: [String]) -> JSON { .array(values.map(JSON.string)) }
}
