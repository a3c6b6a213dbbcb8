import Gates
import Ledger
import Testing

@testable import Service

extension ServiceTests {
  @Suite struct WorkflowCallerTests {
    private static let tokens = StubTokens(answers: [
      "one.two.three": .success(Run.identity()),
      "next.two.three": .success(Run.identity(jti: "next")),
      "other.two.three": .success(Run.identity(jti: "other") { $0.repositoryID = 7 }),
      "fork.two.three": .success(
        Run.identity(jti: "fork") { $0.eventName = "pull_request_target" }),
      "staging.two.three": .success(
        Run.identity(jti: "staging") { $0.environment = "Production" }),
      "bare.two.three": .success(Run.identity(jti: "bare") { $0.environment = nil }),
      "late.two.three": .failure(.invalid("the claim exp is past")),
      "dark.two.three": .failure(.unavailable("the issuer does not answer")),
    ])
    private static let setup = Setup(workflowTokens: tokens, recording: Run.policy)
    private static let image = #"{"digest":"sha256:5d"}"#

    @Test func aRunRecordsWithItsToken() async throws {
      try await withProbe(Self.setup) { service in
        let answer = try await service.send(
          .post, "/images", "one.two.three", Self.image, key: "a key")
        #expect(answer.status == 201)
        let entry = try #require(try await service.recorded().first)
        #expect(
          entry.source
            == .workflow(
              WorkflowSource(
                repositoryID: 640, runID: 12_000_000_001, attempt: 2, workflow: Run.workflow,
                environment: "production", actorID: 9_001, key: "job/one")))
        #expect(
          entry.data == [
            "digest": "sha256:5d", "repository_id": 640, "repository": "acme/api",
            "run_id": 12_000_000_001, "run_attempt": 2, "actor": 9_001, "commit": .string(Run.sha),
            "build": "12000000001/2",
          ])
        #expect(!String(decoding: entry.bytes, as: UTF8.self).contains("noor"))
        #expect(try await service.parts.store.read { try $0.login(9_001) } == "noor")
      }
    }

    /// Kept over a retry it works; shown with something else it is somebody else's.
    @Test func aTokenRecordsOneThing() async throws {
      try await withProbe(Self.setup) { service in
        for (key, status) in [("a", 201), ("a", 200), ("b", 200), (nil, 200)] as [(String?, Int)] {
          let answer = try await service.send(
            .post, "/images", "one.two.three", Self.image, key: key)
          #expect(answer.status == status, "\(answer.text)")
        }
        for (path, body) in [
          ("/images", #"{"digest":"sha256:6e"}"#), ("/deployments", Self.image),
        ] {
          let answer = try await service.send(.post, path, "one.two.three", body, key: "fresh")
          #expect(try answer.problem(401) == "replayed")
          #expect(try answer.detail.contains("which is entry "))
        }
        #expect(try await service.recorded().count == 1)
        #expect(try await service.recorded(.deploymentRecorded).isEmpty)
        let other = try await service.send(
          .post, "/images", "next.two.three", #"{"digest":"sha256:6e"}"#)
        #expect(other.status == 201)
      }
    }

    /// For the bearer of an API token the same is a mistake in its keys.
    @Test func aTokenOfTheLedgerContradictsItself() async throws {
      try await withProbe(Self.setup) { service in
        let token = try await makeToken(.record, in: service.parts.store)
        for (body, status) in [(Self.image, 201), (Self.image, 200)] {
          let answer = try await service.send(.post, "/images", token, body, key: "k")
          #expect(answer.status == status)
        }
        let answer = try await service.send(.post, "/images", token, "{}", key: "k")
        #expect(try answer.problem(409) == "contradiction")
      }
    }

    @Test(
      arguments: [
        ("late.two.three", 401, "identity", "exp is past"),
        ("un.known.token", 401, "identity", "not known here"), ("..", 401, "identity", "not known"),
        ("dark.two.three", 503, "issuer", "does not answer"),
        ("other.two.three", 403, "workflow", "repository_id 7 has no rule"),
        ("fork.two.three", 403, "workflow", "pull_request_target"),
        ("ledger_.a.b", 401, "token_unknown", "not known"),
        ("a.b", 401, "token_unknown", "not known"),
        ("a.b.c.d", 401, "token_unknown", "not known"),
      ] as [(String, Int, String, String)])
    func refusals(
      _ token: String, _ status: Int, _ code: String, _ words: String
    ) async throws {
      try await withProbe(Self.setup) { service in
        let answer = try await service.send(.post, "/images", token, Self.image)
        #expect(try answer.problem(status) == code)
        #expect(try answer.detail.contains(words), "\(answer.text)")
        #expect(!answer.text.contains(token) || token.count < 4)
        #expect(status != 503 || answer.headers[.retryAfter] != nil)
        #expect(try await service.recorded().isEmpty)
      }
    }

    /// A run may not read what others recorded, whoever it is.
    @Test(arguments: ["/read", "/admin"], ["one.two.three", "un.known.token"])
    func recordingOnly(_ path: String, _ token: String) async throws {
      try await withProbe(Self.setup) { service in
        let answer = try await service.send(.get, path, token)
        #expect(try answer.problem(403) == "scope")
        #expect(try answer.detail.contains("is for recording"))
      }
    }

    @Test(arguments: [
      Setup(), Setup(workflowTokens: tokens), Setup(recording: Run.policy),
    ])
    func nothingIsConfigured(_ setup: Setup) async throws {
      try await withProbe(setup) { service in
        let answer = try await service.send(.post, "/images", "one.two.three", Self.image)
        #expect(try answer.problem(401) == "identity")
        #expect(
          try answer.json["hint"]?.string?.contains("recording is not configured") == true)
        #expect(try await service.recorded().isEmpty)
      }
    }

    @Test(
      arguments: [
        ("one.two.three", #"{"id":"d"}"#, nil),
        ("one.two.three", #"{"id":"d","environment":"production"}"#, nil),
        ("one.two.three", #"{"id":"d","environment":"staging"}"#, "is another one"),
        ("one.two.three", #"{"id":"d","environment":7}"#, "is another one"),
        ("staging.two.three", #"{"id":"d","environment":"production"}"#, "case counts"),
        ("bare.two.three", #"{"id":"d","environment":"production"}"#, "must name its environment"),
        ("bare.two.three", #"{"id":"d"}"#, "must name its environment"),
      ] as [(String, String, String?)])
    func aDeploymentIsToTheEnvironmentOfItsJob(
      _ token: String, _ body: String, _ words: String?
    ) async throws {
      try await withProbe(Self.setup) { service in
        let answer = try await service.send(.post, "/deployments", token, body)
        let recorded = try await service.recorded(.deploymentRecorded)
        guard let words else {
          #expect(answer.status == 201)
          #expect(recorded.first?.data["environment"] == "production")
          return
        }
        #expect(try answer.problem(403) == "workflow")
        #expect(try answer.detail.contains(words), "\(answer.text)")
        #expect(recorded.isEmpty)
      }
    }

    @Test func aContradictionOfTheTokenStoresNothing() async throws {
      try await withProbe(Self.setup) { service in
        for body in [
          #"{"digest":"sha256:1","build":"7/1"}"#, #"{"digest":"sha256:1","repository_id":7}"#,
        ] {
          let answer = try await service.send(.post, "/images", "one.two.three", body)
          #expect(try answer.problem(403) == "claims")
        }
        #expect(try await service.recorded().isEmpty)
        // The token was not used up by it.
        let answer = try await service.send(.post, "/images", "one.two.three", Self.image)
        #expect(answer.status == 201)
      }
    }

    @Test func whatItMayReportAbout() {
      let run = Run.caller()
      #expect(run.refusal(toReportAbout: 640) == nil)
      #expect(run.refusal(toReportAbout: 7) != nil)
      #expect(run.refusal(toReportAbout: nil) != nil)
      #expect(run.source(identity: "aws/1") == run.source(requestKey: "k"))
      #expect(Run.caller { $0.actor = nil }.people.isEmpty)
    }
  }
}
