import HTTPTypes
import Hummingbird
import NIOCore

/// Ends connections of clients that have stopped reading. The server underneath would wait for ever,
/// and with it what an answer that is made bit by bit holds: an export, somebody who looks on.
struct UnreadAnswers: RouterMiddleware {
  /// For which a part of an answer may wait.
  let limit: Duration

  func handle(
    _ request: Request, context: LedgerRequestContext,
    next: (Request, LedgerRequestContext) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    // What is made at once holds nothing.
    guard response.body.contentLength == nil else { return response }
    let (body, channel, limit) = (response.body, context.channel, TimeAmount(limit))
    response.body = ResponseBody { writer in
      try await body.write(Impatient(writer: writer, channel: channel, limit: limit))
    }
    return response
  }
}

private struct Impatient: ResponseBodyWriter {
  var writer: any ResponseBodyWriter
  let channel: any Channel
  let limit: TimeAmount

  mutating func write(_ buffer: ByteBuffer) async throws {
    let end = channel.eventLoop.scheduleTask(in: limit) { [channel] in
      channel.close(promise: nil)
    }
    defer { end.cancel() }
    try await writer.write(buffer)
  }

  consuming func finish(_ trailingHeaders: HTTPFields?) async throws {
    try await writer.finish(trailingHeaders)
  }
}
