import AsyncHTTPClient
import Ledger
import NIOCore

/// Looks on over `GET /v1/stream`, and goes on where it was when the connection breaks.
struct ServerStream {
  /// A server sends at least a heartbeat every 15 seconds.
  private static let client: HTTPClient = {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout = .init(connect: .seconds(10), read: .seconds(45))
    configuration.connectionPool.retryConnectionEstablishment = false
    return HTTPClient(configuration: configuration)
  }()
  private static let longestRefusal = 1 << 20
  private static let longestPause = 30

  private let server: ServerSource
  private let target: String
  private var lastID: String?
  private var isOpen = false
  private var failures = 0

  init(_ server: ServerSource, _ parameters: [(String, String)]) {
    self.server = server
    target = ServerSource.target("/v1/stream", parameters)
  }

  /// A server that was never reached, and one that says no, end it.
  func run(_ tell: @Sendable (Followed) async throws -> Void) async throws {
    var stream = self
    while !Task.isCancelled {
      do { try await stream.connect(tell) } catch let lost as Lost {
        guard stream.isOpen else { throw lost.failure }
      }
      let pause = stream.nextPause()
      Console.error("the connection ended; trying again in \(pause) s")
      try await Task.sleep(for: .seconds(pause))
    }
  }

  /// It may be back in a while.
  private struct Lost: Error {
    let failure: Failure
  }

  /// Seconds: 1, 2, 4, …, from the start again once something came in.
  private mutating func nextPause() -> Int {
    failures += 1
    return min(ServerStream.longestPause, 1 << min(failures - 1, 10))
  }

  private mutating func connect(
    _ tell: @Sendable (Followed) async throws -> Void
  ) async throws {
    var request = server.request(.get, target)
    request.headers.replaceOrAdd(name: "Accept", value: "text/event-stream")
    if let lastID { request.headers.add(name: "Last-Event-ID", value: lastID) }
    let response = try await losing { [request] in
      try await ServerStream.client.execute(request, timeout: .hours(24 * 365))
    }
    guard response.status == .ok else { return try await refuse(response) }
    if !isOpen { try await tell(.opened) }
    isOpen = true
    var parser = EventParser(lastID: lastID)
    var chunks = response.body.makeAsyncIterator()
    while let chunk = try await losing({ try await chunks.next() }) {
      failures = 0
      for event in parser.take(chunk.readableBytesView) where event.name == "line" {
        try await tell(.line(JSON.parse(Array(event.data.utf8))))
      }
      lastID = parser.lastID
    }
  }

  private func refuse(_ response: HTTPClientResponse) async throws {
    let body = try await losing {
      try await response.body.collect(upTo: ServerStream.longestRefusal)
    }
    do { _ = try server.answer(response.status.code, Array(body.readableBytesView)) } catch let
      failure as Failure where response.status.code >= 500
    {
      throw Lost(failure: failure)
    }
    throw Failure("\(server.base) does not let anyone look on", hint: "Is it an older version?")
  }

  private func losing<Value>(_ work: () async throws -> Value) async throws -> Value {
    do { return try await work() } catch {
      // The client may call it an error of its own.
      try Task.checkCancellation()
      throw Lost(
        failure: Failure(
          server.unreachable(error),
          hint: "Is the server running, and the URL right?"))
    }
  }
}
