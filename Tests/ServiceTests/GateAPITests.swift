import Ledger
import LedgerTesting
import Testing

@testable import Service

extension ServiceTests {
  @Suite struct GateAPITests {
    private func gate(_ service: TestService) async throws -> JSON {
      let answer = try await service.get(Scene.gatePath, token: try await service.token(.read))
      #expect(answer.status == 200)
      return try answer.json
    }

    @Test func pendingThenDenyThenAllow() async throws {
      try await withService { service in
        try await service.deliver(all: [Scene.triggered, Scene.opened(), Scene.ended("test")])
        let pending = try await gate(service)
        #expect(pending["schema"] == "ledger.gate/1")
        #expect(pending["state"] == "pending")
        #expect(pending["summary"] == "waiting for lint")
        #expect(pending["pull"] == "7")
        #expect(pending["head_sha"] == .string(Scene.head))
        #expect(pending["repository"] == ["id": "640100200", "name": "acme/api"])
        #expect(pending["findings"]?.array?.map { $0["check"] } == ["test", "lint", "bandit"])
        #expect(pending["findings"]?.array?.map { $0["result"] } == ["pass", "pending", "pending"])
        #expect(pending["findings"]?.array?.map { $0["required"] } == [true, true, false])
        #expect(pending["merge"] == .null)
        try await service.deliver(all: [Scene.ended("lint", "failure")])
        #expect(try await gate(service)["state"] == "deny")
        try await service.deliver(all: [Scene.ended("lint", attempt: 1)])
        let allowed = try await gate(service)
        #expect(allowed["state"] == "allow")
        #expect(allowed["decided_at"] == .string(noon.description))
        let entry = try #require(allowed["entry"]?.string.flatMap { Int64($0) })
        let stored = try await service.store.read { try $0.entry(at: entry) }
        #expect(stored?.entry.kind == .verdict)
      }
    }

    @Test func aMergePastTheGate() async throws {
      try await withService { service in
        try await service.deliver(all: [Scene.opened(), Scene.ended("test", "failure")])
        try await service.deliver(all: [Scene.merged])
        let report = try await gate(service)
        #expect(report["merge"] == "bypass")
        #expect(report["state"] == "deny")
        #expect(report["summary"]?.string?.hasPrefix("bypassed: test failed") == true)
        #expect(report["merged_at"] == .string(noon.adding(seconds: 600).description))
      }
    }

    @Test(arguments: [
      "/v1/pulls/acme/api/8/gate", "/v1/pulls/acme/web/7/gate", "/v1/pulls/nobody/api/7/gate",
      "/v1/pulls/acme/api/9223372036854775807/gate", "/v1/pulls/acme/%3Cscript%3E/7/gate",
    ])
    func nothingIsKnown(_ path: String) async throws {
      try await withService { service in
        try await service.deliver(all: [Scene.opened()])
        let answer = try await service.get(path, token: try await service.token(.read))
        #expect(try answer.problem(404) == "not_found")
      }
    }

    @Test(arguments: ["x", "-7", "7x", ""]) func notANumber(_ number: String) async throws {
      try await withService { service in
        let path = "/v1/pulls/acme/api/\(number)/gate"
        let answer = try await service.get(path, token: try await service.token(.read))
        if number.isEmpty {
          #expect(try answer.problem(404) == "not_found")
        } else {
          #expect(try answer.problem(400) == "invalid_parameter")
          #expect(try answer.detail.hasPrefix("number "))
        }
      }
    }
  }
}
