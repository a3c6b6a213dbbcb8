import Hummingbird
import Ledger
import Reports

/// Turns every thrown error into a problem document. What a client did wrong is a 4xx; anything else
/// is logged here and told to nobody.
struct Problems: RouterMiddleware {
  /// The answer where there is no route.
  var missing = Problem.notFound

  func handle(
    _ request: Request, context: LedgerRequestContext,
    next: (Request, LedgerRequestContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let problem as Problem {
      return problem.response
    } catch let question as BadQuestion {
      return Problem(question).response
    } catch let error as HTTPError {
      return problem(error).response
    } catch let error as StoreError {
      return Problems.problem(error, context).response
    } catch {
      context.logger.error("unexpected error", metadata: ["error": "\(error)"])
      return Problem(.internalServerError, "internal", "Something went wrong here.").response
    }
  }

  private func problem(_ error: HTTPError) -> Problem {
    switch error.status {
    case .notFound: missing
    case .contentTooLarge:
      Problem(
        .contentTooLarge, "too_large", "The body is too large.", closesConnection: true)
    default:
      Problem(error.status, "refused", error.body ?? error.status.reasonPhrase)
    }
  }

  private static func problem(_ error: StoreError, _ context: LedgerRequestContext) -> Problem {
    if error != .busy { context.logger.error("the store failed", metadata: ["error": "\(error)"]) }
    if error == .damagedRow {
      return Problem(
        .internalServerError, "internal", "A row of the ledger's file is damaged.",
        hint: "ledger verify names it.")
    }
    return Problem(
      .serviceUnavailable, error == .busy ? "busy" : "store", "This cannot be stored now.",
      hint: "Nothing was acknowledged; send it again.")
  }
}

/// RFC 9112, 3.2: a request with no Host, or with more than one, is refused. The server underneath
/// takes both: it keeps a second Host as an ordinary field.
struct OneHost: RouterMiddleware {
  func handle(
    _ request: Request, context: LedgerRequestContext,
    next: (Request, LedgerRequestContext) async throws -> Response
  ) async throws -> Response {
    guard request.head.authority != nil,
      !request.headers.contains(where: { $0.name.canonicalName == "host" })
    else {
      throw Problem(
        .badRequest, "host", "A request has exactly one Host.", closesConnection: true)
    }
    return try await next(request, context)
  }
}

struct RequestMetrics: RouterMiddleware {
  let metrics: Metrics

  func handle(
    _ request: Request, context: LedgerRequestContext,
    next: (Request, LedgerRequestContext) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    metrics.begin()
    defer { metrics.end() }
    let response = try await next(request, context)
    let elapsed = ContinuousClock.now - start
    metrics.observe(
      seconds: elapsed / .seconds(1), code: response.status.code,
      method: request.method.rawValue, route: context.endpointPath ?? "none")
    return response
  }
}
