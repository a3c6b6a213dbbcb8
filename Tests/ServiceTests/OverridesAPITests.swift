import Gates
import Ledger
import LedgerTesting
import Testing

@testable import Service

extension ServiceTests {
  @Suite struct OverridesAPITests {
    private static let path = "/v1/gates/overrides"

    private func post(
      _ service: TestService, _ body: String, token: String? = nil
    ) async throws -> Answer {
      let token = if let token { token } else { try await service.token(.override) }
      return try await service.send(
        .post, Self.path, token: token, body: Array(body.utf8))
    }

    private func gate(_ service: TestService) async throws -> JSON {
      try await service.get(Scene.gatePath, token: try await service.token(.read)).json
    }

    private static let body = #"{"pull":"acme/api#7","reason":"hotfix","expires_in":600}"#

    @Test func itIsShownEverywhere() async throws {
      try await withService { service in
        try await service.deliver(all: [Scene.opened(), Scene.ended("test")])
        let made = try await post(service, Self.body)
        #expect(made.status == 201)
        let item = try made.json
        #expect(item["state"] == "active" && item["pull"] == "7" && item["reason"] == "hotfix")
        #expect(item.at("repository", "name") == "acme/api")
        let gate = try await gate(service)
        #expect(gate["state"] == "allow")
        let until = noon.adding(seconds: 600)
        #expect(
          gate["override"] == [
            "entry": item["entry"] ?? .null, "by": "override for a test", "reason": "hotfix",
            "expires_at": .string(until.description),
          ])
        let page = try await service.get(Scene.page).text
        #expect(page.contains("May be merged, by an override"))
        #expect(page.contains("hotfix") && page.contains(until.description))
        #expect(!page.contains("override for a test"))
        let history = try await service.get(
          "/v1/history?kind=override", token: try await service.token(.read)
        ).json["items"]?.array
        #expect(history?.map { $0["outcome"] } == ["active"])
        #expect(history?.map { $0["note"] } == ["hotfix"])
        #expect(history?.map { $0["pull"] } == ["7"])
        let list = try await service.get(Self.path, token: try await service.token(.read))
        #expect(try list.json["items"] == [item])
        #expect(try list.json["has_more"] == false)
      }
    }

    @Test func itIsRevoked() async throws {
      try await withService { service in
        try await service.deliver(all: [Scene.opened()])
        let entry = try #require(try await post(service, Self.body).json["entry"]?.string)
        let token = try await service.token(.override)
        let size = try await service.store.read { try $0.size() }
        for _ in 0..<2 {
          let answer = try await service.send(.delete, "\(Self.path)/\(entry)", token: token)
          #expect(try answer.json["state"] == "revoked")
        }
        #expect(try await service.store.read { try $0.size() } == size + 2)
        #expect(try await gate(service)["state"] == "pending")
        #expect(try await gate(service)["override"] == .null)
        let unknown = try await service.send(.delete, "\(Self.path)/0", token: token)
        #expect(try unknown.problem(404) == "not_found")
      }
    }

