import Hummingbird
import Ledger
import Reports

/// `GET /v1/pulls/{owner}/{repo}/{number}/gate`
struct GateAPI: Sendable {
  private let service: ServiceDependencies

  init(_ service: ServiceDependencies) { self.service = service }

  @Sendable func show(_ request: Request, _ context: LedgerRequestContext) async throws -> Response
  {
    try request.noParameters()
    return .json(try await report(context).json)
  }

  func report(_ context: LedgerRequestContext) async throws -> GateReport {
    let (repository, number) = (try context.repository(), try context.integer("number"))
    let now = service.now().wholeSecond
    let report = try await service.store.read {
      try GateReport(repository: repository, pull: number, reading: $0, asOf: now)
    }
    guard let report else {
      throw Problem(
        .notFound, "not_found", "No delivery told of pull request \(repository)#\(number).")
    }
    return report
  }
}
