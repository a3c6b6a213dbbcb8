import Hummingbird
import Ledger
import Reports

/// `GET /v1/policy`: the policy in force.
struct PolicyAPI: Sendable {
  private let service: ServiceDependencies

  init(_ service: ServiceDependencies) { self.service = service }

  @Sendable func show(_ request: Request, _ context: LedgerRequestContext) async throws -> Response
  {
    try request.noParameters()
    let now = service.now().wholeSecond
    return .json(try await service.store.read { try PolicyReport.json(reading: $0, asOf: now) })
  }
}
