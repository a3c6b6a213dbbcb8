import Crypto
import HTTPTypes
import Hummingbird
import Ledger

/// The small applications that the service was born with. Their contracts are exact.
struct Hello: Sendable {
  /// Milliseconds; within the time that a stop leaves.
  static let maximumDelay: Int64 = 3_000

  private let service: HelloDependencies

  init(_ service: HelloDependencies) { self.service = service }

  @Sendable func world(_ request: Request, _ context: LedgerRequestContext) -> Response {
    .text("Hello, World")
  }

  @Sendable func version(_ request: Request, _ context: LedgerRequestContext) -> Response {
    .json(["version": .string(service.settings.version)])
  }

  @Sendable func ping(_ request: Request, _ context: LedgerRequestContext) -> Response {
    .text("OK")
  }

  /// Without a configured token nobody is let in.
  @Sendable func app(_ request: Request, _ context: LedgerRequestContext) -> Response {
    guard let expected = service.settings.appToken, let name = HTTPField.Name("X-Auth-Token"),
      request.headers[values: name].count == 1,
      Hello.isEqual(request.headers[name] ?? "", expected)
    else { return .json(["error": "Invalid auth token"], status: .forbidden) }
    return .json(["message": "Hello World"])
  }

  /// `?delay=MS` waits that long, at most `maximumDelay`.
  @Sendable func delayed(
    _ request: Request, _ context: LedgerRequestContext
  ) async throws -> Response {
    let delay =
      try request.parameters(allowed: ["delay"]).integer("delay", in: 0...Int64.max) ?? 0
    try await service.sleep(.milliseconds(min(delay, Hello.maximumDelay)))
    return .text("hello, world!\n")
  }

  /// One in ten fails.
  @Sendable func randomError(_ request: Request, _ context: LedgerRequestContext) -> Response {
    service.random() < 0.1
      ? .text("ERROR: Something, somewhere, went wrong!\n", status: .internalServerError)
      : .text("Everything is still OK\n")
  }

  /// In a time that tells nothing about either: both are hashed under one key and the hashes are
  /// compared in constant time.
  private static func isEqual(_ left: String, _ right: String) -> Bool {
    let key = SymmetricKey(size: .bits256)
    let mac = HMAC<SHA256>.authenticationCode(for: Array(left.utf8), using: key)
    return HMAC<SHA256>.isValidAuthenticationCode(
      mac, authenticating: Array(right.utf8), using: key)
  }
}
