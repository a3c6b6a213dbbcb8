import HTTPTypes
import Hummingbird
import Ledger
import Reports

/// `GET /v1/stream`: lines of the history as they come to be, as server-sent events (HTML Living
/// Standard, 9.2). The id of an event is the last entry that was looked at: with it as
/// `Last-Event-ID` nothing is missed and nothing is told twice.
struct StreamAPI: Sendable {
  /// Also without a sign it looks at the log this often.
  static let tick = Duration.seconds(1)
  static let ticksPerHeartbeat = 15

  private static let lastEventID = HTTPField.Name("Last-Event-ID")
  private let service: ServiceDependencies
  private let seats: Seats

  init(_ service: ServiceDependencies) {
    self.service = service
    seats = Seats(count: service.settings.streams)
  }

  @Sendable func open(_ request: Request, _ context: LedgerRequestContext) async throws -> Response
  {
    let following = try Following(request.parameters(allowed: Following.parameters))
    let last = try StreamAPI.last(request) ?? following.after
    guard let seat = seats.take() else {
      throw Problem(.serviceUnavailable, "busy", "\(service.settings.streams) others look on.")
    }
    let size = try await service.store.read { try $0.size() }
    let start = last.map { min($0 + 1, size) } ?? size
    return Response(
      status: .ok,
      headers: [
        .contentType: "text/event-stream", .cacheControl: "no-cache", .buffering: "no",
      ],
      body: ResponseBody { [service] writer in
        defer { seat.leave() }
        var stream = EventStream(service, following, from: start)
        try await stream.run(request, &writer)
        try await writer.finish(nil)
      })
  }

  private static func last(_ request: Request) throws -> Int64? {
    guard let lastEventID, let text = request.headers[lastEventID] else { return nil }
    guard let index = Int64(text), (0..<Int64.max).contains(index) else {
      throw Problem.invalid("Last-Event-ID", "must be the id of an event")
    }
    return index
  }
}

extension HTTPField.Name {
  /// Asks nginx to pass on what it gets.
  fileprivate static var buffering: HTTPField.Name {
    HTTPField.Name("X-Accel-Buffering") ?? .cacheControl
  }
}
