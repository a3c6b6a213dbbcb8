import Foundation
import FoundationNetworking
import Ledger
import LedgerTesting
import Testing

/// The fake refuses what GitHub refuses, or the client's tests would prove nothing.
@Suite(.timeLimit(.minutes(1))) struct FakeGitHubAccessTests {
  private func ask(
    _ method: String, _ url: String, _ bearer: String, _ body: String? = nil
  ) async throws -> (status: Int, json: JSON) {
    var request = URLRequest(url: try #require(URL(string: url)))
    request.httpMethod = method
    request.httpBody = body.map { Data($0.utf8) }
    request.setValue("Bearer \(bearer)", forHTTPHeaderField: "Authorization")
    let (data, response) = try await URLSession.shared.data(for: request)
    let status = try #require(response as? HTTPURLResponse).statusCode
    return (status, data.isEmpty ? .null : try JSON.parse(data))
  }

  private static let now = moment.microseconds / 1_000_000

  private func webToken(
    _ changes: [String: JSON?] = [:], key: SigningKey? = nil,
    _ algorithm: SigningKey.Algorithm = .rs256
  ) throws -> String {
    var claims: [String: JSON] = [
      "iss": "7700", "iat": .int(FakeGitHubAccessTests.now - 60),
      "exp": .int(FakeGitHubAccessTests.now + 540),
    ]
    for (name, value) in changes { claims[name] = value }
    return try (key ?? TestKeys.own()).token(claims, algorithm: algorithm)
  }

  private func withApp(_ test: (FakeGitHub, TestClock) async throws -> Void) async throws {
    let clock = TestClock()
    let github = try await FakeGitHub.start(token: tokenText, now: { clock.now })
    github.install(FakeGitHub.App(key: try TestKeys.own()))
    let result = await Result { try await test(github, clock) }
    try await github.stop()
    try result.get()
  }

  @Test func onlyAGoodWebTokenIsTheApp() async throws {
    try await withApp { (github, _) async throws in
      let app = "\(github.baseURL)/app"
      let now = FakeGitHubAccessTests.now
      #expect(try await ask("GET", app, webToken()).json["id"]?.int == 7_700)
      let bad = [
        try webToken(["iss": "8"]), try webToken(["iss": .none]), try webToken(["exp": .int(now)]),
        try webToken(["exp": .int(now + 601)]), try webToken(["iat": .int(now + 1)]),
        try webToken(key: TestKeys.next()), try webToken([:], .rs384), try webToken([:], .none),
        tokenText, "",
      ]
      for bearer in bad { #expect(try await ask("GET", app, bearer).status == 401) }
    }
  }

  @Test func tokensOfAnInstallationAreLongAndEnd() async throws {
    try await withApp { (github, clock) async throws in
      let url = "\(github.baseURL)/app/installations/55001/access_tokens"
      let made = try await ask("POST", url, webToken(), "{}")
      #expect(made.status == 201)
      let token = try #require(made.json["token"]?.string)
      #expect(token.hasPrefix("ghs_7700_") && token.count > 100)
      #expect(made.json["expires_at"]?.string == moment.adding(seconds: 3600).description)
      let pulls = "\(github.baseURL)/repos/acme/api/pulls"
      clock.move(by: 3599)
      #expect(try await ask("GET", pulls, token).status == 200)
      clock.move(by: 1)
      #expect(try await ask("GET", pulls, token).status == 401)
      #expect(try await ask("POST", url.replacing("55001", with: "1"), webToken()).status == 401)
    }
  }

  @Test func onlyAnAppMakesCheckRuns() async throws {
    try await withApp { (github, _) async throws in
      let runs = "\(github.baseURL)/repos/acme/api/check-runs"
      let body = "{\"name\":\"n\",\"head_sha\":\"\(sha)\"}"
      #expect(try await ask("POST", runs, tokenText, body).status == 403)
      #expect(try await ask("PATCH", "\(runs)/1", tokenText, "{}").status == 403)
      #expect(try await ask("POST", runs, webToken(), body).status == 401)
      #expect(github.postedCheckRuns(of: sha, in: "acme/api").isEmpty)
    }
  }

  @Test(arguments: [
    "{\"name\":\"n\"}", "{\"head_sha\":\"s\"}",
    "{\"name\":\"n\",\"head_sha\":\"s\",\"status\":\"completed\"}",
    "{\"name\":\"n\",\"head_sha\":\"s\",\"status\":\"waiting\"}",
    "{\"name\":\"n\",\"head_sha\":\"s\",\"conclusion\":\"stale\"}",
    "{\"name\":\"n\",\"head_sha\":\"s\",\"output\":{\"title\":\"t\"}}",
    "{\"name\":\"n\",\"head_sha\":\"s\",\"output\":{\"title\":\"t\",\"summary\":\"LONG\"}}",
    "{\"name\":\"n\",\"head_sha\":\"s\",\"output\":"
      + "{\"title\":\"t\",\"summary\":\"s\",\"annotations\":[MANY]}}",
  ])
  func aBadCheckRunIsRefused(body: String) async throws {
    try await withApp { (github, _) async throws in
      let url = "\(github.baseURL)/app/installations/55001/access_tokens"
      let made = try await ask("POST", url, webToken(), "{}").json
      let token = try #require(made["token"]?.string)
      let text = body.replacing("LONG", with: String(repeating: "x", count: 65_536))
        .replacing("MANY", with: Array(repeating: "{}", count: 51).joined(separator: ","))
      let runs = "\(github.baseURL)/repos/acme/api/check-runs"
      #expect(try await ask("POST", runs, token, text).status == 422)
    }
  }

  @Test func aDeliveryIsShownInFull() async throws {
    try await withApp { (github, _) async throws in
      let delivery = WebhookDelivery(
        event: "push", body: Array("{\"ref\":\"x\"}".utf8), hookID: 1, id: "guid")
      await github.deliver(delivery, hook: .app)
      let id = try #require(github.attempts.first).id
      let url = "\(github.baseURL)/app/hook/deliveries/\(id)"
      let detail = try await ask("GET", url, webToken()).json
      #expect(detail.at("request", "payload", "ref")?.string == "x")
      #expect(detail["guid"]?.string == "guid")
      #expect(try await ask("GET", url + "0", webToken()).status == 404)
    }
  }
}
