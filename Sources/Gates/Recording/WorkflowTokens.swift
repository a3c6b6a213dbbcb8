/// Believes the OIDC tokens of GitHub Actions, or does not. `GitHubAPI` does it with the issuer's
/// keys.
public protocol WorkflowTokens: Sendable {
  /// Who shows `token`, a JWT without white space around it. Whether that one may record anything
  /// is for the `RecordingPolicy` to say, and whether the token was shown before for the log.
  func identity(of token: String) async throws(WorkflowRefusal) -> WorkflowIdentity
}

/// Why a token was not believed. Reasons are sentences for people, and hold no part of the token.
public enum WorkflowRefusal: Error, Hashable, Sendable {
  /// The token is no good, and will not become so.
  case invalid(String)
  /// The issuer's keys cannot be fetched now, so nobody knows; a later try may succeed.
  case unavailable(String)
}
