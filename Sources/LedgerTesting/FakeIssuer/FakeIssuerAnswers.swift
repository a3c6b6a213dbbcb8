import HTTPTypes
import Hummingbird
import Ledger
import NIOCore

extension FakeIssuer {
  func respond(to path: String) async throws -> Response {
    let script = state.withLock { state in
      state.counts[path, default: 0] += 1
      return state.script
    }
    await script.delay?()
    let body =
      switch path {
      case FakeIssuer.discoveryPath: discovery(script)
      case FakeIssuer.keysPath: try keySet(script)
      case FakeIssuer.requestPath: jobToken()
      default: String?.none
      }
    guard let body else { return Response(status: .notFound) }
    return Response(
      status: .init(code: script.status), headers: [.contentType: "application/json"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
  }

  private func jobToken() -> String {
    let answer: JSON = ["value": .string(FakeIssuer.requested)]
    return String(decoding: answer.canonicalBytes, as: UTF8.self)
  }

  private func discovery(_ script: Script) -> String {
    let document: JSON = [
      "issuer": .string(script.issuer ?? address),
      "jwks_uri": .string(script.keysAddress ?? address + FakeIssuer.keysPath),
      "id_token_signing_alg_values_supported": ["RS256"], "scopes_supported": ["openid"],
    ]
    return String(decoding: document.canonicalBytes, as: UTF8.self)
  }

  private func keySet(_ script: Script) throws -> String {
    if let keys = script.keys { return keys }
    let keys = try state.withLock { $0.published }.map { try $0.jwk() }
    let set: JSON = ["keys": .array(keys)]
    return String(decoding: set.canonicalBytes, as: UTF8.self)
  }
}
