import Hummingbird
import Ledger
import Synchronization

/// An OIDC issuer on a socket of this machine, like that of GitHub Actions: a discovery document,
/// a key set that can be rotated, and tokens. Thread-safe; scripting it does not wait.
public final class FakeIssuer: Sendable {
  public static let discoveryPath = "/.well-known/openid-configuration"
  public static let keysPath = "/.well-known/jwks"
  /// Where a job asks for its token, and what it gets there: nobody signed it.
  public static let requestPath = "/token"
  public static let requested = "token-of-the-job"

  /// Its answers, where they differ from what an issuer says.
  public struct Script: Sendable {
    /// Of both documents.
    public var status = 200
    /// In place of its own address.
    public var issuer: String?
    public var keysAddress: String?
    /// In place of the key set, as text.
    public var keys: String?
    /// Answers wait for it.
    public var delay: (@Sendable () async -> Void)?

    public init() {}
  }

  struct State {
    var signing: SigningKey
    var published: [SigningKey]
    var script = Script()
    var counts: [String: Int] = [:]
  }

  let state: Mutex<State>
  private let server = Mutex(FakeServer?.none)

  /// Listens on 127.0.0.1 when this returns, until `stop()`. Making a key takes a moment: tests
  /// that need many issuers give all of them the same.
  public static func start(key: SigningKey? = nil, port: Int = 0) async throws -> FakeIssuer {
    let issuer = FakeIssuer(try key ?? SigningKey(id: "key-1"))
    let server = try await FakeServer(on: port) { request, _ in
      try await issuer.respond(to: request.uri.path)
    }
    issuer.server.withLock { $0 = server }
    return issuer
  }

  private init(_ key: SigningKey) { state = Mutex(State(signing: key, published: [key])) }

  public var port: Int { server.withLock { $0?.port ?? 0 } }

  /// The issuer, as the claim `iss` has it: `http://127.0.0.1:PORT`.
  public var address: String { "http://127.0.0.1:\(port)" }

  /// Cuts every connection.
  public func stop() async {
    await server.withLock { $0.take() }?.stop()
  }
}

extension FakeIssuer {
  /// The key that signs now.
  public var key: SigningKey { state.withLock { $0.signing } }

  /// From now on `key` signs. The key set has it, and the former ones if they are `keeping`.
  public func rotate(to key: SigningKey, keeping former: Bool = true) {
    state.withLock { state in
      state.signing = key
      state.published = former ? state.published + [key] : [key]
    }
  }

  public func answer(_ change: (inout Script) -> Void) {
    state.withLock { change(&$0.script) }
  }

  /// How often `path` was asked for.
  public func count(_ path: String = FakeIssuer.keysPath) -> Int {
    state.withLock { $0.counts[path, default: 0] }
  }

  /// A token with exactly these claims, under the key that signs now.
  public func sign(_ claims: [String: JSON]) throws -> String { try key.token(claims) }

  /// The claims of `WorkflowClaims.deployment` with this issuer.
  public func claims(audience: String, at now: Instant, jti: String = "5ea1-0001")
    -> [String: JSON]
  {
    WorkflowClaims.deployment(issuer: address, audience: audience, at: now, jti: jti)
  }
}
