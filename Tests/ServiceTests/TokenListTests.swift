import Ledger
import Reports
import Testing

@testable import Service

extension ServiceTests {
  @Suite struct TokenListTests {
    private func create(
      _ service: TestService, _ name: String, _ repositories: String, by token: String
    ) async throws -> Answer {
      let body = #"{"name":"\#(name)","scope":"record","repositories":\#(repositories)}"#
      return try await service.send(.post, "/v1/tokens", token: token, body: Array(body.utf8))
    }

    private func list(_ service: TestService, _ token: String) async throws -> TokenList {
      let answer = try await service.get("/v1/tokens", token: token)
      #expect(answer.status == 200)
      return try #require(TokenList(json: try answer.json))
    }

    private func hash(_ service: TestService, _ name: String, _ token: String) async throws
      -> String
    {
      try await #require(list(service, token).items.last { $0.name == name }).hash
    }

    /// `Scene.acme` is repository 640100200; the ledger heard of it, and of no other.
    @Test(arguments: [
      (#"["acme/api"]"#, [640_100_200]), (#"["ACME/Api"]"#, [640_100_200]),
      ("[640100200]", [640_100_200]), (#"["640100200"]"#, [640_100_200]), ("[7]", [7]),
      (#"["9", "acme/api", 7, 640100200]"#, [7, 9, 640_100_200]),
    ])
    func repositories(_ json: String, _ ids: [Int64]) async throws {
      try await withService { service in
        try await service.deliver(all: [Scene.opened()])
        let answer = try await create(service, "ci", json, by: try await service.token(.admin))
        #expect(answer.status == 201)
        let told = try answer.json["repositories"]?.array?.compactMap(TokenRepository.init(json:))
        #expect(
          told == ids.map { TokenRepository(id: $0, name: $0 > 9 ? "acme/api" : nil) })
        let made = try await service.store.read {
          try $0.entries(from: 0, limit: 0, kind: .tokenCreated)
        }
        #expect(made.last?.entry.data["repositories"] == .array(ids.map(JSON.int)))
        let token = try #require(try answer.json["token"]?.string)
        let row = try await service.store.read { try $0.token(hash: Self.sha256(token)) }
        #expect(row?.repositories == ids)
      }
    }

    private static func sha256(_ secret: String) throws -> String {
      let evidence = Evidence(Array(secret.utf8))
      return evidence.reference.hash.hex
    }

    @Test func anUnknownNameMakesNothing() async throws {
      try await withService { service in
        try await service.deliver(all: [Scene.opened()])
        let admin = try await service.token(.admin)
        let answer = try await create(
          service, "ci", #"["acme/api", "acme/nope", "nope", "-7"]"#, by: admin)
        #expect(try answer.problem(422) == "repositories")
        #expect(try answer.detail.contains("no repository acme/nope, nope, -7"))
        #expect(try answer.json["hint"]?.string == UnknownRepositories.hint)
        #expect(try await list(service, admin).items.map(\.name) == ["admin for a test"])
      }
    }

    @Test func theList() async throws {
      try await withService { service in
        try await service.deliver(all: [Scene.opened()])
        let admin = try await service.token(.admin)
        service.clock.advance(seconds: 60)
        let secret = try await create(service, "ci", #"["acme/api",7]"#, by: admin)
        let answer = try await service.get("/v1/tokens", token: admin)
        let list = try #require(TokenList(json: try answer.json))
        #expect(list.items.map(\.name) == ["admin for a test", "ci"])
        #expect(list.items.map(\.scope) == ["admin", "record"])
        #expect(list.items.map(\.madeAt) == [noon, noon.adding(seconds: 60)])
        #expect(list.items.map(\.revokedAt) == [nil, nil])
        #expect(list.items[0].repositories == nil)
        #expect(
          list.items[1].repositories == [
            TokenRepository(id: 7, name: nil), TokenRepository(id: 640_100_200, name: "acme/api"),
          ])
        #expect(!answer.text.contains(admin))
        #expect(!answer.text.contains(try #require(try secret.json["token"]?.string)))
        let wrong = try await service.get("/v1/tokens?name=ci", token: admin)
        #expect(try wrong.problem(400) == "invalid_parameter")
      }
    }

    @Test func aRevokedTokenEndsAtOnce() async throws {
      try await withService { service in
        let admin = try await service.token(.admin)
        let made = try await service.send(
          .post, "/v1/tokens", token: admin, body: Array(#"{"name":"ci","scope":"read"}"#.utf8))
        let token = try #require(try made.json["token"]?.string)
        #expect(try await service.get("/v1/status", token: token).status == 200)
        let hash = try await hash(service, "ci", admin)
        service.clock.advance(seconds: 5)
        let first = try await service.send(.delete, "/v1/tokens/\(hash)", token: admin)
        #expect(first.status == 200)
        #expect(Instant(json: try first.json["revoked_at"]) == noon.adding(seconds: 5))
        #expect(try await service.get("/v1/status", token: token).problem(401) == "token_unknown")
        service.clock.advance(seconds: 5)
        let again = try await service.send(.delete, "/v1/tokens/\(hash)", token: admin)
        #expect(again.body == first.body && again.status == 200)
        let entries = try await service.store.read {
          try $0.entries(from: 0, limit: 0, kind: .tokenRevoked)
        }
        #expect(entries.map(\.entry.data) == [["hash": .string(hash)]])
        #expect(entries.first?.entry.source == .token("admin for a test"))
        #expect(try await list(service, admin).items.last?.revokedAt == noon.adding(seconds: 5))
      }
    }

    @Test(arguments: ["", "0", String(repeating: "0", count: 64), "..%2f"])
    func aHashThatIsNone(_ hash: String) async throws {
      try await withService { service in
        let admin = try await service.token(.admin)
        let answer = try await service.send(.delete, "/v1/tokens/\(hash)", token: admin)
        #expect([404, 405].contains(answer.status))
        #expect(try await list(service, admin).items.allSatisfy { $0.revokedAt == nil })
      }
    }

    /// The beginning of a hash could mean another token tomorrow.
    @Test func aPrefixIsNoHash() async throws {
      try await withService { service in
        let admin = try await service.token(.admin)
        let hash = try await hash(service, "admin for a test", admin)
        let answer = try await service.send(.delete, "/v1/tokens/\(hash.prefix(63))", token: admin)
        #expect(try answer.problem(404) == "not_found")
        #expect(try await service.get("/v1/status", token: admin).status == 200)
      }
    }
  }
}
