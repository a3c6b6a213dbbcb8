import Foundation
import Hummingbird
import Ledger

extension FakeGitHub {
  /// A GitHub App that may act on repositories.
  public struct App: Sendable {
    public var id: Int64
    public var clientID: String
    public var slug: String
    /// The public half proves its tokens.
    public var key: SigningKey
    public var installation: Int64
    /// Where it is installed; `nil` is everywhere.
    public var repositories: Set<String>?
    /// How long a token of the installation lives, in seconds.
    public var tokenLife: Double

    public init(
      id: Int64 = 7_700, clientID: String = "Iv23lifakefakefake77", slug: String = "the-ledger",
      key: SigningKey, installation: Int64 = 55_001, repositories: Set<String>? = nil,
      tokenLife: Double = 3600
    ) {
      self.id = id
      self.clientID = clientID
      self.slug = slug
      self.key = key
      self.installation = installation
      self.repositories = repositories
      self.tokenLife = tokenLife
    }

    /// The user under which it writes.
    var bot: (id: Int64, login: String) { (id + 100_000_000, "\(slug)[bot]") }
  }

  /// Who sent a request.
  enum Access {
    case user
    case app(App)
    case installed(App)
  }

  /// Installs the App, in place of the one before. Its old tokens are refused from then on.
  public func install(_ app: App?) {
    state.withLock { state in
      state.app = app
      state.accessTokens = [:]
    }
  }

  /// Every token of an installation that was given out is refused from now on.
  public func revokeAccessTokens() { state.withLock { $0.accessTokens = [:] } }

  /// `nil` is GitHub's 401.
  func access(_ call: Incoming) -> Access? {
    let app = state.withLock { $0.app }
    if token == nil, app == nil { return .user }
    guard let field = call.request.headers[.authorization], field.hasPrefix("Bearer ") else {
      return nil
    }
    let bearer = String(field.dropFirst(7))
    if let token, bearer == token { return .user }
    guard let app else { return nil }
    if let expiry = state.withLock({ $0.accessTokens[bearer] }) {
      return now() < expiry ? .installed(app) : nil
    }
    return app.proved(by: bearer, at: now()) ? .app(app) : nil
  }

  func access(_ access: Access, allows call: Incoming) -> Response? {
    switch (access, call.target.route) {
    case (.app, .getInstallation), (.app, .createAccessToken), (.app, .getApp): nil
    case (.app, .listDeliveries), (.app, .getDelivery), (.app, .redeliver):
      call.target.repository.isEmpty ? nil : error(401, "Bad credentials")
    case (.app, _): error(401, "Bad credentials")
    case (_, .getInstallation), (_, .createAccessToken), (_, .getApp):
      error(401, "A JSON web token could not be decoded")
    case (.user, .createCheckRun), (.user, .updateCheckRun):
      error(403, "You must authenticate via a GitHub App.")
    case (.user, .answerDeployment):
      error(403, "Resource not accessible by personal access token")
    case (.installed, .getUser): error(403, "Resource not accessible by integration")
    case (.installed(let app), _):
      app.isInstalled(on: call.target.repository) ? nil : error(404, "Not Found")
    case (.user, _): nil
    }
  }
}

extension FakeGitHub.App {
  func isInstalled(on repository: String) -> Bool {
    repositories.map { $0.contains(repository) } ?? true
  }

  /// Whether the bearer is this App's JWT: signed, for this App, and at most 10 minutes long.
  fileprivate func proved(by bearer: String, at now: Instant) -> Bool {
    let parts = bearer.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let header = SigningKey.decoded(parts[0]),
      let payload = SigningKey.decoded(parts[1]), let signature = SigningKey.decoded(parts[2]),
      key.signed(Array("\(parts[0]).\(parts[1])".utf8), as: signature),
      case .success(let head) = Result(catching: { try JSON.parse(header) }),
      case .success(let claims) = Result(catching: { try JSON.parse(payload) }),
      head["alg"] == "RS256", let iat = claims["iat"]?.int, let exp = claims["exp"]?.int
    else { return false }
    let seconds = now.microseconds / 1_000_000
    return [clientID, String(id)].contains(claims["iss"]?.string) && iat <= seconds
      && exp > seconds && exp <= seconds + 600
  }
}
