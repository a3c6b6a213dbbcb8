import Ledger
import LedgerTesting
import Reports
import Testing

@testable import Service

extension ServiceTests {
  @Suite struct QuestionsAPITests {
    private static let chain = ChainEntries(start: noon)

    /// The way of one commit to two tasks, and two images whose digests begin alike.
    private func withChain(
      _ test: @Sendable (TestService, String) async throws -> Void
    ) async throws {
      try await withService { service in
        var entries = try Self.chain.all()
        for tail in ["0", "1"] {
          let digest = "sha256:abcdef" + String(repeating: tail, count: 58)
          entries.append(try Self.chain.entry(.imageRecorded, ["digest": .string(digest)]))
        }
        _ = try await service.store.append(entries.map { Submission(entry: $0) })
        try await test(service, try await service.token(.read))
      }
    }

    @Test func everyQuestionIsARoute() async throws {
      try await withParts(Setup()) { parts in
        let routes = Routes.all(parts.service)
        for question in Questions.all {
          let route = routes.filter { $0.path == "/v1/\(question.name)" }
          #expect(route.count == 1, "\(question.name)")
          #expect(route.first?.access == .token(.read) && route.first?.method == .get)
        }
      }
    }

    @Test(arguments: [
      "history?kind=image", "history?outcome=unknown&actor=id:7001&since=2d&revision=api:57",
      "running", "running?service=api&environment=prod", "running?drift-only=true", "at?time=1h",
      "at?time=2026-09-20&service=api", "show?ref=td:api:57", "show?ref=api", "show?ref=7",
      "show?ref=\(ChainEntries.digest.prefix(20))", "show?ref=sha:\(ChainEntries.commit.prefix(8))",
      "trace?ref=td:api:57", "trace?ref=sha:\(ChainEntries.commit)",
      "diff?from=td:api:57&to=td:api:57", "search?q=api", "search?q=nothing-like-that&limit=1",
      "doctor", "names", "inventory?environment=prod",
    ])
    func theAnswerIsTheQuestionsOwn(_ target: String) async throws {
      try await withChain { service, token in
        let answer = try await service.get("/v1/\(target)", token: token)
        #expect(answer.status == 200, "\(answer.text)")
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        #expect(try answer.json["schema"] == .string("ledger.\(parts[0])/1"))
        let pairs = (parts.count > 1 ? parts[1] : "").split(separator: "&").map { pair in
          let sides = pair.split(separator: "=", maxSplits: 1).map(String.init)
          return (sides[0], sides.count > 1 ? sides[1] : "")
        }
        let expected = try await service.store.read {
          try Questions.answer(parts[0], pairs, reading: $0, now: noon).canonicalBytes
        }
        #expect(answer.body == expected, "a file gives the same bytes")
      }
    }

    @Test(arguments: [(1, 1, true), (2, 2, false)])
    func aSearchSaysWhetherThereIsMore(_ limit: Int, _ found: Int, _ hasMore: Bool) async throws {
      try await withChain { service, token in
        let answer = try await service.get(
          "/v1/search?q=sha256:abcdef&limit=\(limit)", token: token
        ).json
        #expect(answer["items"]?.array?.count == found)
        #expect(answer["has_more"] == .bool(hasMore))
      }
    }

    @Test(arguments: [
      ("running?drift-only=perhaps", "drift-only"), ("running?drift=true", "drift"),
      ("at", "time"), ("at?time=tomorrow", "time"), ("show", "ref"), ("show?ref=", "ref"),
      ("show?ref=sha:12", "ref"), ("trace?ref=a@b@c", "ref"), ("trace?ref=1&ref=2", "ref"),
      ("diff?from=api@prod", "to"), ("search?q=x", "q"), ("search?q=api&limit=0", "limit"),
      ("doctor?all", "all"), ("names?kind=service", "kind"), ("history?outcom=failure", "outcom"),
      ("history?service=a%00b", "service"),
    ])
    func aBadParameterIsNamed(_ target: String, _ name: String) async throws {
      try await withChain { service, token in
        let answer = try await service.get("/v1/\(target)", token: token)
        #expect(try answer.problem(400) == "invalid_parameter")
        #expect(try answer.detail.hasPrefix("\(name) "), "\(answer.text)")
        #expect(try answer.json["candidates"] == nil)
      }
    }

    @Test(arguments: ["show?ref=", "trace?ref=", "diff?from=td:api:57&to="])
    func anAmbiguousPrefixHasCandidates(_ target: String) async throws {
      try await withChain { service, token in
        let answer = try await service.get("/v1/\(target)sha256:abcdef", token: token)
        #expect(try answer.problem(409) == "ambiguous")
        #expect(
          try answer.json["candidates"]?.array?.compactMap(\.string)
            == ["0", "1"].map { "sha256:abcdef" + String(repeating: $0, count: 58) })
        let longer = try await service.get("/v1/\(target)sha256:abcdef00", token: token)
        #expect(longer.status == 200)
      }
    }

    @Test(arguments: [
      "show?ref=sha256:000000", "show?ref=99999", "trace?ref=sha:000000", "trace?ref=nobody@prod",
      "show?ref=acme/api%23999", "diff?from=td:api:57&to=td:api:58",
    ])
    func nothingIsNotFound(_ target: String) async throws {
      try await withChain { service, token in
        let answer = try await service.get("/v1/\(target)", token: token)
        #expect(try answer.problem(404) == "nothing")
      }
    }

    /// The rollout's own events may come later, or be lost: the task tells when it began.
    @Test func aRolloutThatOnlyATaskTellsOf() async throws {
      try await withService { service in
        let task = try Self.chain.entry(.ecsTask)
        _ = try await service.store.append([Submission(entry: task)])
        let token = try await service.token(.read)
        let trace = try await service.get("/v1/trace?ref=td:api:57", token: token)
        #expect(trace.status == 200, "\(trace.text)")
        let rollout = try trace.json["items"]?.array?.first { $0["stage"] == "rollout" }
        #expect(rollout?.at("line", "revision") == "api:57")
        #expect(rollout?.at("line", "outcome") == .null)
      }
    }

    private struct Unforeseen: Error {}

    @Test(arguments: [
      (Unforeseen() as any Error, 500, "internal"), (StoreError.closed, 503, "store"),
    ])
    func aReadThatFailsIsNoBadQuestion(
      _ error: any Error, _ status: Int, _ code: String
    ) async throws {
      let setup = Setup(wrap: { BrokenStore(base: $0, afterRead: { throw error }) })
      try await withService(setup) { service in
        for path in Questions.all.map({ "/v1/\($0.name)" }) + ["/v1/stream"] {
          let answer = try await service.get(path, token: "x")
          #expect(try answer.problem(status) == code)
        }
      }
    }
  }
}
