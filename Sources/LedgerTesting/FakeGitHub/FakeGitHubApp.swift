import Hummingbird
import Ledger

extension FakeGitHub {
  func installation(_ call: Incoming, _ app: App) -> Response {
    guard app.isInstalled(on: call.target.repository) else { return error(404, "Not Found") }
    let json: JSON = [
      "id": .int(app.installation), "app_id": .int(app.id), "app_slug": .string(app.slug),
      "client_id": .string(app.clientID), "repository_selection": "selected",
      "target_type": "Organization", "events": [], "suspended_at": nil,
      "permissions": ["checks": "write", "metadata": "read"],
    ]
    return tagged(call, json.canonicalString)
  }

  /// Like the long ones that GitHub gives out since 2026: `ghs_`, the App's id, three parts.
  func accessToken(_ call: Incoming, _ app: App) -> Response {
    guard call.target.number == app.installation else { return error(404, "Not Found") }
    guard call.json?.object != nil else { return error(400, "Problems parsing JSON") }
    let expiry = now().adding(seconds: app.tokenLife)
    let token = state.withLock { state in
      state.lastAccessToken += 1
      let parts = (1...3).map { hexDigest(of: "\(state.lastAccessToken) \($0)") + "-_" }
      let token = "ghs_\(app.id)_" + parts.joined(separator: ".")
      state.accessTokens[token] = expiry
      return token
    }
    let json: JSON = [
      "token": .string(token), "expires_at": .string(expiry.wholeSecond.description),
      "permissions": ["checks": "write", "metadata": "read"], "repository_selection": "selected",
    ]
    return response(201, text: json.canonicalString)
  }

  /// Schema `Integration`.
  func app(_ call: Incoming, _ app: App) -> Response {
    tagged(call, appText(app.id, app.slug, base(call)))
  }

  func user(_ call: Incoming) -> Response {
    tagged(call, userText(FakeGitHub.owner, base(call)))
  }
}
