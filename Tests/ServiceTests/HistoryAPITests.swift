import Ledger
import LedgerTesting
import Testing

@testable import Service

extension ServiceTests {
  @Suite struct HistoryAPITests {
    private static let deployments = (1...7).map {
      Scene.deployment($0, to: $0.isMultiple(of: 2) ? "production" : "staging")
    }

    private func withHistory(
      _ test: @Sendable (TestService, String) async throws -> Void
    ) async throws {
      try await withService { service in
        try await service.deliver(all: Self.deployments)
        try await test(service, try await service.token(.read))
      }
    }

    @Test func newestFirst() async throws {
      try await withHistory { service, token in
        let page = try await service.get("/v1/history", token: token).json
        #expect(page["schema"] == "ledger.history/1")
        #expect(page["as_of"] == .string(noon.description))
        #expect(page["complete"] == false)
        #expect(page["total"] == 7)
        #expect(page["next_cursor"] == .null)
        #expect(page["deliveries_to"] == .string(noon.description))
        #expect(
          page["items"]?.array?.compactMap { $0["id"]?.string }
            == (1...7).reversed().map(String.init))
        let newest = try #require(page["items"]?.array?.first)
        #expect(newest["kind"] == "deploy")
        #expect(newest["environment"] == "staging")
        #expect(newest["commit"] == .string(Derived.commit("deploy 7")))
        #expect(newest.at("repository", "name") == "acme/api")
        #expect(newest.at("repository", "id") == "640100200")
        #expect(newest.at("actor", "login") == "mia")
      }
    }

    @Test(arguments: [
      ("environment=staging", [7, 5, 3, 1]), ("environment=production", [6, 4, 2]),
      ("environment=staging&environment=production&limit=2", [7, 6]),
      ("environment=nowhere", []), ("repository=acme/api&limit=1", [7]),
      ("repository=acme%2Fapi&limit=1", [7]), ("repository=acme/web", []),
      ("kind=deploy&limit=1", [7]), ("kind=merge", []), ("service=api&limit=1", [7]),
      ("service=web", []), ("until=2026-09-21T14:13:23Z", [2, 1]),
      ("since=2026-09-21T14:13:26Z", [7, 6]),
      ("since=2026-09-21T14:13:22Z&until=2026-09-21T14:13:24Z", [3, 2]),
      ("commit=\(Derived.commit("deploy 4"))", [4]),
      ("commit=\(Derived.commit("deploy 4").prefix(9))", [4]), ("digest=sha256:00", []),
      ("environment=staging&cursor=5", [3, 1]),
    ])
    func filters(_ query: String, _ expected: [Int]) async throws {
      try await withHistory { service, token in
        let page = try await service.get("/v1/history?\(query)", token: token)
        #expect(page.status == 200, "\(page.text)")
        let ids = try page.json["items"]?.array?.compactMap { $0["id"]?.string }
        #expect(ids == expected.map(String.init))
      }
    }

    @Test(arguments: [1, 2, 3, 7, 1_000]) func pagesHoldEachRowOnce(_ limit: Int) async throws {
      try await withHistory { service, token in
        var (seen, cursor): ([String], String?) = ([], nil)
        repeat {
          let after = cursor.map { "&cursor=\($0)" } ?? ""
          let page = try await service.get("/v1/history?limit=\(limit)\(after)", token: token).json
          #expect(page["total"] == 7)
          let ids = try #require(page["items"]?.array).compactMap { $0["id"]?.string }
          #expect(!ids.isEmpty && ids.count <= limit)
          seen += ids
          cursor = page["next_cursor"]?.string
        } while cursor != nil && seen.count < 20
        #expect(seen == (1...7).reversed().map(String.init))
      }
    }

    @Test func aPageDoesNotMoveWhenSomethingHappens() async throws {
      try await withHistory { service, token in
        let first = try await service.get("/v1/history?limit=3", token: token).json
        let cursor = try #require(first["next_cursor"]?.string)
        try await service.deliver(all: [Scene.deployment(8, to: "staging")])
        let next = try await service.get("/v1/history?limit=3&cursor=\(cursor)", token: token).json
        #expect(next["items"]?.array?.compactMap { $0["id"]?.string } == ["4", "3", "2"])
      }
    }

    @Test(arguments: [
      ("/v1/history", String(repeating: "actor=1&", count: 51) + "limit=1", "actor"),
      ("/v1/history", "limit=0", "limit"), ("/v1/history", "limit=1001", "limit"),
      ("/v1/history", "limit=many", "limit"), ("/v1/history", "limit=", "limit"),
      ("/v1/history", "limit=1&limit=2", "limit"), ("/v1/history", "cursor=-1", "cursor"),
      ("/v1/history", "cursor=x", "cursor"), ("/v1/history", "since=yesterday", "since"),
      ("/v1/history", "until=2026-13-01T00:00:00Z", "until"),
      ("/v1/history", "commit=a&commit=b", "commit"),
      ("/v1/history", "environmnet=staging", "environmnet"), ("/v1/history", "since", "since"),
      ("/v1/entries", "from=-1", "from"), ("/v1/entries", "limit=1001", "limit"),
      ("/v1/entries", "kind=a&kind=b", "kind"), ("/v1/entries", "form=1", "form"),
      ("/v1/entries/0", "format=json", "format"), ("/v1/status", "verbose", "verbose"),
      (Scene.gatePath, "sha=a", "sha"),
    ])
    func aBadParameterIsNamed(_ path: String, _ query: String, _ name: String) async throws {
      try await withService { service in
        let token = try await service.token(.read)
        let answer = try await service.get("\(path)?\(query)", token: token)
        #expect(try answer.problem(400) == "invalid_parameter")
        #expect(try answer.detail.hasPrefix("\(name) "))
      }
    }
  }
}
