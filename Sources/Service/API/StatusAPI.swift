import Hummingbird
import Ledger
import Reports

/// `GET /v1/status`: how the ledger itself is.
struct StatusAPI: Sendable {
  private let service: ServiceDependencies

  init(_ service: ServiceDependencies) { self.service = service }

  @Sendable func show(_ request: Request, _ context: LedgerRequestContext) async throws -> Response
  {
    try request.noParameters()
    let state = try await service.store.read { tables in
      (
        size: try tables.size(), due: try tables.dueStatuses(limit: 1_000).count,
        oldest: try tables.oldestDueStatus(), reads: try tables.dueReads(limit: 1_000).count,
        policy: try tables.currentPolicy()
      )
    }
    return .json(
      Envelope(schema: "ledger.status/1", asOf: service.now().wholeSecond).json([
        "version": .string(service.settings.version), "entries": .int(state.size),
        "policy": .optional(state.policy),
        "outbox": [
          "due": .int(Int64(state.due)), "oldest": .optional(state.oldest),
          "reads": .int(Int64(state.reads)),
        ],
      ]))
  }
}
