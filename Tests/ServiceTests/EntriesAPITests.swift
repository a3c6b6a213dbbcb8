import Ledger
import LedgerTesting
import Testing

@testable import Service

extension ServiceTests {
  @Suite struct EntriesAPITests {
    @Test func theLogPageByPage() async throws {
      try await withService { service in
        try await service.deliver(all: [Scene.opened(), Scene.ended("test"), Scene.ended("lint")])
        let token = try await service.token(.read)
        let size = try await service.store.read { try $0.size() }
        var (indices, from): ([Int64], String?) = ([], "0")
        while let start = from {
          let page = try await service.get("/v1/entries?from=\(start)&limit=3", token: token).json
          #expect(page["schema"] == "ledger.entries/1")
          #expect(page["size"] == .int(size))
          #expect(page["complete"] == true)
          indices += try #require(page["items"]?.array).compactMap { $0["index"]?.int }
          from = page["next_cursor"]?.string
        }
        #expect(indices == Array(0..<size))
      }
    }

    @Test func ofOneKind() async throws {
      try await withService { service in
        try await service.deliver(all: [Scene.opened(), Scene.ended("test"), Scene.ended("lint")])
        let token = try await service.token(.read)
        let page = try await service.get("/v1/entries?kind=github.check_run.v1", token: token).json
        let items = try #require(page["items"]?.array)
        #expect(items.count == 2)
        #expect(items.allSatisfy { $0["kind"] == "github.check_run.v1" })
        let none = try await service.get("/v1/entries?kind=nothing.v1", token: token).json
        #expect(none["items"] == [])
      }
    }

    @Test func oneEntry() async throws {
      try await withService { service in
        let token = try await service.token(.read)
        let entry = try await service.get("/v1/entries/0", token: token).json
        #expect(entry["kind"] == "policy.v1")
        #expect(entry["index"] == 0)
        let stored = try #require(try await service.store.read { try $0.entry(at: 0) })
        #expect(entry["leaf"] == .string(stored.leaf.hex))
        #expect(entry["data"] == stored.entry.data)
      }
    }

    @Test func noSuchEntry() async throws {
      try await withService { service in
        let token = try await service.token(.read)
        for index in ["99", "9223372036854775807"] {
          let answer = try await service.get("/v1/entries/\(index)", token: token)
          #expect(try answer.problem(404) == "not_found")
        }
        for index in ["-1", "one", "1.5", "9223372036854775808", "%31x"] {
          let answer = try await service.get("/v1/entries/\(index)", token: token)
          #expect(try answer.problem(400) == "invalid_parameter")
          #expect(try answer.detail.hasPrefix("index "))
        }
      }
    }

    @Test func status() async throws {
      try await withService(Setup(confirmation: .github)) { service in
        let token = try await service.token(.read)
        try await service.deliver(all: [Scene.opened()])
        let status = try await service.get("/v1/status", token: token).json
        let size = try await service.store.read { try $0.size() }
        #expect(status["schema"] == "ledger.status/1")
        #expect(status["version"] == "1.2.3")
        #expect(status["entries"] == .int(size))
        #expect(status["policy"]?.string?.count == 64)
        #expect(
          status["outbox"] == ["due": 1, "oldest": .string(noon.description), "reads": 0])
        try await service.deliver(all: [Scene.ended("test"), Scene.ended("lint")])
        let later = try await service.get("/v1/status", token: token).json
        #expect(later.at("outbox", "reads") == 1)
      }
    }
  }
}
