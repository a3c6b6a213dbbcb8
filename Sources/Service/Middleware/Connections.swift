import Hummingbird
import NIOCore

/// Ends connections. The server underneath leaves a connection open although an answer says
/// `Connection: close`, and reads a body that nobody asked for to its end, however long that takes.
struct Connections: RouterMiddleware {
  /// For a client that is still sending: closing at once would reset the connection, and the reset
  /// would overtake the answer.
  let linger: Duration

  func handle(
    _ request: Request, context: LedgerRequestContext,
    next: (Request, LedgerRequestContext) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    if request.method == .head {
      // Its length stays; the body itself would be read as the start of the next answer.
      let length = response.headers[.contentLength]
      response.body = ResponseBody()
      response.headers[.contentLength] = length
    }
    if Connections.hasBody(request), !context.body.isRead {
      response.headers[.connection] = "close"
    }
    guard response.headers[.connection] == "close" else { return response }
    let (body, channel, linger) = (response.body, context.channel, linger)
    response.body = ResponseBody(contentLength: body.contentLength) { writer in
      try await body.write(writer)
      Connections.end(channel, after: linger)
    }
    return response
  }

  private static func end(_ channel: any Channel, after linger: Duration) {
    channel.close(mode: .output, promise: nil)
    Task {
      try await Task.sleep(for: linger)
      channel.close(promise: nil)
    }
  }

  private static func hasBody(_ request: Request) -> Bool {
    if request.headers[.transferEncoding] != nil { return true }
    return request.headers[.contentLength].map { $0 != "0" } ?? false
  }
}
