import Hummingbird
import NIOCore
import Synchronization

/// Reads bodies within limits: bytes of one, bytes of all that are being read, and time. The server
/// underneath bounds none of them: a body of one byte every three seconds would never be cut.
final class RequestBodies: Sendable {
  /// GitHub gives up after 10 s.
  static let deadline = Duration.seconds(10)
  private let budget: Int
  private let inFlight = Atomic<Int>(0)

  /// - Parameter budget: bytes of all bodies that may be in memory at once.
  init(budget: Int = 256 << 20) { self.budget = budget }

  func read(_ request: Request, limit: Int) async throws -> [UInt8] {
    let announced = try RequestBodies.length(request, limit: limit)
    let reserved = announced ?? limit
    try reserve(reserved)
    defer { inFlight.subtract(reserved, ordering: .relaxed) }
    return try await RequestBodies.beforeDeadline {
      var body: [UInt8] = []
      body.reserveCapacity(announced ?? 16_384)
      for try await chunk in request.body {
        guard body.count + chunk.readableBytes <= limit else {
          throw RequestBodies.tooLarge(limit)
        }
        body.append(contentsOf: chunk.readableBytesView)
      }
      return body
    }
  }

  private func reserve(_ bytes: Int) throws {
    let (_, total) = inFlight.add(bytes, ordering: .relaxed)
    guard total <= budget else {
      inFlight.subtract(bytes, ordering: .relaxed)
      throw Problem(
        .serviceUnavailable, "busy", "Too many bodies are being received.",
        hint: "Nothing was acknowledged; send it again.", closesConnection: true)
    }
  }

  /// Refuses by Content-Length, before a byte is read.
  private static func length(_ request: Request, limit: Int) throws -> Int? {
    guard let text = request.headers[.contentLength] else { return nil }
    guard let length = Int(text), length <= limit else { throw tooLarge(limit) }
    return length
  }

  private static func tooLarge(_ limit: Int) -> Problem {
    Problem(
      .contentTooLarge, "too_large", "The body is larger than \(limit) bytes.",
      hint: "GitHub sends no more than 25 MB.", closesConnection: true)
  }

  private static func beforeDeadline(
    _ read: @escaping @Sendable () async throws -> [UInt8]
  ) async throws -> [UInt8] {
    try await withThrowingTaskGroup(of: [UInt8].self) { group in
      group.addTask(operation: read)
      group.addTask {
        try await Task.sleep(for: deadline)
        throw Problem(
          .requestTimeout, "too_slow", "The body did not arrive within \(deadline).",
          closesConnection: true)
      }
      defer { group.cancelAll() }
      return try await group.next() ?? []
    }
  }
}
