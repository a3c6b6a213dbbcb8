import Gates
import HTTPTypes
import Hummingbird
import Ledger
import Merkle

/// Lets in the bearers of API tokens, and to record also jobs of GitHub Actions. Stored are the
/// hashes of the API tokens: looking one up by hash tells nothing about the others by its timing.
struct Gatekeeper: Sendable {
  private let store: any LedgerStore
  private let workflows: WorkflowGate

  init(_ service: ServiceDependencies) {
    store = service.store
    workflows = WorkflowGate(inForce: service.recording)
  }

  /// The caller; `nil` where anyone may ask.
  func admit(_ request: Request, _ access: Route.Access) async throws -> Caller? {
    guard case .token(let scope) = access else { return nil }
    guard let token = Gatekeeper.bearer(request) else {
      throw Problem(
        .unauthorized, "token_missing", "This needs an API token.",
        hint: "Send Authorization: Bearer TOKEN; make one with: ledger token create")
    }
    if WorkflowGate.isIdentityToken(token) { return try await workflows.admit(token, scope) }
    return try await admit(apiToken: token, scope)
  }

  private func admit(apiToken token: String, _ scope: Scope) async throws -> Caller {
    let hash = Hash.sha256(token.utf8).hex
    let row = try await store.read { try $0.token(hash: hash) }
    guard let row, !row.isRevoked, let granted = Scope(rawValue: row.scope) else {
      throw Problem(.unauthorized, "token_unknown", "This API token is not known, or was revoked.")
    }
    guard granted >= scope else {
      throw Problem(
        .forbidden, "scope", "This API token has the scope \(row.scope), not \(scope.rawValue).")
    }
    return Caller(kind: .token(row), scope: granted, tokenID: String(hash.prefix(16)))
  }

  /// API destinations of EventBridge know a header with a key, and no bearer.
  private static let apiKey = HTTPField.Name("X-API-Key")

  private static func bearer(_ request: Request) -> String? {
    let values = request.headers[values: .authorization]
    if values.isEmpty, let apiKey {
      let keys = request.headers[values: apiKey]
      return keys.count == 1 ? keys.first : nil
    }
    guard values.count == 1, let value = values.first, value.lowercased().hasPrefix("bearer ")
    else {
      return nil
    }
    return String(value.dropFirst(7))
  }
}

/// Lets in jobs of GitHub Actions by the identity token that was made for them
/// (docs/decisions/0007-workflow-tokens.md). Whether the token was shown before is found when
/// something is stored.
struct WorkflowGate: Sendable {
  let inForce: RecordingInForce

  /// A JWT in its compact form (RFC 7519, 3) and no API token.
  static func isIdentityToken(_ bearer: String) -> Bool {
    !bearer.hasPrefix(NewToken.prefix)
      && bearer.split(separator: ".", omittingEmptySubsequences: false).count == 3
  }

  func admit(_ token: String, _ scope: Scope) async throws(Problem) -> Caller {
    guard scope == .record else {
      throw Problem(
        .forbidden, "scope",
        "An identity token of GitHub Actions is for recording, not for the scope "
          + "\(scope.rawValue).", hint: "Send an API token; make one with: ledger token create")
    }
    let terms = inForce.current
    guard let tokens = terms.tokens, let recording = terms.policy else {
      throw Problem(
        .unauthorized, "identity", "Identity tokens of GitHub Actions are not accepted here.",
        hint: "recording is not configured: it belongs into ledger.yaml.")
    }
    let identity = try await identity(of: token, by: tokens)
    if let sentence = recording.refusal(of: identity, deployingTo: nil) {
      throw .workflow(sentence)
    }
    return Caller(kind: .workflow(identity), scope: .record, recording: recording)
  }

  private func identity(
    of token: String, by tokens: any WorkflowTokens
  ) async throws(Problem) -> WorkflowIdentity {
    do { return try await tokens.identity(of: token) } catch {
      switch error {
      case .invalid(let reason):
        throw Problem(
          .unauthorized, "identity", "This identity token is not believed: \(reason).",
          hint: "Ask for it with the audience that recording in ledger.yaml names.")
      case .unavailable(let reason):
        throw Problem(
          .serviceUnavailable, "issuer", "This identity token cannot be checked now: \(reason).",
          hint: "Nothing was acknowledged; send it again.")
      }
    }
  }
}

extension Problem {
  /// - Parameter sentence: of `RecordingPolicy.refusal(of:deployingTo:)`.
  static func workflow(_ sentence: String) -> Problem {
    Problem(
      .forbidden, "workflow", "This workflow run may not record: \(sentence).",
      hint: "recording in ledger.yaml says which may.")
  }
}
