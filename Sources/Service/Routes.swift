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
  /// It concerns all repositories: nothing for a bearer that is bound to some.
  var concernsAll = false

  /// What the router knows it by.
  fileprivate var place: String { pattern ?? path }
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
        handler: ForgetAPI(service).forget, concernsAll: true),
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
        handler: ReconcileAPI(service).start, concernsAll: true),
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
      let seats = question is InventoryQuestion.Type ? Seats(count: 8) : nil
      let api = QuestionsAPI(service, question.name, seats: seats)
      return get("/v1/\(question.name)", api.answer, .token(.read))
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
    register(routes ?? all(service), at: router) { route in
      { request, context in try await answer(request, context, route, gatekeeper) }
    }
    return router
  }

  private static func answer(
    _ request: Request, _ context: LedgerRequestContext, _ route: Route, _ gatekeeper: Gatekeeper
  ) async throws -> Response {
    var context = context
    do { context.admitted = try await gatekeeper.admit(request, route.access) } catch let
      problem as Problem
    {
      guard let page = route.lockedPage, problem.status == .unauthorized, request.wantsPage
      else { throw problem }
      return page(problem)
    }
    if route.concernsAll, let bound = context.admitted?.repositories {
      throw Problem.bound(bound, "\(route.path) concerns all.")
    }
    return try await route.handler(request, context).kept(as: route.access)
  }

  /// What `helloOnly` lists, and a 404 for everything else.
  public static func helloRouter(_ service: HelloDependencies) -> Router<LedgerRequestContext> {
    let router = router(service, Problems(missing: HelloOnly.missing))
    register(helloOnly(service), at: router) { $0.handler }
    return router
  }

  // MARK: methods

  /// Those of RFC 9110, 9.3, and of RFC 5789. CONNECT is left out: it names no path.
  private static let methods: [HTTPRequest.Method] = [
    .get, .head, .post, .put, .patch, .delete, .options, .trace,
  ]

  /// With HEAD where there is GET (RFC 9110, 9.1), and a refusal of every other method.
  private static func register(
    _ routes: [Route], at router: Router<LedgerRequestContext>,
    by handler: (Route) -> Route.Handler
  ) {
    for route in routes {
      let (place, handler) = (RouterPath(route.place), handler(route))
      router.on(place, method: route.method, use: handler)
      guard route.method == .get else { continue }
      router.on(place, method: .head) { try await handler($0, $1).headOnly }
    }
    for (place, routes) in Dictionary(grouping: routes, by: \.place) {
      refuseOthers(than: routes, RouterPath(place), at: router)
    }
  }

  /// - Parameter routes: all of one place.
  private static func refuseOthers(
    than routes: [Route], _ place: RouterPath, at router: Router<LedgerRequestContext>
  ) {
    let allowed = methods.filter { method in
      routes.contains { $0.method == method || $0.method == .get && method == .head }
    }
    for method in methods where !allowed.contains(method) {
      router.on(place, method: method) { _, _ -> Response in
        throw Problem.method(method, allowed: allowed)
      }
    }
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

extension Response {
  /// A cache that several share does not know `X-API-Key` for a credential, and would keep the
  /// answer to it (RFC 9111, 3.5).
  fileprivate func kept(as access: Route.Access) -> Response {
    guard access != .open, headers[.cacheControl] == nil else { return self }
    var response = self
    response.headers[.cacheControl] = "no-store"
    return response
  }

  /// Connections leaves the body out, so that nothing is streamed. What has no length would be
  /// framed as chunks all the same, and their end be read as the start of the next answer.
  fileprivate var headOnly: Response {
    guard body.contentLength == nil else { return self }
    var response = self
    response.headers[.connection] = "close"
    return response
  }
}
