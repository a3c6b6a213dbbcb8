import Hummingbird
import Logging
import NIOCore

/// A server on a socket of this machine that a fake answers for.
struct FakeServer: Sendable {
  /// What a response needs to know of its connection: how to cut it.
  struct Connection: InitializableFromSource, Sendable {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) { channel = source.channel }
  }

  struct NotListening: Error {}

  let port: Int
  private let task: Task<Void, Never>

  /// Listens on 127.0.0.1 when this returns, until `stop()`.
  ///
  /// - Parameter port: 0 takes any free one.
  init(
    on port: Int, answer: @escaping @Sendable (Request, Connection) async throws -> Response
  ) async throws {
    let (ports, announced) = AsyncThrowingStream<Int, any Error>.makeStream()
    let application = Application(
      responder: CallbackResponder(callback: answer),
      configuration: ApplicationConfiguration(
        address: .hostname("127.0.0.1", port: port), backlog: 1_024),
      onServerRunning: { announced.yield($0.localAddress?.port ?? port) },
      logger: Logger(label: "fake", factory: { _ in SwiftLogNoOpLogHandler() }))
    task = Task {
      do {
        try await application.run()
        announced.finish()
      } catch {
        announced.finish(throwing: error)
      }
    }
    var iterator = ports.makeAsyncIterator()
    guard let bound = try await iterator.next() else { throw NotListening() }
    self.port = bound
  }

  /// Cuts every connection.
  func stop() async {
    task.cancel()
    await task.value
  }
}
