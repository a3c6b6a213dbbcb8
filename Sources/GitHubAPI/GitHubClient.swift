import AsyncHTTPClient
import Gates
import Ledger
import NIOCore

/// GitHub's REST API, version 2026-03-10, as the gates use it. Each call is one extension in a file
/// of its own.
///
/// The client owns its connections: call `shutdown()` before letting go of it.
public struct GitHubClient: CodeHost, RepositoryHost, DeliveryHost, ErrandHost {
  public struct Limits: Sendable {
    /// To open a connection, including TLS.
    public var connect: Duration = .seconds(5)
    /// For one request, from asking for a connection to the last byte of the answer. A read of many
    /// pages takes as many requests.
    public var request: Duration = .seconds(10)
    /// Of one answer.
    public var bodyBytes = 10_000_000
    /// At one time; further requests wait. GitHub allows 100.
    public var connections = 64
    /// Of one read: 100 items each. Deliveries are asked for page by page, and whoever does so has
    /// to end.
    public var pages = 100
    /// Of answers that are kept to ask whether they changed.
    public var cacheBytes = 16_000_000

    public init() {}
  }

  let address: GitHubAddress
  let authority: Authority
  let limits: Limits
  let now: @Sendable () -> Instant
  let http: HTTPClient
  let cache: AnswerCache
  let budget = Budget()

  /// `now` turns the moment at which a rate limit ends into a wait, and dates an App's tokens.
  public init(
    address: GitHubAddress = .gitHub, credentials: GitHubCredentials,
    limits: Limits = Limits(), now: @escaping @Sendable () -> Instant
  ) {
    self.address = address
    authority = Authority(credentials, now: now)
    cache = AnswerCache(limit: limits.cacheBytes)
    self.limits = limits
    self.now = now
    http = HTTPClient(configuration: GitHubClient.configuration(limits))
  }

  /// Closes the connections. Requests under way fail.
  public func shutdown() async throws { try await http.shutdown() }

  /// Redirects are followed by `exchange`, which looks where they lead.
  private static func configuration(_ limits: Limits) -> HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    configuration.httpVersion = .http1Only
    configuration.timeout.connect = TimeAmount(limits.connect)
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = limits.connections
    return configuration
  }
}
