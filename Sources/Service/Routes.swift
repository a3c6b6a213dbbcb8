import Hummingbird
import Reports

/// Who may ask. Each scope includes the ones before it.
public enum Scope: String, Sendable, CaseIterable, Comparable {
  case read, record
  /// May let pass what a gate does not.
  case override
  case admin

  public static func < (left: Scope, right: Scope) -> Bool {
    (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
  }
}

public struct Route: Sendable {
  public typealias Handler = @Sendable (Request, LedgerRequestContext) async throws -> Response

  public enum Access: Sendable, Equatable {
    /// Anyone; or the route authenticates by itself, as a webhook does by its signature.
    case open
    case token(Scope)
  }

  public let method: HTTPRequest.Method
  /// `/v1/entries/{index}`
  public let path: String
  public let access: Access
  let handler: Handler
  /// What the router knows it by, where a parameter of `path` spans several steps.
  var pattern: String?
  /// What a browser is shown instead of the problem that it needs a token.
  var lockedPage: (@Sendable (Problem) -> Response)?
}

/// The one list of everything that can be asked for. `schema/openapi.yaml` describes the same list.
public enum Routes {
  public static func all(_ service: ServiceDependencies) -> [Route] {
    let health = Health(service)
    let platforms = PlatformWebhooks(service)
    let pages: Route.Access = service.settings.pagesArePrivate ? .token(.read) : .open
    let entries: Route.Access = service.settings.logIsPublic ? .open : .token(.read)
    return hello(service.hello) + [
      get("/health", health.health), get("/livez", health.live), get("/readyz", health.ready),
      get("/metrics", MetricsPage(service).show),
      Route(
        method: .post, path: "/webhooks/github", access: .open,
        handler: GitHubWebhook(service).receive),
      Route(
        method: .post, path: "/webhooks/aws", access: .token(.record), handler: platforms.aws),
      Route(
        method: .post, path: "/webhooks/argocd", access: .token(.record), handler: platforms.argo),
      Route(
        method: .post, path: "/webhooks/cdevents", access: .token(.record),
        handler: platforms.cdEvents),
      get("/checkpoint", LogAPI(service).checkpoint),
      get("/v1/log", LogAPI(service).show),
      tiles("/tile/{level}/{tile}", "/tile/{level}/**", service, .open),
      tiles("/tile/entries/{tile}", "/tile/entries/**", service, entries),
      get("/v1/stream", StreamAPI(service).open, .token(.read)),
      Route(
        method: .post, path: "/v1/exports", access: .token(.record),
        handler: ExportsAPI(service).create),
      get("/v1/entries", EntriesAPI(service).list, .token(.read)),
      get("/v1/entries/{index}", EntriesAPI(service).show, .token(.read)),
      get("/v1/evidence", EvidenceAPI(service).totals, .token(.admin)),
      get("/v1/evidence/{sha256}", EvidenceAPI(service).show, .token(.admin)),
      Route(
        method: .post, path: "/v1/people/forget", access: .token(.admin),
        handler: ForgetAPI(service).forget),
      get("/v1/pulls/{owner}/{repo}/{number}/gate", GateAPI(service).show, .token(.read)),
      Route(
        method: .post, path: "/v1/policies/simulate", access: .token(.read),
        handler: SimulationAPI(service).run),
      get("/v1/policy", PolicyAPI(service).show, .token(.read)),
      Route(
        method: .post, path: "/v1/gates/deploy", access: .token(.record),
        handler: DeployGateAPI(service).ask),
      get("/v1/gates/deploy/{decision}", DeployGateAPI(service).show, .token(.read)),
      get("/v1/status", StatusAPI(service).show, .token(.read)),
      Route(
        method: .post, path: "/v1/reconcile", access: .token(.admin),
        handler: ReconcileAPI(service).start),
      Route(
        method: .post, path: "/v1/tokens", access: .token(.admin),
        handler: TokensAPI(service).create),
      get("/v1/tokens", TokensAPI(service).list, .token(.admin)),
      Route(
        method: .delete, path: "/v1/tokens/{hash}", access: .token(.admin),
        handler: TokensAPI(service).revoke),
      Route(
        method: .post, path: "/v1/gates/overrides", access: .token(.override),
        handler: OverridesAPI(service).create),
      get("/v1/gates/overrides", OverridesAPI(service).list, .token(.read)),
      Route(
        method: .delete, path: "/v1/gates/overrides/{entry}", access: .token(.override),
        handler: OverridesAPI(service).revoke),
      get("/ledger/{owner}/{repo}/pull/{number}", GatePage(service).show, pages),
      Route(
        method: .get, path: "/ledger/entries/{index}", access: pages == .open ? entries : pages,
        handler: EntryPage(service).show, lockedPage: EntryPage.locked),
      get("/ledger/verify.js", EntryPage(service).script),
    ] + RecordsAPI(service).routes + SnapshotsAPI(service).routes + questions(service)
  }

