import Hummingbird
import Ledger
import Reports

/// `GET /v1/history`
struct HistoryAPI: Sendable {
  static let maximumPage: Int64 = 1_000
  private static let parameters: Set = [
    "service", "environment", "repository", "kind", "commit", "digest", "since", "until", "cursor",
    "limit",
  ]

  private let service: ServiceDependencies

  init(_ service: ServiceDependencies) { self.service = service }

  @Sendable func list(_ request: Request, _ context: LedgerRequestContext) async throws -> Response
  {
    let parameters = try Query(request, allowed: HistoryAPI.parameters)
    var query = HistoryQuery()
    query.services = parameters.all("service")
    query.environments = parameters.all("environment")
    query.repositories = parameters.all("repository")
    query.kinds = parameters.all("kind")
    query.commit = try parameters.one("commit")
    query.digest = try parameters.one("digest")
    query.since = try parameters.instant("since")
    query.until = try parameters.instant("until")
    query.cursor = try parameters.integer("cursor", in: 0...Int64.max)
    query.limit = try Int(parameters.integer("limit", in: 1...HistoryAPI.maximumPage) ?? 20)
    let asked = query
    let rows = try await service.store.read { try $0.history(asked) }
    return .json(HistoryPage(rows, asOf: service.now().wholeSecond).json)
  }
}
