import Hummingbird
import HummingbirdTesting
import Ledger
import LedgerTesting
import Reports
import Testing
import Webhooks

@testable import Service

/// A way to ask, and its token.
private enum Role: CaseIterable, CustomTestStringConvertible {
  case nobody, unknown, malformed, revoked, read, record, override, admin

  var testDescription: String { "\(self)" }

  func authorization(in store: TestService) async throws -> [(String, String)] {
    switch self {
    case .nobody: []
    case .unknown: [("Authorization", "Bearer ledger_" + String(repeating: "0", count: 64))]
    case .malformed: [("Authorization", "Basic \(try await store.token(.admin))")]
    case .revoked:
      [("Authorization", "Bearer \(try await makeToken(.admin, in: store.store, isRevoked: true))")]
    case .read: [("Authorization", "Bearer \(try await store.token(.read))")]
    case .record: [("Authorization", "Bearer \(try await store.token(.record))")]
    case .override: [("Authorization", "Bearer \(try await store.token(.override))")]
    case .admin: [("Authorization", "Bearer \(try await store.token(.admin))")]
    }
  }

  /// The status of a refusal; `nil` lets in.
  func refusal(_ access: Route.Access) -> Int? {
    guard case .token(let scope) = access else { return nil }
    switch self {
    case .nobody, .unknown, .malformed, .revoked: return 401
    case .read: return scope == .read ? nil : 403
    case .record: return scope > .record ? 403 : nil
    case .override: return scope == .admin ? 403 : nil
    case .admin: return nil
    }
  }
}

/// A request that a route answers with success.
///
/// - Parameters:
///   - spare: the hash of a token that nobody uses.
///   - override: the entry of one that was made.
///   - decision: of the deploy gate.
///   - evidence: the hash of a body that is kept.
private func request(
  _ route: Route, _ spare: String, _ override: String, _ decision: Int64, _ evidence: String
) -> (
  uri: String, body: [UInt8]?
) {
  let uri = route.path.replacing("{owner}", with: "acme").replacing("{repo}", with: "api")
    .replacing("{number}", with: "7").replacing("{index}", with: "0")
    .replacing("{hash}", with: spare)
    .replacing("{entry}", with: override)
    .replacing("{decision}", with: String(decision))
    .replacing("{sha256}", with: evidence)
    .replacing("{level}", with: "0").replacing("{tile}", with: "000.p/1")
  let body = route.method == .post ? bodies[route.path] ?? Reports.body(route.path) : nil
  return (uri, body.map { Array($0.utf8) })
}

