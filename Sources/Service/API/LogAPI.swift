import Hummingbird
import Ledger
import Reports

/// The log as C2SP's tlog-tiles publishes it, and what else its verifiers need.
struct LogAPI: Sendable {
  private let service: ServiceDependencies

  init(_ service: ServiceDependencies) { self.service = service }

  /// `GET /checkpoint`
  @Sendable func checkpoint(
    _ request: Request, _ context: LedgerRequestContext
  ) async throws -> Response {
    try request.noParameters()
    guard let checkpoint = try await service.store.read({ try $0.checkpoint() }) else {
      throw Problem(.notFound, "unsigned", "The log is not signed: it has no key.")
    }
    var response = Response.text(checkpoint.note)
    response.headers[.cacheControl] = "no-cache"
    return response
  }

  /// `GET /v1/log`
  @Sendable func show(
    _ request: Request, _ context: LedgerRequestContext
  ) async throws -> Response {
    try request.noParameters()
    return .json(try await service.store.read { try LogReport(reading: $0) }.json)
  }
}
