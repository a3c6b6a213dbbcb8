import Hummingbird
import Ledger
import Reports

/// `GET /v1/status`: how the ledger itself is.
struct StatusAPI: Sendable {
  /// Whoever has so many waiting needs no exact number.
  static let countedUpTo = 1_000
  private let service: ServiceDependencies

  init(_ service: ServiceDependencies) { self.service = service }

  @Sendable func show(_ request: Request, _ context: LedgerRequestContext) async throws -> Response
  {
    try request.noParameters()
    let state = try await service.store.read { tables in
      (
        size: try tables.size(),
        due: try tables.dueStatuses(limit: StatusAPI.countedUpTo).count,
        oldest: try tables.oldestDueStatus(),
        reads: try tables.dueReads(limit: StatusAPI.countedUpTo).count,
        policy: try tables.currentPolicy(), completeness: try Completeness(tables),
        witnesses: try WitnessReport(reading: tables)
      )
    }
    let asOf = service.now().wholeSecond
    let gaps = state.completeness.gaps(asOf: asOf)
    return .json(
      Envelope(schema: "ledger.status/1", asOf: asOf, gaps: gaps).json([
        "version": .string(service.settings.version), "entries": .int(state.size),
        "policy": .optional(state.policy),
        "outbox": [
          "due": .int(Int64(state.due)), "oldest": .optional(state.oldest),
          "reads": .int(Int64(state.reads)),
        ],
        "deliveries": [
          "complete_to": .optional(state.completeness.completeTo),
          "outstanding": .int(Int64(state.completeness.outstanding.count)),
          "lost": .int(Int64(state.completeness.lost.count)),
          "recovered": .int(Int64(state.completeness.recovered)),
        ],
        "witnesses": state.witnesses.json,
        "reconciler": await service.reconciler?.state.json ?? .null,
      ]))
  }
}
