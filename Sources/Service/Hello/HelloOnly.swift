import Hummingbird
import Ledger

/// The hello applications by themselves: no state, so that any number of replicas is the same.
struct HelloOnly: Sendable {
  static let missing = Problem(
    .notFound, "not_found", "This server answers the hello applications alone.",
    hint: "It was started with --hello-only. The ledger is another server.")

  private let hello: HelloDependencies

  init(_ hello: HelloDependencies) { self.hello = hello }

  var routes: [Route] {
    [
      Route(method: .get, path: "/health", access: .open, handler: health),
      Route(method: .get, path: "/livez", access: .open, handler: live),
      Route(method: .get, path: "/readyz", access: .open, handler: live),
      Route(method: .get, path: "/metrics", access: .open, handler: metrics),
    ]
  }

  /// There is nothing to check beyond that the process answers.
  @Sendable private func health(_ request: Request, _ context: LedgerRequestContext) -> Response {
    .json(Health.document(isGood: true, result: [:], hello))
  }

  @Sendable private func live(_ request: Request, _ context: LedgerRequestContext) -> Response {
    .text("ok\n")
  }

  @Sendable private func metrics(_ request: Request, _ context: LedgerRequestContext) -> Response {
    MetricsPage.response(hello.metrics.text() + MetricsPage.process(hello.process()))
  }
}
