import Hummingbird
import Logging
import NIOCore

extension FakeGitHub {
  struct Server: Sendable {
    let port: Int
    let task: Task<Void, Never>
  }

  /// What a response needs to know of its connection: how to cut it.
  struct Connection: InitializableFromSource, Sendable {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) { channel = source.channel }
  }

  struct NotListening: Error {}

  func listen(on port: Int) async throws {
    let (ports, announced) = AsyncThrowingStream<Int, any Error>.makeStream()
    let application = application(on: port) { announced.yield($0) }
    let task = Task {
      do {
        try await application.run()
        announced.finish()
      } catch {
        announced.finish(throwing: error)
      }
    }
    var iterator = ports.makeAsyncIterator()
    guard let bound = try await iterator.next() else { throw NotListening() }
    server.withLock { $0 = Server(port: bound, task: task) }
  }

  private func application(
    on port: Int, listening: @escaping @Sendable (Int) -> Void
  ) -> Application<CallbackResponder<Connection>> {
    Application(
      responder: CallbackResponder { try await self.respond(to: $0, on: $1) },
      configuration: ApplicationConfiguration(
        address: .hostname("127.0.0.1", port: port), backlog: 1024),
      onServerRunning: { listening($0.localAddress?.port ?? port) },
      logger: Logger(label: "fake-github", factory: { _ in SwiftLogNoOpLogHandler() }))
  }
}
