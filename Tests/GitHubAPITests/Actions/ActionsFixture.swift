import Gates
import GitHubAPI
import Ledger
import LedgerTesting
import Synchronization
import Testing

let audience = "https://ledger.example.com"

/// Keys take a moment to make, so all tests share these.
enum TestKeys {
  private static let made = ["key-1", "key-2", "key-1"].map { id in
    Result { try SigningKey(id: id) }
  }

  /// The issuer's.
  static func own() throws -> SigningKey { try made[0].get() }
  /// The one that comes after it.
  static func next() throws -> SigningKey { try made[1].get() }
  /// A stranger's, under the same id as the issuer's.
  static func strange() throws -> SigningKey { try made[2].get() }
}

/// A clock that stands still until it is moved.
final class TestClock: Sendable {
  private let time = Mutex(moment)

  var now: Instant { time.withLock { $0 } }

  func move(by seconds: Double) { time.withLock { $0 = $0.adding(seconds: seconds) } }
}

struct NoIssuer: Error {}

/// A fake issuer, and what checks its tokens.
struct TokenDesk {
  let issuer: FakeIssuer
  let tokens: ActionsTokens
  let clock: TestClock

  /// The claims of a good token, with other values; `nil` takes one away.
  func claims(_ changes: [String: JSON?] = [:]) -> [String: JSON] {
    var claims = issuer.claims(audience: audience, at: clock.now)
    for (name, value) in changes { claims[name] = value }
    return claims
  }

  func token(_ changes: [String: JSON?] = [:], header: [String: JSON] = [:]) throws -> String {
    try issuer.key.token(claims(changes), header: header)
  }

  /// Names a key but has no signature: good for everything that is refused before that is checked.
  func unsigned(kid: String) throws -> String {
    try issuer.key.token(
      header: JSON.object(["alg": "RS256", "kid": .string(kid)]).canonicalBytes,
      payload: JSON.object(claims()).canonicalBytes, algorithm: .none)
  }

  func refusal(of token: String) async -> WorkflowRefusal? {
    do throws(WorkflowRefusal) {
      _ = try await tokens.identity(of: token)
      return nil
    } catch { return error }
  }

  static func run(
    limits: ActionsTokens.Limits = .init(), _ test: (TokenDesk) async throws -> Void
  ) async throws {
    let issuer = try await FakeIssuer.start(key: try TestKeys.own())
    let clock = TestClock()
    guard
      let tokens = ActionsTokens(
        issuer: issuer.address, audience: audience, limits: limits, now: { clock.now })
    else { throw NoIssuer() }
    let desk = TokenDesk(issuer: issuer, tokens: tokens, clock: clock)
    let result = await Result { try await test(desk) }
    try await tokens.shutdown()
    await issuer.stop()
    try result.get()
  }
}