private let bodies = [
  "/v1/gates/deploy": DeployScene.body,
  "/v1/tokens": #"{"name":"ci","scope":"record"}"#,
  "/v1/gates/overrides": #"{"pull":"acme/api#7","reason":"hotfix"}"#,
  "/v1/exports": #"{"services":["api"]}"#,
  "/v1/people/forget": #"{"person":"7001","dry_run":true}"#,
  "/v1/policies/simulate": #"{"policy":{"version":1,"services":[{"name":"api"}]}}"#,
  "/webhooks/aws":
    #"{"id":"e","source":"a","detail-type":"b","time":"2026-11-20T10:03:00Z","detail":{}}"#,
  "/webhooks/argocd": #"""
  {"application":"api","application_namespace":"argocd","phase":"Running",
   "started_at":"2026-11-20T10:00:00Z"}
  """#,
  "/webhooks/cdevents": #"""
  {"context":{"specversion":"0.5.1","id":"e","source":"/ci","timestamp":"2026-11-20T10:03:00Z",
   "type":"dev.cdevents.build.queued.0.3.0"},"subject":{"id":"b","content":{}}}
  """#,
]

/// What it needs besides a token, each question says itself.
private func isQuestion(_ route: Route) -> Bool {
  Questions.all.contains { "/v1/\($0.name)" == route.path }
}

extension ServiceTests {
  @Suite struct AccessTests {
    /// The entry of a report about a teardown.
    private static func report(in service: TestService) async throws -> Int64 {
      let body = try JSON.parse(Array((Reports.body("/v1/teardown-reports") ?? "").utf8))
      let submission = try TeardownRecord.submission(
        body, context: RecordContext(received: noon, source: .token("ci")))
      return try #require(try await service.store.append([submission]).first?.index)
    }

    @Test("A12 every route, every role", arguments: Role.allCases, [false, true])
    fileprivate func everyRouteForEveryRole(_ role: Role, _ pagesArePrivate: Bool) async throws {
      try await withParts(
        Setup(pagesArePrivate: pagesArePrivate, logIsPublic: !pagesArePrivate, isSigned: true)
      ) { parts in
        try await withRouter(parts) { service in
          service.clock.advance(seconds: 6_000_000)
          try await service.deliver(all: [Scene.opened()])
          let headers = try await role.authorization(in: service)
          let spare = NewToken(name: "spare", scope: .read)
          let made = try spare.entry(received: noon)
          _ = try await service.store.append([Submission(entry: made)])
          let hash = try #require(made.data["hash"]?.string)
          let ask = try DeployScene.entries.entry(.deployAsked)
          let asked = try #require(try await DeployScene.tell(service.store, ask).first)
          let evidence = try await service.store.read { reader in
            try reader.entries(from: 0, limit: 0, kind: .pullRequest).first?.entry.evidence
          }?.hash.hex
          let kept = try #require(evidence)
          let report = try await AccessTests.report(in: service)
          var override = "0"
          for route in Routes.all(parts.service) where route.path != "/webhooks/github" {
            // Its answer never ends.
            if route.path == "/v1/stream", role.refusal(route.access) == nil { continue }
            var (uri, body) = request(route, hash, override, asked.index + 1, kept)
            if route.path == "/v1/teardown-reports/{index}" {
              uri = "/v1/teardown-reports/\(report)"
            }
            let type = Reports.contentType(route.path)
            let answer = try await service.send(
              route.method, uri, headers: headers + [("Content-Type", type)], body: body)
            let name = Comment("\(route.method) \(route.path)")
            if let refusal = role.refusal(route.access) {
              let codes = ["scope", "token_missing", "token_unknown"]
              #expect(codes.contains(try answer.problem(refusal)), name)
              #expect(refusal != 401 || answer.headers[.wwwAuthenticate] == "Bearer", name)
            } else if isQuestion(route) {
              #expect([200, 400, 404].contains(answer.status), name)
            } else {
              #expect([200, 201].contains(answer.status) || route.path == "/app", name)
              if route.path == "/v1/gates/overrides", route.method == .post {
                override = try #require(try answer.json["entry"]?.string)
              }
            }
          }
        }
      }
    }

    /// A new route that forgets its guard must be added here by hand.
    @Test func theOpenRoutes() async throws {
      try await withParts(Setup()) { parts in
        let open = Routes.all(parts.service).filter { $0.access == .open }.map(\.path)
        #expect(
          open == [
            "/", "/version", "/ping", "/app", "/demo/hello", "/demo/random-error", "/health",
            "/livez", "/readyz", "/metrics", "/webhooks/github", "/checkpoint", "/v1/log",
            "/tile/{level}/{tile}", "/ledger/{owner}/{repo}/pull/{number}", "/ledger/verify.js",
          ])
      }
    }

    /// All routes, and a token that may everything. The answers are not checked against the
    /// description, which has no HEAD.
    private func withAll(
      _ setup: Setup = Setup(isSigned: true),
      _ test: @Sendable (ProbeService, [Route], String) async throws -> Void
    ) async throws {
      try await withParts(setup) { parts in
        let application = Application(router: Routes.router(parts.service), logger: quiet)
        let (token, routes) = (
          try await makeToken(.admin, in: parts.store), Routes.all(parts.service)
        )
        try await application.test(.router) { client in
          try await test(ProbeService(parts: parts, client: client), routes, token)
        }
      }
    }

    private static func uri(_ route: Route) -> String {
      let nothing = String(repeating: "0", count: 64)
      return request(route, nothing, "0", 0, nothing).uri
    }

    /// RFC 9110, 9.1 and 9.3.2.
    @Test func headIsAnsweredAsGetIs() async throws {
      try await withAll { service, routes, token in
        for route in routes where route.method == .get && route.path != "/v1/stream" {
          let uri = Self.uri(route)
          let get = try await service.send(.get, uri, token)
          let head = try await service.send(.head, uri, token)
          #expect(head.status == get.status && head.status != 405, "\(uri)")
          #expect(head.body.isEmpty && head.headers[.contentLength] != nil, "\(uri)")
          #expect(head.contentType == get.contentType, "\(uri)")
          #expect(head.headers[.cacheControl] == get.headers[.cacheControl], "\(uri)")
        }
        let ping = try await service.send(.head, "/ping", token)
        #expect(ping.status == 200 && ping.headers[.contentLength] == "2")
        let locked = try await service.send(.head, "/v1/status", "x")
        #expect(locked.status == 401 && locked.headers[.wwwAuthenticate] == "Bearer")
      }
    }

    /// Nobody looks on who asks for the head alone: the one seat is free again.
    @Test func headOpensNoStream() async throws {
      try await withLiveService(Setup(streams: 1)) { service in
        let token = try await makeToken(.read, in: service.parts.store)
        for _ in 0..<3 {
          let raw = try service.connect()
          await raw.write(
            "HEAD /v1/stream HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\n\r\n")
          let text = String(decoding: try #require(await raw.rest()), as: UTF8.self)
          #expect(text.hasPrefix("HTTP/1.1 200 "), "\(text)")
          #expect(text.lowercased().contains("content-type: text/event-stream"))
          #expect(!text.contains("still here"))
        }
      }
    }

    /// RFC 9110, 15.5.6. It needs no token: which routes there are is no secret.
    @Test func anotherMethodIsToldWhichThereAre() async throws {
      let methods: [HTTPRequest.Method] = [
        .get, .head, .post, .put, .patch, .delete, .options, .trace,
      ]
      try await withAll { service, routes, _ in
        for (path, here) in Dictionary(grouping: routes, by: \.path) {
          let known = Set(here.map(\.method) + (here.contains { $0.method == .get } ? [.head] : []))
          for method in methods where !known.contains(method) {
            let answer = try await service.send(method, Self.uri(here[0]), "")
            let name = Comment("\(method) \(path)")
            #expect(answer.status == 405, name)
            let allowed = answer.headers[.allow]?.split(separator: ", ").map(String.init) ?? []
            #expect(Set(allowed) == Set(known.map(\.rawValue)), name)
            if method != .head { #expect(try answer.problem(405) == "method", name) }
          }
        }
        let tokens = try await service.send(.options, "/v1/tokens", "")
        #expect(tokens.headers[.allow] == "GET, HEAD, POST")
        #expect(try await service.send(.put, "/nothing", "").problem(404) == "not_found")
      }
    }

    /// A shared cache knows `X-API-Key` for no credential (RFC 9111, 3.5).
    @Test func whatNeedsATokenIsNotKept() async throws {
      try await withAll { service, routes, token in
        for route in routes
        where route.method == .get && route.access != .open && route.path != "/v1/stream" {
          let answer = try await service.send(.get, Self.uri(route), token)
          let kept = try #require(answer.headers[.cacheControl], "\(route.path)")
          let isOfTile = route.path == "/tile/entries/{tile}" && kept.hasPrefix("private, ")
          #expect(kept == "no-store" || isOfTile, "\(route.path): \(kept)")
        }
        let status = try await service.send(.get, "/v1/status", token)
        #expect(status.status == 200 && status.headers[.cacheControl] == "no-store")
        #expect(try await service.send(.get, "/ping", token).headers[.cacheControl] == nil)
      }
    }

    @Test func aRefusalSaysNothingAboutTheToken() async throws {
      try await withService { service in
        let token = "ledger_" + String(repeating: "5", count: 64)
        let answer = try await service.get("/v1/status", token: token)
        #expect(try answer.problem(401) == "token_unknown")
        #expect(!answer.text.contains(token))
        let revoked = try await makeToken(.read, in: service.store, isRevoked: true)
        let other = try await service.get("/v1/status", token: revoked)
        #expect(other.body == answer.body)
      }
    }

    @Test func twoTokensAreNone() async throws {
      try await withService { service in
        let token = "Bearer \(try await service.token(.read))"
        let headers = [("Authorization", token), ("Authorization", token)]
        let answer = try await service.get("/v1/status", headers: headers)
        #expect(try answer.problem(401) == "token_missing")
      }
    }

    @Test func theWordBearerMayBeWrittenAnyHow() async throws {
      try await withService { service in
        let token = try await service.token(.read)
        let answer = try await service.get(
          "/v1/status", headers: [("Authorization", "bEARER \(token)")])
        #expect(answer.status == 200)
      }
    }
  }
}
