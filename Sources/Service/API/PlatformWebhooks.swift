import HTTPTypes
import Hummingbird
import Ledger
import Webhooks

/// `POST /webhooks/aws`, `/webhooks/argocd` and `/webhooks/cdevents`: senders that sign nothing and
/// are known by the token that they bring.
struct PlatformWebhooks: Sendable {
  /// EventBridge allows an event 256 KiB; a list of them is what `ledger ingest` and newer targets
  /// of EventBridge send.
  private static let largestList = 4 << 20
  /// One event, or one synchronisation with all of its images.
  private static let largestEvent = 1 << 20

  private let service: ServiceDependencies
  private let appending: Appending
  private let lists: RequestBodies
  private let events: RequestBodies

  init(_ service: ServiceDependencies) {
    self.service = service
    appending = Appending(service)
    let deadline = service.settings.deliveries.deadline
    lists = RequestBodies(
      BodyLimits(one: Self.largestList, together: 64 << 20, deadline: deadline))
    events = RequestBodies(
      BodyLimits(one: Self.largestEvent, together: 64 << 20, deadline: deadline))
  }

  @Sendable func aws(_ request: Request, _ context: LedgerRequestContext) async throws -> Response {
    let caller = try reporter(context)
    let body = try await lists.read(request, context)
    return try await appending.append(
      all: refusing { () throws(PlatformRefusal) in
        try EventBridge.submissions(
          body: body, received: service.now(), source: { caller.source(identity: $0) })
      })
  }

  @Sendable func argo(
    _ request: Request, _ context: LedgerRequestContext
  ) async throws -> Response {
    let caller = try reporter(context)
    let body = try await events.read(request, context)
    return try await appending.append(
      refusing { () throws(PlatformRefusal) in
        try ArgoSync.submission(
          body: body, received: service.now(), source: { caller.source(identity: $0) })
      })
  }

  @Sendable func cdEvents(
    _ request: Request, _ context: LedgerRequestContext
  ) async throws -> Response {
    let caller = try reporter(context)
    let body = try await events.read(request, context)
    return try await appending.append(
      refusing { () throws(PlatformRefusal) in
        let message = try CloudEvent(body: body) { name in
          HTTPField.Name(name).map { request.headers[values: $0] } ?? []
        }
        return try CDEvents.submission(
          for: message, received: service.now(), source: { caller.source(identity: $0) })
      })
  }

  /// None of these events names the repository that it is about.
  private func reporter(_ context: LedgerRequestContext) throws -> Caller {
    let caller = try context.caller
    if let reason = caller.refusal(toReportAbout: nil) {
      throw Problem(
        .forbidden, "repository", reason,
        hint: "What platforms say is about no one repository: use a token that is not bound to any."
      )
    }
    try service.recording.checkPlatform(caller)
    return caller
  }

  private func refusing<Value>(_ read: () throws(PlatformRefusal) -> Value) throws -> Value {
    do throws(PlatformRefusal) { return try read() } catch { throw Problem(error) }
  }
}

extension Problem {
  /// More of them than this help nobody.
  private static let faultsShown = 20
  /// Bytes of one: it may quote a member's name from the body.
  private static let faultSize = 200

  fileprivate init(_ refusal: PlatformRefusal) {
    switch refusal {
    case .body(let reason): self.init(.badRequest, "body", "The body is \(reason).")
    case .contentType(let reason): self.init(.unsupportedMediaType, "content_type", reason)
    case .members(let faults):
      let shown = faults.prefix(Problem.faultsShown).map { String($0.prefix(Problem.faultSize)) }
      let rest = faults.count - shown.count
      self.init(
        .unprocessableContent, "fields",
        shown.joined(separator: "; ") + (rest > 0 ? "; and \(rest) more" : "") + ".")
    }
  }
}
