import AsyncHTTPClient
import Ledger

/// A token of GitHub Actions that says which job asks. It takes the place of a stored secret.
enum IdentityToken {
  private static let hint =
    "Does the job have permissions: id-token: write? Or put a token into LEDGER_TOKEN."

  /// The address has a query already, which is kept.
  static func address(_ url: String, audience: String) -> String {
    url + (url.contains("?") ? "&" : "?") + "audience=" + ServerConnection.escaped(audience)
  }

  static func request(
    _ identity: (url: String, token: String), audience: String, _ patience: Patience
  ) async throws -> String {
    var request = HTTPClientRequest(url: address(identity.url, audience: audience))
    request.headers.add(name: "Authorization", value: "bearer \(identity.token)")
    request.headers.add(name: "Accept", value: "application/json")
    request.headers.add(name: "User-Agent", value: "ledger/\(Version.current)")
    let asked = request
    return try await patience.run(hint: hint) { try await attempt(asked) }
  }

  private static func attempt(_ request: HTTPClientRequest) async throws -> Attempt<String> {
    let answer: ServerConnection.Answer
    do { answer = try await ServerConnection.execute(request) } catch is CancellationError {
      throw CancellationError()
    } catch {
      let cause = ServerConnection.cause(of: error)
      return .again(reason: "GitHub gives no identity token: \(cause)", wait: nil)
    }
    if ReportSender.isTransient(answer.status) {
      return .again(
        reason: "GitHub gives no identity token: it answered \(answer.status)", wait: nil)
    }
    guard answer.status == 200, let token = value(answer.body) else {
      throw Failure(
        "GitHub gives no identity token: it answered \(answer.status)", hint: hint,
        code: Exit.authentication)
    }
    return .done(token)
  }

  private static func value(_ body: [UInt8]) -> String? {
    do { return try JSON.parse(body)["value"]?.string } catch { return nil }
  }
}
