import AsyncHTTPClient
import Ledger
import NIOCore

/// Why an issuer's keys could not be had. The reason names no part of a token.
struct KeysUnavailable: Error, Hashable {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}

/// Asks an issuer for its keys: its discovery document, then the key set that this names. Redirects
/// are not followed.
struct KeyServer: Sendable {
  let issuer: TokenIssuer
  let http: HTTPClient
  let limits: ActionsTokens.Limits

  func keys() async throws(KeysUnavailable) -> KeySet {
    let discovery = try await json(at: issuer.discovery, "discovery document")
    // OpenID Connect Discovery 1.0, 4.3: it must be the issuer that was asked for.
    guard let named = discovery["issuer"]?.string, named.utf8.elementsEqual(issuer.text.utf8) else {
      throw KeysUnavailable("the discovery document is another issuer's")
    }
    guard let address = discovery["jwks_uri"]?.string, issuer.owns(address) else {
      throw KeysUnavailable("the discovery document names no jwks_uri on the issuer's host")
    }
    guard let keys = await KeySet(try await json(at: address, "key set")) else {
      throw KeysUnavailable("the key set holds no RS256 key")
    }
    return keys
  }

  private func json(at address: String, _ what: String) async throws(KeysUnavailable) -> JSON {
    let (status, body) = try await get(address, what)
    guard status == 200 else { throw KeysUnavailable("\(status) instead of the \(what)") }
    do { return try JSON.parse(body.readableBytesView) } catch {
      throw KeysUnavailable("the \(what) is not valid JSON")
    }
  }

  private func get(
    _ address: String, _ what: String
  ) async throws(KeysUnavailable) -> (status: Int, body: ByteBuffer) {
    var request = HTTPClientRequest(url: address)
    request.headers.add(name: "Accept", value: "application/json")
    request.headers.add(name: "User-Agent", value: "release-ledger")
    do {
      return try await withDeadline(limits.request) { [request] in
        let response = try await http.execute(request, deadline: .distantFuture)
        return (
          Int(response.status.code), try await response.body.collect(upTo: limits.bodyBytes)
        )
      }
    } catch {
      throw KeysUnavailable("no answer with the \(what): \(GitHubClient.cause(of: error))")
    }
  }
}
