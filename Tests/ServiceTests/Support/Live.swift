import Hummingbird
import LedgerTesting

@testable import Service

/// A service on a socket, with the limits that `ledger serve` sets.
struct LiveService: Sendable {
  let port: Int
  let parts: Parts

  func connect() throws -> Raw { try Raw(port: port) }

  /// One request on a connection of its own.
  func send(_ request: String, _ body: [UInt8] = []) async throws -> Answer? {
    let raw = try connect()
    await raw.write(Array(request.utf8) + body)
    return await record(request, raw.answer())
  }

  /// Keeps the answer to a request that begins like this.
  func record(_ request: String, _ answer: Answer?) -> Answer? {
    let words = request.split(separator: " ")
    if let answer { Recorder.shared.record(String(words[0]), String(words[1]), answer) }
    return answer
  }
}

struct NotListening: Error {}

func withLiveService(
  _ setup: Setup = Setup(), _ test: @escaping @Sendable (LiveService) async throws -> Void
) async throws {
  var setup = setup
  setup.deliveries.linger = .milliseconds(200)
  try await withParts(setup) { parts in
    let (ports, listening) = AsyncStream.makeStream(of: Int.self)
    let application = Application(
      router: Routes.router(parts.service),
      server: .http1(configuration: .init(idleTimeout: .init(setup.idle))),
      configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { listening.yield($0.localAddress?.port ?? 0) }, logger: quiet)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await application.run() }
      var iterator = ports.makeAsyncIterator()
      guard let port = await iterator.next() else { throw NotListening() }
      defer { group.cancelAll() }
      try await test(LiveService(port: port, parts: parts))
    }
  }
}

extension WebhookDelivery {
  /// The head of its request, as GitHub writes it.
  func head(framing: String) -> String {
    let fields = headers(secret: secret).map { "\($0.name): \($0.value)\r\n" }.joined()
    return "POST /webhooks/github HTTP/1.1\r\nHost: ledger\r\n\(fields)\(framing)\r\n\r\n"
  }

  var request: String { head(framing: "Content-Length: \(body.count)") }
}
