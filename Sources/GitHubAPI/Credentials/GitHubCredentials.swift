/// How the ledger shows GitHub who it is. Never printed: each part redacts itself.
public enum GitHubCredentials: Sendable {
  /// A personal access token, or any other that does not change. It posts commit statuses.
  case token(GitHubToken)
  /// A GitHub App, which posts check runs.
  case app(AppCredentials)
}
