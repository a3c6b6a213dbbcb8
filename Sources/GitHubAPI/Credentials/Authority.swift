import Gates
import Ledger

/// As whom a call is made.
enum Party: Hashable, Sendable {
  /// As the token's owner, or as the App's installation on this repository.
  case repository(RepositoryRow)
  /// As the App itself.
  case app
  /// As the token's owner.
  case user
}

/// The credentials of one request.
struct Bearer: Sendable {
  /// Who GitHub counts requests for.
  enum Account: Hashable, Sendable {
    case user
    case app
    case installation(Int64)
  }

  let token: GitHubToken
  let account: Account
}

/// Turns credentials into the token of a request. Nothing is asked of GitHub before it is needed.
final class Authority: Sendable {
  struct Held: Sendable {
    let token: GitHubToken
    let renewal: Instant
  }

  /// Seconds after which a token of an installation is replaced. GitHub ends it after an hour.
  static let life = 3000.0

  let credentials: GitHubCredentials
  private let now: @Sendable () -> Instant
  /// By repository id, because names change hands.
  private let installations = Kept<Int64, Int64>()
  /// By installation.
  private let tokens = Kept<Int64, Held>()
  private let own = Kept<Party, Ourselves>()

  init(_ credentials: GitHubCredentials, now: @escaping @Sendable () -> Instant) {
    self.credentials = credentials
    self.now = now
  }

  func bearer(
    for party: Party, through client: GitHubClient
  ) async throws(CodeHostError) -> Bearer {
    switch (credentials, party) {
    case (.token(let token), .repository), (.token(let token), .user):
      return Bearer(token: token, account: .user)
    case (.token, .app), (.app, .user):
      throw .refused(status: 0, reason: "not sent: only a GitHub App may ask this")
    case (.app(let app), .app): return try await itself(app)
    case (.app, .repository(let repository)):
      return try await installed(on: repository, through: client)
    }
  }

  /// Whether GitHub's 401 to `bearer` is worth another try, which gets a new token.
  func renews(_ bearer: Bearer) async -> Bool {
    guard case .installation(let id) = bearer.account else { return false }
    await tokens.forget { $0 == id && $1.token.text == bearer.token.text }
    return true
  }

  /// GitHub says the same of what is not there and of what an installation does not reach: with
  /// another owner a repository has another installation. It is looked up again by the next call.
  func doubt(_ bearer: Bearer, on party: Party) async {
    guard case .installation(let id) = bearer.account, case .repository(let repository) = party
    else { return }
    await installations.forget { $0 == repository.id && $1 == id }
  }

  /// Who GitHub says we are.
  func ourselves(through client: GitHubClient) async throws(CodeHostError) -> Ourselves {
    switch credentials {
    case .token:
      try await own.value(of: .user) { () async throws(CodeHostError) in try await client.user() }
    case .app:
      try await own.value(of: .app) { () async throws(CodeHostError) in try await client.app() }
    }
  }

  private func itself(_ app: AppCredentials) async throws(CodeHostError) -> Bearer {
    let token: GitHubToken?
    do { token = try await app.webToken(at: now()) } catch { token = nil }
    guard let token else {
      // As GitHub would answer without a token that is signed.
      throw .refused(status: 401, reason: "not sent: the App's private key does not sign")
    }
    return Bearer(token: token, account: .app)
  }

  private func installed(
    on repository: RepositoryRow, through client: GitHubClient
  ) async throws(CodeHostError) -> Bearer {
    let id = try await installations.value(of: repository.id) { () async throws(CodeHostError) in
      try await client.installation(on: repository)
    }
    let start = now()
    do throws(CodeHostError) {
      let held = try await tokens.value(of: id, isGood: { start < $0.renewal }) {
        () async throws(CodeHostError) in
        let token = try await client.accessToken(of: id)
        return Held(token: token, renewal: start.adding(seconds: Authority.life))
      }
      return Bearer(token: held.token, account: .installation(id))
    } catch {
      // It was removed; a new installation has another id.
      if case .refused(404, _) = error { await installations.forget { $1 == id } }
      throw error
    }
  }
}
