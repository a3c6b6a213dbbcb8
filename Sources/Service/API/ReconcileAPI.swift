import HTTPTypes
import Hummingbird
import Ledger
import NIOCore
import Reports

/// `POST /v1/reconcile`: compares GitHub's deliveries with the log now, or joins the run that is
/// under way, or waits behind it to look further back, and tells each step as a line of JSON until
/// it is done. The run goes on when nobody listens.
struct ReconcileAPI: Sendable {
  private let service: ServiceDependencies

  init(_ service: ServiceDependencies) { self.service = service }

  @Sendable func start(_ request: Request, _ context: LedgerRequestContext) async throws -> Response
  {
    let parameters = try request.parameters(allowed: ["since"])
    let since = try parameters.instant("since", now: service.now())
    guard let reconciler = service.reconciler else {
      throw Problem(
        .conflict, "no_credentials", "There are no GitHub credentials: GitHub cannot be asked.",
        hint: "ledger serve takes them from LEDGER_GITHUB_TOKEN.")
    }
    let steps = await reconciler.start(since: since).steps()
    return Response(
      status: .ok,
      headers: [.contentType: "application/x-ndjson", .cacheControl: "no-cache"],
      body: ResponseBody { writer in
        for await step in steps {
          try await writer.write(ByteBuffer(string: step.json.canonicalString + "\n"))
        }
        try await writer.finish(nil)
      })
  }
}

extension ReconcilerState {
  /// As `GET /v1/status` shows it.
  var json: JSON {
    [
      "reconciled_at": .optional(reconciledAt), "running": .bool(isRunning),
      "problems": .array(problems.map(JSON.string)), "next_at": .optional(nextAt),
    ]
  }

  /// As `ledger doctor` shows it; `nil` when there is nothing to say.
  var check: JSON? {
    guard !problems.isEmpty else { return nil }
    return [
      "name": "reconciling", "state": "warning",
      "detail": .string(
        problems.count == 1 ? problems[0] : "\(problems.count) things could not be done"),
      "hint": .optional(nextAt.map { "It goes on at \($0)." }),
      "items": .array(problems.count == 1 ? [] : problems.prefix(20).map(JSON.string)),
    ]
  }
}
