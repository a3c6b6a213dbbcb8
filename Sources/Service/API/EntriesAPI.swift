import Hummingbird
import Ledger
import Reports

/// `GET /v1/entries` and `GET /v1/entries/{index}`: the log itself.
struct EntriesAPI: Sendable {
  static let maximumPage: Int64 = 1_000
  private let service: ServiceDependencies

  init(_ service: ServiceDependencies) { self.service = service }

  @Sendable func list(_ request: Request, _ context: LedgerRequestContext) async throws -> Response
  {
    let parameters = try request.parameters(allowed: ["from", "limit", "kind"])
    let from = try parameters.integer("from", in: 0...Int64.max) ?? 0
    let limit = try Int(parameters.integer("limit", in: 1...EntriesAPI.maximumPage) ?? 100)
    let kind = try parameters.one("kind").map { Kind($0) }
    let (entries, size) = try await service.store.read {
      (try $0.entries(from: from, limit: limit, kind: kind), try $0.size())
    }
    let next = entries.count == limit ? entries.last.map { $0.index + 1 } : nil
    return .json(
      Envelope(schema: "ledger.entries/1", asOf: service.now().wholeSecond, gaps: []).json([
        "items": .array(entries.map(\.json)), "size": .int(size),
        "next_cursor": .optional(next.map(String.init)),
      ]))
  }

  @Sendable func show(_ request: Request, _ context: LedgerRequestContext) async throws -> Response
  {
    try request.noParameters()
    let index = try context.integer("index")
    guard let stored = try await service.store.read({ try $0.entry(at: index) }) else {
      throw Problem(.notFound, "not_found", "There is no entry \(index).")
    }
    return .json(stored.json)
  }
}
