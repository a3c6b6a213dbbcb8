import GitHubAPI

/// How the server shows GitHub who it is: with a token, or as an App.
enum CredentialChoice {
  static let token = "LEDGER_GITHUB_TOKEN"
  static let app = "LEDGER_GITHUB_APP_ID"
  static let key = "LEDGER_GITHUB_APP_PRIVATE_KEY"

  /// `nil` when nothing is configured. No message repeats a secret.
  static func read() throws -> GitHubCredentials? {
    try choose(
      token: try present(Configuration.secret(token)), app: Configuration.text(app),
      key: try present(Configuration.secret(key)))
  }

  static func choose(token: String?, app: String?, key: String?) throws -> GitHubCredentials? {
    switch (token, app, key) {
    case (nil, nil, nil): nil
    case (let token?, nil, nil): .token(try gitHubToken(token))
    case (nil, let app?, let key?): .app(try credentials(app, key))
    case (nil, _?, nil):
      throw Failure("\(Self.app) is set without \(Self.key)", hint: hint)
    case (nil, nil, _?):
      throw Failure("\(Self.key) is set without \(Self.app)", hint: hint)
    case (_?, _, _):
      throw Failure(
        "\(Self.token) and a GitHub App (\(Self.app), \(Self.key)) are both set",
        hint: "Keep one of them: a check of both would be posted twice.")
    }
  }

  private static let hint =
    "An App needs both: its client id, and the private key that its settings page makes."

  private static func present(_ text: String?) -> String? {
    text.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func gitHubToken(_ text: String) throws -> GitHubToken {
    guard let token = GitHubToken(text) else {
      throw Failure("\(token) is no token", hint: "It must be one line without spaces.")
    }
    return token
  }

  private static func credentials(_ app: String, _ key: String) throws -> AppCredentials {
    do throws(AppCredentials.Problem) {
      return try AppCredentials(issuer: app, privateKey: key)
    } catch {
      switch error {
      case .issuer:
        throw Failure(
          "\(Self.app) is no client id", hint: "Such as Iv23liabcdefghijklmn, or 12345.")
      case .key:
        throw Failure(
          "\(Self.key) is no private key",
          hint: "The .pem file as GitHub made it: RSA, 2,048 bits or more, no passphrase.")
      }
    }
  }
}
