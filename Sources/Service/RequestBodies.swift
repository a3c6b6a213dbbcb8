import Hummingbird
import Ledger
import NIOCore
import Synchronization

/// Reads bodies within limits: bytes of one, bytes of all that are being read, and time. The server
/// underneath bounds none of them: a body of one byte every three seconds would never be cut.
final class RequestBodies: Sendable {
  private let limits: BodyLimits
  private let hint: String?
  private let inFlight = Atomic<Int>(0)

  /// - Parameter hint: what to do about a body that is too large.
  init(_ limits: BodyLimits, hint: String? = "GitHub sends no more than 25 MB.") {
    self.limits = limits
    self.hint = hint
  }

  /// The members of a body that is one JSON object.
  func members(
    _ request: Request, _ context: LedgerRequestContext
  ) async throws -> [String: JSON] {
    try members(of: try await read(request, context))
  }

  /// - Parameter body: as it was read.
  func members(of body: [UInt8]) throws -> [String: JSON] {
    guard let members = try members(of: body, atMost: limits.values) else {
      throw RequestBodies.tooMany(limits.values)
    }
    return members
  }

  /// - Returns: `nil` for a body of more values than `count`.
  func members(of body: [UInt8], atMost count: Int) throws -> [String: JSON]? {
    let json: JSON
    do { json = try JSON.parse(body, atMost: count) } catch {
      guard error.reason != .tooMany else { return nil }
      throw Problem(.badRequest, "body", "The body is not JSON: \(error).")
    }
    guard let members = json.object else {
      throw Problem(.badRequest, "body", "The body must be an object.")
    }
    return members
  }

  func read(_ request: Request, _ context: LedgerRequestContext) async throws -> [UInt8] {
    try checkLength(request)
    let share = Share(self)
    defer { share.release() }
    let body = try await beforeDeadline { [limits, hint] in
      var body: [UInt8] = []
      var chunks = request.body.makeAsyncIterator()
      while let chunk = try await RequestBodies.next(&chunks) {
        guard body.count + chunk.readableBytes <= limits.one else {
          throw RequestBodies.tooLarge(limits.one, hint)
        }
        try share.grow(by: chunk.readableBytes)
        body.append(contentsOf: chunk.readableBytesView)
      }
      return body
    }
    context.body.markRead()
    return body
  }

  /// What one body holds of the bytes of all. It grows with what came in, not with what was
  /// announced: otherwise ten clients that announce much and send nothing would shut all others out.
  private final class Share: Sendable {
    private let bodies: RequestBodies
    private let bytes = Atomic<Int>(0)

    init(_ bodies: RequestBodies) { self.bodies = bodies }

    func grow(by count: Int) throws {
      bytes.add(count, ordering: .relaxed)
      let total = bodies.inFlight.add(count, ordering: .relaxed).newValue
      guard total <= bodies.limits.together else {
        throw Problem(
          .serviceUnavailable, "busy", "Too many bodies are being received.",
          hint: "Nothing was acknowledged; send it again.", closesConnection: true)
      }
    }

    func release() {
      bodies.inFlight.subtract(bytes.load(ordering: .relaxed), ordering: .relaxed)
    }
  }

  /// A body that breaks off, or is framed wrongly, is the client's doing.
  private static func next(
    _ chunks: inout RequestBody.AsyncIterator
  ) async throws -> ByteBuffer? {
    do { return try await chunks.next() } catch is CancellationError {
      throw CancellationError()
    } catch {
      throw Problem(
        .badRequest, "body", "The body is not framed as HTTP says, or broke off.",
        closesConnection: true)
    }
  }

  /// Refuses by Content-Length, before a byte is read.
  private func checkLength(_ request: Request) throws {
    guard let text = request.headers[.contentLength] else { return }
    guard let length = Int(text), length <= limits.one else {
      throw RequestBodies.tooLarge(limits.one, hint)
    }
  }

  private static func tooLarge(_ limit: Int, _ hint: String?) -> Problem {
    Problem(
      .contentTooLarge, "too_large", "The body is larger than \(limit) bytes.", hint: hint,
      closesConnection: true)
  }

  private static func tooMany(_ limit: Int) -> Problem {
    Problem(
      .contentTooLarge, "too_large", "The body has more than \(limit) values of JSON.",
      hint: "Nothing was stored. Does it hold what the description of the API asks for, alone?")
  }

  private func beforeDeadline(
    _ read: @escaping @Sendable () async throws -> [UInt8]
  ) async throws -> [UInt8] {
    try await withThrowingTaskGroup(of: [UInt8].self) { [limits] group in
      group.addTask(operation: read)
      group.addTask {
        try await Task.sleep(for: limits.deadline)
        throw Problem(
          .requestTimeout, "too_slow", "The body did not arrive within \(limits.deadline).",
          closesConnection: true)
      }
      defer { group.cancelAll() }
      return try await group.next() ?? []
    }
  }
}