    @Test(arguments: [
      (#"{"pull":"acme/api#8","reason":"x"}"#, 404, "not_found"),
      (#"{"decision":9999,"reason":"x"}"#, 404, "not_found"),
      (#"{"decision":0,"reason":"x"}"#, 404, "not_found"),
      (#"{"pull":"acme/api#7"}"#, 422, "fields"),
      (#"{"pull":"acme/api#7","reason":"a\nb"}"#, 422, "fields"),
      (#"{"pull":"acme/api#7","reason":"x","expires_in":59}"#, 422, "fields"),
      (#"{"pull":"acme/api#7","reason":"x","expires_in":"1h"}"#, 422, "fields"),
      (#"{"pull":"acme/api#7","reason":"x","expires_in":null}"#, 422, "fields"),
      (#"{"pull":"acme/api#7","reason":"x","for":1}"#, 422, "fields"),
      (#"{"pull":"acme/api#7","decision":1,"reason":"x"}"#, 422, "fields"),
      (#"{"pull":"api#7","reason":"x"}"#, 422, "fields"),
      (#"{"decision":-1,"reason":"x"}"#, 422, "fields"),
      (#"{"reason":"x"}"#, 422, "fields"), ("[]", 400, "body"), ("{", 400, "body"),
    ])
    func whatIsRefused(_ body: String, _ status: Int, _ code: String) async throws {
      try await withService { service in
        try await service.deliver(all: [Scene.opened()])
        let size = try await service.store.read { try $0.size() }
        let answer = try await post(service, body)
        #expect(try answer.problem(status) == code)
        // The token alone.
        #expect(try await service.store.read { try $0.size() } == size + 1)
      }
    }

    @Test func anAllowCannotBeOverridden() async throws {
      try await withService { service in
        try await service.deliver(
          all: [Scene.opened(), Scene.triggered, Scene.ended("test"), Scene.ended("lint")])
        #expect(try await post(service, Self.body).problem(409) == "conflict")
      }
    }

    @Test(arguments: [Scope.read, .record]) func thePowerIsAScope(_ scope: Scope) async throws {
      try await withService { service in
        try await service.deliver(all: [Scene.opened()])
        let answer = try await post(service, Self.body, token: try await service.token(scope))
        #expect(try answer.problem(403) == "scope")
        #expect(try await gate(service)["state"] == "pending")
      }
    }

    @Test func aTokenOfAnotherRepository() async throws {
      try await withService { service in
        try await service.deliver(all: [Scene.opened()])
        let bound = NewToken(
          name: "bound", scope: .override, repositories: [.init(id: 7, name: nil)])
        _ = try await service.store.append([Submission(entry: bound.entry(received: noon))])
        let answer = try await post(service, Self.body, token: bound.secret)
        #expect(try answer.problem(403) == "repository")
        let entry = try #require(try await post(service, Self.body).json["entry"]?.string)
        let revoked = try await service.send(
          .delete, "\(Self.path)/\(entry)", token: bound.secret)
        #expect(try revoked.problem(403) == "repository")
        #expect(try await gate(service)["state"] == "allow")
      }
    }

    /// Whoever asks before the entry about the end is written gets no allow.
    @Test func timeThatIsOverAllowsNothing() async throws {
      try await withService { service in
        try await service.deliver(all: [Scene.opened()])
        _ = try await post(service, Self.body)
        service.clock.advance(seconds: 599)
        #expect(try await gate(service)["state"] == "allow")
        service.clock.advance(seconds: 1)
        let late = try await gate(service)
        #expect(late["state"] == "deny")
        #expect(late["summary"]?.string?.contains("the gate has not looked again") == true)
        let list = try await service.get(Self.path, token: try await service.token(.read))
        #expect(try list.json["items"]?.array?.map { $0["state"] } == ["expired"])
      }
    }
  }

  @Suite struct ExpiriesTests {
    /// The process that let it pass is gone; the next one finds what is due.
    @Test func gitHubIsToldWhenItsTimeHasCome() async throws {
      try await withPosting { posting in
        let service = posting.service
        posting.start()
        try await service.deliver(all: [Scene.opened(), Scene.ended("test", "failure")])
        try await posting.settle()
        let token = try await service.token(.override)
        let body = Array(#"{"pull":"acme/api#7","reason":"hotfix"}"#.utf8)
        #expect(
          try await service.send(.post, "/v1/gates/overrides", token: token, body: body).status
            == 201)
        try await posting.settle()
        #expect(posting.posted().last?.hasPrefix("success: allowed by override until") == true)
        try await posting.stop()

        service.clock.advance(seconds: 14_400)
        posting.start()
        let expiries = Expiries(
          store: posting.parts.store, now: posting.parts.service.now,
          announce: posting.parts.service.announce,
          logger: quiet, pace: .milliseconds(5))
        let running = Task { try await expiries.run() }
        try await until { posting.posted().last == "failure: test failed; waiting for lint" }
        try await expiries.endDue()
        running.cancel()
        try await running.value
        let ends = try await posting.entries(.overrideEnded)
        #expect(ends.map { $0.entry.data["why"] } == ["expired"])
      }
    }
  }

  @Suite struct PolicyAPITests {
    private func send(_ service: TestService, _ body: String) async throws -> Answer {
      try await service.send(
        .post, "/v1/policies/simulate", token: try await service.token(.read),
        body: Array(body.utf8))
    }

    @Test func thePolicyInForce() async throws {
      try await withService { service in
        let answer = try await service.get("/v1/policy", token: try await service.token(.read))
        let json = try answer.json
        let policy = Policy(merge: Scene.policy, confirmation: .webhooks)
        #expect(json["hash"] == .string(policy.hash) && json["policy"] == policy.json)
        #expect(json["entry"] == "0" && json["since"] == .string(noon.description))
        #expect(json["refused"] == .null)
      }
    }

    @Test func aRefusedFileIsShown() async throws {
      try await withService { service in
        let refused = RefusedPolicy(file: nil, problems: ["ledger.yaml:1: is odd"])
        let entry = try #require(
          try await service.store.read { try refused.entry(reading: $0, received: noon) })
        _ = try await service.store.append([Submission(entry: entry)])
        let again = try await service.store.read { try refused.entry(reading: $0, received: noon) }
        #expect(again == nil)
        let health = try await service.get("/health")
        #expect(health.status == 200)
        let text = try health.json.at("result", "policy")?.string
        #expect(text?.contains("is refused since \(noon.description); the one of") == true)
        let token = try await service.token(.read)
        let checks = try await service.get("/v1/doctor", token: token).json["checks"]?.array
        let check = checks?.first { $0["name"] == "policy" }
        #expect(check?["state"] == "problem" && check?["items"] == ["ledger.yaml:1: is odd"])
        let shown = try await service.get("/v1/policy", token: token).json
        #expect(shown.at("refused", "problems") == ["ledger.yaml:1: is odd"])
      }
    }

    @Test func whatAnotherPolicyWouldSay() async throws {
      try await withService { service in
        try await service.deliver(
          all: [
            Scene.opened(), Scene.triggered, Scene.ended("test"), Scene.ended("lint"),
            Scene.merged,
          ])
        service.clock.advance(seconds: 86_400)
        let answer = try await send(
          service,
          #"""
          {"since":"2d","policy":{"version":1,"gates":{"merge":{"branches":["main"],
           "checks":[{"name":"docs","app":"github-actions"}]}}}}
          """#)
        let json = try answer.json
        #expect(json["merges"] == 1 && json["denied"] == 1 && json["allowed"] == 0)
        let item = try #require(json["items"]?.array?.first)
        #expect(item["was"] == "verified" && item["would_be"] == "bypass")
        #expect(
          item["why"] == [
            "docs: missing, newly required", "lint: success, not required",
            "test: success, not required",
          ])
        let short = try await send(
          service, #"{"since":"1h","policy":{"version":1,"services":[{"name":"api"}]}}"#)
        #expect(try short.json["merges"] == 0)
      }
    }

    @Test(arguments: [
      (#"{"policy":{"version":2}}"#, 422, "policy"), (#"{"policy":{},"x":1}"#, 422, "fields"),
      (#"{"policy":{},"since":"soon"}"#, 422, "fields"), ("[]", 400, "body"), ("{", 400, "body"),
    ])
    func whatIsRefused(_ body: String, _ status: Int, _ code: String) async throws {
      try await withService { service async throws in
        #expect(try await send(service, body).problem(status) == code)
      }
    }
  }
}
