import Gates
import Ledger
import LedgerTesting
import Reports
import Testing

@testable import Service

extension ServiceTests {
  @Suite struct TokensAPITests {
    private func create(_ service: TestService, _ body: String) async throws -> Answer {
      try await service.send(
        .post, "/v1/tokens", token: try await service.token(.admin), body: Array(body.utf8))
    }

    @Test(arguments: Scope.allCases) func aNewTokenWorks(_ scope: Scope) async throws {
      try await withService { service in
        let answer = try await create(service, #"{"name":"ci","scope":"\#(scope)"}"#)
        #expect(answer.status == 201)
        #expect(
          try answer.json.object?.keys.sorted() == ["name", "repositories", "scope", "token"])
        #expect(try answer.json["repositories"] == .null)
        #expect(try answer.json["name"] == "ci")
        #expect(try answer.json["scope"] == .string(scope.rawValue))
        let token = try #require(try answer.json["token"]?.string)
        #expect(token.wholeMatch(of: #/ledger_[0-9a-f]{64}/#) != nil)
        #expect(try await service.get("/v1/status", token: token).status == 200)
        let again = try await service.send(
          .post, "/v1/tokens", token: token, body: Array(#"{"name":"x","scope":"read"}"#.utf8))
        #expect(again.status == (scope == .admin ? 201 : 403))
        let log = try await service.store.read { try $0.entries(from: 0, limit: 100, kind: nil) }
        for entry in log {
          #expect(!String(decoding: entry.entry.bytes, as: UTF8.self).contains(token.dropFirst(7)))
        }
        #expect(log.contains { $0.entry.kind == .tokenCreated && $0.entry.data["name"] == "ci" })
      }
    }

    @Test(arguments: [
      ("{}", ["name must", "scope must"]), (#"{"name":"ci"}"#, ["scope must"]),
      (#"{"name":"","scope":"root"}"#, ["name must", "scope must"]),
      (#"{"name":1,"scope":["read"]}"#, ["name must", "scope must"]),
      (#"{"name":"a\nb","scope":"read"}"#, ["name must"]),
      (#"{"name":"ci","scope":"Read"}"#, ["scope must"]),
      (
        #"{"nam":"ci","scope":"root","until":1}"#,
        ["name must", "scope must", "nam is unknown", "until is unknown"]
      ),
      (#"{"name":"ci","scope":"record","repositories":[]}"#, ["repositories must"]),
      (#"{"name":"ci","scope":"record","repositories":"acme/api"}"#, ["repositories must"]),
      (#"{"name":"ci","scope":"record","repositories":[1.5]}"#, ["repositories must"]),
      (#"{"name":"ci","scope":"record","repositories":["acme/api",null]}"#, ["repositories must"]),
    ])
    func allWrongFieldsAreNamed(_ body: String, _ wrong: [String]) async throws {
      try await withService { service in
        let answer = try await create(service, body)
        #expect(try answer.problem(422) == "fields")
        let detail = try answer.detail
        #expect(detail.components(separatedBy: "; ").count == wrong.count, "\(detail)")
        for words in wrong { #expect(detail.contains(words), "\(detail)") }
        #expect(try await count(service) == 1)
      }
    }

    /// Of those that were not revoked.
    private func count(_ service: TestService) async throws -> Int {
      try await service.store.read { try $0.tokens().count { $0.revokedAt == nil } }
    }

    @Test func theLongestName() async throws {
      try await withService { service in
        for (count, status) in [(100, 201), (101, 422)] {
          let name = String(repeating: "é", count: count)
          let answer = try await create(service, #"{"name":"\#(name)","scope":"read"}"#)
          #expect(answer.status == status)
        }
      }
    }

    @Test(arguments: ["", "name=ci", "[]", "null", #"{"name":"a","name":"b","scope":"read"}"#])
    func notAnObject(_ body: String) async throws {
      try await withService { service async throws in
        #expect(try await create(service, body).problem(400) == "body")
      }
    }

    /// What stands beside the body would bind the token, were it read.
    @Test func aQueryIsRefused() async throws {
      try await withService { service in
        let answer = try await service.send(
          .post, "/v1/tokens?repositories=acme/api", token: try await service.token(.admin),
          body: Array(#"{"name":"ci","scope":"record"}"#.utf8))
        #expect(try answer.problem(400) == "invalid_parameter")
        let made = try await service.store.read {
          try $0.entries(from: 0, limit: 0, kind: .tokenCreated)
        }
        #expect(made.count == 1)
      }
    }

    @Test func whoeverLooksOnIsToldOfATokenAndOfItsEnd() async throws {
      let wakes = Naps()
      try await withService(Setup(wake: { wakes.add(.zero) })) { service in
        #expect(try await create(service, #"{"name":"ci","scope":"read"}"#).status == 201)
        #expect(wakes.all.count == 1)
        let (admin, other) = (try await service.token(.admin), try await bound(nil, service))
        for _ in 0..<2 {
          let answer = try await service.send(.delete, "/v1/tokens/\(other.hash)", token: admin)
          #expect(answer.status == 200)
          #expect(wakes.all.count == 2)
        }
      }
    }

    // MARK: tokens that are bound to repositories

    /// A token that is bound to these, or to none: its secret and its hash.
    private func bound(
      _ ids: [Int64]?, _ service: TestService, _ scope: Scope = .admin, named name: String = "bound"
    ) async throws -> (secret: String, hash: String) {
      let token = NewToken(
        name: name, scope: scope,
        repositories: ids?.map { TokenRepository(id: $0, name: nil) })
      let made = try token.entry(received: noon)
      _ = try await service.store.append([Submission(entry: made)])
      return (token.secret, try #require(made.data["hash"]?.string))
    }

    @Test(arguments: [
      ("[7]", 201), ("[9,7]", 201), ("[7,8]", 403), ("[8]", 403), ("null", 403),
    ])
    func aBoundTokenMakesNoneThatReachesFurther(_ wanted: String, _ status: Int) async throws {
      try await withService { service in
        let caller = try await bound([7, 9], service)
        let answer = try await service.send(
          .post, "/v1/tokens", token: caller.secret,
          body: Array(#"{"name":"ci","scope":"admin","repositories":\#(wanted)}"#.utf8))
        #expect(answer.status == status, "\(answer.text)")
        if status == 403 { #expect(try answer.problem(403) == "repository") }
        #expect(try await count(service) == (status == 201 ? 2 : 1))
      }
    }

    @Test(
      arguments: [
        ([7], 200), ([7, 9], 200), ([7, 8], 403), ([8], 403), (nil, 403),
      ] as [([Int64]?, Int)])
    func aBoundTokenRevokesNoneThatReachesFurther(_ ids: [Int64]?, _ status: Int) async throws {
      try await withService { service in
        let (caller, other) = (
          try await bound([7, 9], service), try await bound(ids, service, .read)
        )
        let answer = try await service.send(
          .delete, "/v1/tokens/\(other.hash)", token: caller.secret)
        #expect(answer.status == status, "\(answer.text)")
        if status == 403 { #expect(try answer.problem(403) == "repository") }
        let isValid = try await service.get("/v1/status", token: other.secret).status == 200
        #expect(isValid == (status == 403))
      }
    }

    private func make(_ name: String, by secret: String, _ service: TestService) async throws
      -> Answer
    {
      try await service.send(
        .post, "/v1/tokens", token: secret,
        body: Array(#"{"name":"\#(name)","scope":"record","repositories":[9]}"#.utf8))
    }

    /// All tokens of a name are believed, or none: also those that were revoked count.
    @Test(
      arguments: [
        ([7], 201), ([7, 9], 201), ([7, 8], 403), ([8], 403), (nil, 403),
      ] as [([Int64]?, Int)])
    func aBoundTokenTakesNoNameThatReachesFurther(_ ids: [Int64]?, _ status: Int) async throws {
      try await withService { service in
        let caller = try await bound([7, 9], service)
        let other = try await bound(ids, service, .record, named: "caf\u{E9}")
        let revocation = try TokenRevocation.entry(of: other.hash, received: noon)
        for isRevoked in [false, true] {
          if isRevoked {
            _ = try await service.store.append([Submission(entry: revocation)])
          }
          for name in ["caf\u{E9}", "cafe\u{301}"] {
            let answer = try await make(name, by: caller.secret, service)
            #expect(answer.status == status, "\(answer.text)")
            if status == 403 { #expect(try answer.problem(403) == "repository") }
          }
        }
        #expect(try await make("other", by: caller.secret, service).status == 201)
      }
    }

    /// The file's own, and one that speaks for a platform, even if nobody has it yet.
    @Test func aBoundTokenTakesNoNameThatIsBelieved() async throws {
      let recording = RecordingPolicy(
        audience: "https://ledger.example.com", workflows: [], platformTokens: ["eventbridge"])
      try await withService(Setup(recording: recording)) { service in
        let (narrow, free) = (try await bound([9], service), try await bound(nil, service))
        for name in ["cli", "eventbridge"] {
          let refused = try await make(name, by: narrow.secret, service)
          #expect(try refused.problem(403) == "repository")
          #expect(try await make(name, by: free.secret, service).status == 201)
        }
      }
    }

    @Test(arguments: ["/v1/people/forget", "/v1/reconcile"])
    func whatConcernsAllRepositoriesIsNotForABoundToken(_ path: String) async throws {
      try await withService { service in
        let caller = try await bound([7], service)
        let answer = try await service.send(
          .post, path, token: caller.secret,
          body: Array(#"{"person":"7001","dry_run":true}"#.utf8))
        #expect(try answer.problem(403) == "repository")
        #expect(try answer.detail.contains("[7]"))
      }
    }

    @Test func tooLarge() async throws {
      try await withService { service in
        let body = #"{"name":"ci","scope":"read"}"# + String(repeating: " ", count: 5_000)
        let answer = try await create(service, body)
        #expect(try answer.problem(413) == "too_large")
        #expect(try answer.detail.contains("4096"))
      }
    }
  }

  @Suite struct PageTests {
    @Test func itIsReadable() async throws {
      try await withService { service in
        try await service.deliver(all: [Scene.triggered, Scene.opened(), Scene.ended("test")])
        let page = try await service.get(Scene.page)
        #expect(page.status == 200)
        #expect(page.contentType == "text/html; charset=utf-8")
        let csp = try fieldName("Content-Security-Policy")
        let policy = """
          default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
          frame-ancestors 'none'
          """
        #expect(page.headers[csp] == policy)
        #expect(page.headers[.cacheControl] == "no-store")
        #expect(page.headers[try fieldName("X-Content-Type-Options")] == "nosniff")
        for words in ["acme/api#7", "Not yet", "waiting for lint", "test", "required", "advisory"] {
          #expect(page.text.contains(words), "\(words)")
        }
        #expect(page.text.contains(Scene.head))
        #expect(!page.text.contains("{{"))
        #expect(!page.text.contains("mia"))
      }
    }

    @Test(arguments: [("success", "May be merged"), ("failure", "May not be merged")])
    func verdicts(_ conclusion: String, _ headline: String) async throws {
      try await withService { service in
        try await service.deliver(
          all: [
            Scene.triggered, Scene.opened(), Scene.ended("test", conclusion), Scene.ended("lint"),
          ])
        #expect(try await service.get(Scene.page).text.contains(headline))
      }
    }

    @Test func merges() async throws {
      for (conclusion, headline) in [
        ("failure", "Merged past the gate"), ("success", "Merged in order"),
      ] {
        try await withService { service in
          try await service.deliver(
            all: [
              Scene.triggered, Scene.opened(), Scene.ended("test", conclusion), Scene.ended("lint"),
            ])
          try await service.deliver(all: [Scene.merged])
          #expect(try await service.get(Scene.page).text.contains(headline))
        }
      }
    }

    /// Whoever may write a workflow chooses the words of a conclusion or a name.
    @Test func whatOthersWroteIsEscaped() async throws {
      let attack = #"<script>alert("1")</script>"#
      try await withService { service in
        try await service.deliver(
          all: [Scene.opened(), Scene.ended("test", attack), Scene.ended("bandit", attack)])
        let page = try await service.get(Scene.page)
        #expect(page.text.contains("&lt;script&gt;"))
        #expect(!page.text.contains("<script"))
      }
    }

    @Test func nothingIsKnown() async throws {
      try await withService { service async throws in
        #expect(try await service.get(Scene.page).problem(404) == "not_found")
        #expect(try await service.get("/ledger/a/b/pull/x").problem(400) == "invalid_parameter")
      }
    }

    @Test func privatePagesNeedAToken() async throws {
      try await withService(Setup(pagesArePrivate: true)) { service in
        try await service.deliver(all: [Scene.opened()])
        #expect(try await service.get(Scene.page).problem(401) == "token_missing")
        let token = try await service.token(.read)
        #expect(try await service.get(Scene.page, token: token).status == 200)
      }
    }
  }
}
