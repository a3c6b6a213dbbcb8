import AsyncHTTPClient
import Gates
import Ledger
import NIOCore

/// Checks the OIDC tokens of GitHub Actions against the keys of one issuer.
///
/// It owns its connections: call `shutdown()` before letting go of it.
public struct ActionsTokens: WorkflowTokens {
  public struct Limits: Sendable {
    /// To open a connection to the issuer, including TLS.
    public var connect: Duration = .seconds(5)
    /// For one request to the issuer; its keys take two.
    public var request: Duration = .seconds(10)
    /// Of one answer.
    public var bodyBytes = 1_000_000
    /// Seconds between two fetches at least, however many tokens name unknown keys.
    public var refetchInterval = 300.0
    /// Seconds between two attempts as long as none has succeeded.
    public var retryInterval = 10.0
    /// Seconds after which keys are fetched anew, so that a key which was withdrawn is forgotten.
    public var keyAge = 3600.0

    public init() {}
  }

  let terms: TokenTerms
  private let keys: IssuerKeys
  private let now: @Sendable () -> Instant
  private let http: HTTPClient

  /// `nil` unless `issuer` is an `https` address without user, query, fragment or slash at its end.
  /// Only one on this machine (`127.0.0.1`, `localhost`) may do without TLS.
  public init?(
    issuer: String, audience: String, limits: Limits = Limits(),
    now: @escaping @Sendable () -> Instant
  ) {
    guard let address = TokenIssuer(issuer) else { return nil }
    let http = HTTPClient(configuration: ActionsTokens.configuration(limits))
    let server = KeyServer(issuer: address, http: http, limits: limits)
    self.http = http
    self.now = now
    terms = TokenTerms(issuer: issuer, audience: audience)
    keys = IssuerKeys(limits: limits, now: now) { () async throws(KeysUnavailable) in
      try await server.keys()
    }
  }

  /// Whether an issuer of this name can be made.
  public static func canAsk(_ issuer: String) -> Bool { TokenIssuer(issuer) != nil }

  public func identity(of token: String) async throws(WorkflowRefusal) -> WorkflowIdentity {
    let token = try CompactToken(token)
    let key = try await keys.key(token.keyID)
    guard key.signed(token.signedBytes, as: token.signature) else {
      throw .invalid("the token's signature does not match")
    }
    let claims = try token.claims()
    try terms.check(claims, at: now())
    return try WorkflowIdentity(claims: claims)
  }

  /// Closes the connections. A fetch under way fails.
  public func shutdown() async throws { try await http.shutdown() }

  private static func configuration(_ limits: Limits) -> HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    configuration.httpVersion = .http1Only
    configuration.timeout.connect = TimeAmount(limits.connect)
    return configuration
  }
}
