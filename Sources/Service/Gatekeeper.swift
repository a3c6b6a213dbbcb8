import HTTPTypes
import Hummingbird
import Ledger
import Merkle

/// Lets in the bearers of API tokens. Stored are the hashes of the tokens: looking one up by hash
/// tells nothing about the others by its timing.
struct Gatekeeper: Sendable {
  private let store: any LedgerStore

  init(_ service: ServiceDependencies) { store = service.store }

  /// The caller; `nil` where anyone may ask.
  func admit(_ request: Request, _ access: Route.Access) async throws -> Caller? {
    guard case .token(let scope) = access else { return nil }
    guard let token = Gatekeeper.bearer(request) else {
      throw Problem(
        .unauthorized, "token_missing", "This needs an API token.",
        hint: "Send Authorization: Bearer TOKEN; make one with: ledger token create")
    }
    let hash = Hash.sha256(token.utf8).hex
    let row = try await store.read { try $0.token(hash: hash) }
    guard let row, !row.isRevoked, let granted = Scope(rawValue: row.scope) else {
      throw Problem(.unauthorized, "token_unknown", "This API token is not known, or was revoked.")
    }
    guard granted >= scope else {
      throw Problem(
        .forbidden, "scope", "This API token has the scope \(row.scope), not \(scope.rawValue).")
    }
    return Caller(kind: .token(row), scope: granted)
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
