import Hummingbird
import Ledger
import NIOCore
import Reports
import ServiceLifecycle

/// One client who looks on. Between two looks nothing of it is kept but its place in the log: a slow
/// reader holds neither memory nor the database.
struct EventStream {
  private enum Signal { case appended, tick }
  private static let batch = 200

  private let service: ServiceDependencies
  private let following: Following
  private var next: Int64

  init(_ service: ServiceDependencies, _ following: Following, from start: Int64) {
    self.service = service
    self.following = following
    next = start
  }

  /// Until the client leaves or the service stops.
  mutating func run(_ request: Request, _ writer: inout any ResponseBodyWriter) async throws {
    let (signals, signal) = AsyncStream.makeStream(
      of: Signal.self, bufferingPolicy: .bufferingNewest(2))
    let listening = service.appended.listen { signal.yield(.appended) }
    defer { withExtendedLifetime(listening) {} }
    try await request.body.consumeWithInboundCloseHandler { _ in
      try await withThrowingDiscardingTaskGroup { group in
        group.addTask { [service] in
          while !Task.isCancelled {
            do { try await service.sleep(StreamAPI.tick) } catch { return }
            signal.yield(.tick)
          }
        }
        try await follow(signals, &writer)
        group.cancelAll()
      }
    } onInboundClosed: {
      signal.finish()
    }
  }

  private mutating func follow(
    _ signals: AsyncStream<Signal>, _ writer: inout any ResponseBodyWriter
  ) async throws {
    try await writer.write(ByteBuffer(string: heartbeat))
    _ = try await tell(&writer)
    var quiet = 0
    for await signal in signals.cancelOnGracefulShutdown() {
      quiet += signal == .tick ? 1 : 0
      if try await tell(&writer) {
        quiet = 0
      } else if quiet >= StreamAPI.ticksPerHeartbeat {
        quiet = 0
        try await writer.write(ByteBuffer(string: heartbeat))
      }
    }
  }

  /// A comment, and an id without an event: it moves the client's place on (9.2.6).
  private var heartbeat: String {
    next > 0 ? ": still here\nid: \(next - 1)\n\n" : ": still here\n\n"
  }

  /// Everything that is there; whether that was anything.
  private mutating func tell(_ writer: inout any ResponseBodyWriter) async throws -> Bool {
    var isAnything = false
    var isFull = true
    while isFull, !Task.isCancelled, !Task.isShuttingDownGracefully {
      let (following, start) = (following, next)
      let batch = try await service.store.read {
        try following.batch(from: start, limit: EventStream.batch, reading: $0)
      }
      if !batch.lines.isEmpty {
        isAnything = true
        try await writer.write(ByteBuffer(string: EventStream.events(batch.lines)))
      }
      (next, isFull) = (batch.next, batch.isFull)
      // Whoever has left is noticed by this.
      if isFull, batch.lines.isEmpty { try await writer.write(ByteBuffer(string: heartbeat)) }
    }
    return isAnything
  }

  /// The id stands in the last event of an entry: a connection that breaks in between is resumed at
  /// the first.
  static func events(_ lines: [Following.Line]) -> String {
    lines.indices.map { place in
      let line = lines[place]
      let isLast = place + 1 == lines.count || lines[place + 1].entry != line.entry
      let id = isLast ? "id: \(line.entry)\n" : ""
      return "event: line\n\(id)data: \(line.row.json.canonicalString)\n\n"
    }.joined()
  }
}