  /// What is answered over TLS to a cluster's API server, and nowhere else.
  public static func admission(_ service: ServiceDependencies, _ settings: AdmissionSettings)
    -> [Route]
  {
    let health = Health(service)
    return [
      Route(
        method: .post, path: "/admission", access: .open,
        handler: AdmissionAPI(service, settings).review),
      get("/livez", health.live), get("/readyz", health.ready),
    ]
  }

  private static func hello(_ dependencies: HelloDependencies) -> [Route] {
    let hello = Hello(dependencies)
    return [
      get("/", hello.world), get("/version", hello.version), get("/ping", hello.ping),
      get("/app", hello.app), get("/demo/hello", hello.delayed),
      get("/demo/random-error", hello.randomError),
    ]
  }

  /// Of a server that has no ledger.
  static func helloOnly(_ service: HelloDependencies) -> [Route] {
    hello(service) + HelloOnly(service).routes
  }

  private static func questions(_ service: ServiceDependencies) -> [Route] {
    Questions.all.map { question in
      get("/v1/\(question.name)", QuestionsAPI(service, question.name).answer, .token(.read))
    }
  }

  private static func tiles(
    _ path: String, _ pattern: String, _ service: ServiceDependencies, _ access: Route.Access
  ) -> Route {
    Route(
      method: .get, path: path, access: access, handler: TilesAPI(service).show, pattern: pattern)
  }

  private static func get(
    _ path: String, _ handler: @escaping Route.Handler, _ access: Route.Access = .open
  ) -> Route {
    Route(method: .get, path: path, access: access, handler: handler)
  }

  /// - Parameter routes: `nil` for all.
  public static func router(
    _ service: ServiceDependencies, _ routes: [Route]? = nil
  ) -> Router<LedgerRequestContext> {
    let router = router(service.hello, Problems())
    let gatekeeper = Gatekeeper(service)
    for route in routes ?? all(service) {
      router.on(RouterPath(route.pattern ?? route.path), method: route.method) { request, context in
        var context = context
        do { context.admitted = try await gatekeeper.admit(request, route.access) } catch let
          problem as Problem
        {
          guard let page = route.lockedPage, problem.status == .unauthorized, request.wantsPage
          else { throw problem }
          return page(problem)
        }
        return try await route.handler(request, context)
      }
    }
    return router
  }

  /// What `helloOnly` lists, and a 404 for everything else.
  public static func helloRouter(_ service: HelloDependencies) -> Router<LedgerRequestContext> {
    let router = router(service, Problems(missing: HelloOnly.missing))
    for route in helloOnly(service) {
      router.on(RouterPath(route.path), method: route.method, use: route.handler)
    }
    return router
  }

  private static func router(
    _ service: HelloDependencies, _ problems: Problems
  ) -> Router<LedgerRequestContext> {
    let router = Router(context: LedgerRequestContext.self)
    router.add(middleware: RequestMetrics(metrics: service.metrics))
    router.add(middleware: Connections(linger: service.settings.deliveries.linger))
    router.add(middleware: UnreadAnswers(limit: service.settings.deliveries.unread))
    router.add(middleware: problems)
    router.add(middleware: OneHost())
    return router
  }
}

extension Request {
  /// As a browser asks that was led here.
  fileprivate var wantsPage: Bool { headers[.accept]?.contains("text/html") == true }
}
