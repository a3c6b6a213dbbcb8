import HTTPTypes
import Hummingbird
import Ledger
import NIOCore

extension FakeGitHub {
  /// Largest request body that is read, in bytes.
  private static let maximumBody = 1_000_000

  /// One request: read, record, meet its fault or be carried out.
  func respond(to request: Request, on connection: FakeServer.Connection) async throws -> Response {
    let body = try await request.body.collect(upTo: FakeGitHub.maximumBody)
    let target = target(of: request)
    let received = received(request, target.route, String(buffer: body))
    let fault = state.withLock { state in
      state.record(received)
      return state.fault(for: target.route)
    }
    file?.append(received)
    announce()
    let call = Incoming(request: request, target: target, body: body)
    return try await respond(to: call, meeting: fault, on: connection)
  }

  /// A request that was read.
  struct Incoming {
    let request: Request
    let target: Target
    let body: ByteBuffer

    /// `nil` unless the body is a JSON object.
    var json: JSON? {
      guard case .success(let json) = Result(catching: { try JSON.parse(body.readableBytesView) }),
        json.object != nil
      else { return nil }
      return json
    }
  }

  private func respond(
    to call: Incoming, meeting fault: Fault?, on connection: FakeServer.Connection
  ) async throws -> Response {
    switch fault {
    case nil: return await carryOut(call)
    case .answer(let status, let headers, let body):
      return response(status, headers: headers, text: body)
    case .headers(let headers): return await carryOut(call).with(headers)
    case .emptyList: return await carryOut(call, emptyList: true)
    case .perform(let action):
      await action()
      return await carryOut(call)
    case .late(let seconds):
      let answer = await carryOut(call)
      try await Task.sleep(for: .seconds(seconds))
      return answer
    case .hang(let seconds):
      try await Task.sleep(for: .seconds(seconds))
      return try await cut(connection)
    case .cut:
      _ = await carryOut(call)
      return try await cut(connection)
    case .refuse: return try await cut(connection)
    }
  }

  /// The response goes nowhere: its connection is closed.
  private func cut(_ connection: FakeServer.Connection) async throws -> Response {
    try await connection.channel.close()
    return Response(status: .internalServerError)
  }

  private func received(_ request: Request, _ route: Route, _ body: String) -> ReceivedRequest {
    var headers: [String: String] = [:]
    if let authority = request.head.authority { headers["host"] = authority }
    for field in request.headers { headers[field.name.canonicalName] = field.value }
    if let credentials = headers["authorization"] {
      headers["authorization"] =
        credentials.hasPrefix("Bearer ") ? "Bearer [redacted]" : "[redacted]"
    }
    return ReceivedRequest(
      at: now(), route: route, method: request.method.rawValue, path: request.uri.path,
      query: request.uri.query ?? "", headers: headers, body: body)
  }
}

extension Response {
  /// With `fields` in place of its own of the same names. Names that are no field names are left out.
  fileprivate func with(_ fields: [String: String]) -> Response {
    var response = self
    for (name, value) in fields {
      guard let name = HTTPField.Name(name) else { continue }
      response.headers[name] = value
    }
    return response
  }
}
