import Gates
import Ledger
import LedgerTesting
import Testing

@testable import Service

extension ServiceTests {
  @Suite struct DeployGateAPITests {
    private static let policy = DeployScene.policy(ImageRecordedRule())

    /// The same question has the same answer and the same decision, until something changes.
    @Test func asksAndRepeats() async throws {
      try await withService { service in
        try await DeployScene.begin(Self.policy, in: service.store)
        let denied = try await service.ask()
        #expect(denied.status == 200)
        #expect(try denied.json["state"] == "deny")
        #expect(try denied.json["exit"] == 10)
        let again = try await service.ask()
        #expect(try again.json["decision"] == denied.json["decision"])
        #expect(try await service.all(.deployAsked).count == 1)
        try await DeployScene.tell(service.store, DeployScene.entries.image())
        let allowed = try await service.ask()
        #expect(try allowed.json["state"] == "allow")
        #expect(try allowed.json["exit"] == 0)
        #expect(try allowed.json["commit"]?.string == DeployEntries.commit)
        let verdicts = try await service.all(.deployVerdict)
        #expect(verdicts.map { $0.entry.data["state"] } == ["deny", "allow"])
        #expect(verdicts[1].entry.data["replaces"]?.int == verdicts[0].index)
        let token = try await service.token(.read)
        let decision = try #require(try allowed.json["decision"]?.int)
        let shown = try await service.get("\(DeployScene.path)/\(decision)", token: token)
        #expect(try shown.json == allowed.json)
        let none = try await service.get("\(DeployScene.path)/0", token: token)
        #expect(try none.problem(404) == "not_found")
      }
    }

    /// An answer that does not hold any more is not given again, least of all an allow.
    @Test func aKeyAsksOnce() async throws {
      try await withService { service in
        try await DeployScene.begin(Self.policy, in: service.store)
        let token = try await service.token(.record)
        let ask = { (key: String) in
          try await service.send(
            .post, DeployScene.path, token: token,
            headers: [("Content-Type", "application/json"), ("Idempotency-Key", key)],
            body: Array(DeployScene.body.utf8))
        }
        let denied = try await ask("one")
        #expect(try denied.json["state"] == "deny")
        #expect(try await ask("one").json["decision"] == denied.json["decision"])
        try await DeployScene.tell(service.store, DeployScene.entries.image())
        let late = try await ask("one")
        #expect(try late.problem(409) == "answered")
        #expect(late.headers[.wwwAuthenticate] == nil)
        #expect(try late.json["hint"]?.string?.contains("Idempotency-Key") == true)
        #expect(try await ask("two").json["state"] == "allow")
        #expect(try await service.all(.deployAsked).count == 2)
      }
    }

    /// The words of others than a job of the repository prove nothing.
    @Test(arguments: ["token", "pull", "label"])
    func onlyAJobIsBelieved(_ who: String) async throws {
      try await withService { service in
        try await DeployScene.begin(Self.policy, in: service.store)
        let scene = DeployScene.entries
        switch who {
        case "token":
          try await DeployScene.tell(
            service.store, ChainEntries(start: noon).entry(.imageRecorded, at: 0))
        case "pull":
          try await DeployScene.tell(service.store, scene.image(ref: "refs/pull/7/merge"))
        default:
          try await DeployScene.tell(
            service.store,
            scene.entry(
              .package,
              [
                "repository_id": .int(DeployEntries.repository), "repository": "acme/api",
                "digest": .string(DeployEntries.digest), "revision": .string(DeployEntries.commit),
              ]))
        }
        #expect(try await service.ask().json["state"] == "deny")
      }
    }

    @Test(arguments: [
      (#"{"service":"api","environment":"prod"}"#, "digest"),
      (#"{"service":"api","environment":"prod","digest":"v1"}"#, "digest"),
      (#"{"service":"api","environment":"prod","commit":"\#(DeployEntries.commit)","x":1}"#, "x"),
      (#"{"environment":"prod","commit":"\#(DeployEntries.commit)"}"#, "service"),
      (
        #"{"service":"api","environment":"prod","commit":"\#(DeployEntries.commit)","rollback":1}"#,
        "rollback"
      ),
    ])
    func strictFields(_ body: String, _ field: String) async throws {
      try await withService { service in
        let answer = try await service.ask(body)
        #expect(try answer.problem(422) == "fields")
        #expect(try answer.errors.contains { $0.hasPrefix("\(field):") })
        #expect(try await service.all(.deployAsked).isEmpty)
      }
    }

    @Test func withoutARuleForItNothingIsAllowed() async throws {
      try await withService { service in
        try await DeployScene.begin(Self.policy, in: service.store)
        try await DeployScene.tell(service.store, DeployScene.entries.image())
        for (service_, environment, rule) in [
          ("api", "staging", "policy"), ("worker", "prod", "service"),
        ] {
          let answer = try await service.ask(
            #"{"service":"\#(service_)","environment":"\#(environment)","#
              + #""digest":"\#(DeployEntries.digest)"}"#)
          #expect(try answer.json["state"] == "deny")
          #expect(try answer.json["findings"]?.array?.map { $0["rule"]?.string } == [rule])
        }
        let alias = try await service.ask(
          #"{"service":"api","environment":"production","digest":"\#(DeployEntries.digest)"}"#)
        #expect(try alias.json["state"] == "allow")
        #expect(try alias.json["environment"] == "prod")
      }
    }

    @Test func anOverrideIsNamedInTheAnswer() async throws {
      try await withService { service in
        try await DeployScene.begin(Self.policy, in: service.store)
        let denied = try await service.ask().json
        #expect(denied["override"] == .some(.null))
        #expect(Instant(json: denied["as_of"]) != nil)
        #expect(denied["complete"] == .bool(denied["gaps"]?.array?.isEmpty == true))
        let decision = try #require(denied["decision"]?.int)
        let made = try await service.send(
          .post, "/v1/gates/overrides", token: try await service.token(.override),
          headers: [("Content-Type", "application/json")],
          body: Array(#"{"decision":\#(decision),"reason":"hotfix"}"#.utf8))
        let item = try made.json
        for body in [DeployScene.body, DeployScene.body.replacing("}", with: #","dry_run":true}"#)]
        {
          let allowed = try await service.ask(body).json
          #expect(allowed["state"] == "allow")
          #expect(
            allowed["override"] == [
              "entry": item["entry"] ?? .null, "by": item["by"] ?? .null, "reason": "hotfix",
              "expires_at": item["expires_at"] ?? .null,
            ])
        }
      }
    }

    /// Without credentials nothing is posted, and an answer that GitHub refused was none.
    @Test func theDoctorSaysWhatGitHubWasNotTold() async throws {
      try await withService { service in
        try await DeployScene.begin(Self.policy, in: service.store)
        for note in [JSON.null, "422 already answered"] {
          let answer = try DeployScene.entries.entry(.ruleAnswered, ["note": note])
          try await DeployScene.tell(service.store, answer)
        }
        let checks =
          try await service.get("/v1/doctor", token: try await service.token(.read))
          .json["checks"]?.array ?? []
        let statuses = checks.first { $0["name"] == "statuses" }
        #expect(statuses?["state"] == "warning")
        #expect(statuses?["detail"]?.string?.hasPrefix("nothing is posted") == true)
        let rules = checks.first { $0["name"] == "protection rules" }
        #expect(rules?["items"]?.array?.count == 1)
        #expect(rules?["items"]?.array?.first?.string?.hasSuffix(": 422 already answered") == true)
      }
    }

    @Test func dryRunsRecordNothing() async throws {
      try await withService { service in
        try await DeployScene.begin(Self.policy, in: service.store)
        let body = DeployScene.body.replacing("}", with: #","dry_run":true}"#)
        let answer = try await service.ask(body)
        #expect(try answer.json["state"] == "deny")
        #expect(try answer.json["decision"] == .null)
        #expect(try await service.all(.deployVerdict).isEmpty)
      }
    }

    @Test func aRollbackTakesMoreThanRecord() async throws {
      try await withService { service in
        try await DeployScene.begin(Self.policy, in: service.store)
        let body = DeployScene.body.replacing("}", with: #","rollback":true}"#)
        #expect(try await service.ask(body).problem(403) == "scope")
        let answer = try await service.ask(body, token: try await service.token(.admin))
        #expect(answer.status == 200)
      }
    }

    // MARK: jobs

    private static let setup = Setup(
      workflowTokens: StubTokens(answers: [
        "one.two.three": .success(identity("one", "production")),
        "staging.two.three": .success(identity("staging", "staging")),
        "bare.two.three": .success(identity("bare", nil)),
        "other.two.three": .success(
          Run.identity(jti: "other") {
            $0.repositoryID = DeployEntries.repository
            $0.sha = DeployEntries.head
            $0.environment = "prod"
          }),
      ]),
      recording: RecordingPolicy(
        audience: "https://ledger.example",
        workflows: [
          WorkflowRule(
            repositoryID: DeployEntries.repository, ownerID: 45, refs: [BranchPattern("refs/**")])
        ]))

    private static func identity(_ jti: String, _ environment: String?) -> WorkflowIdentity {
      Run.identity(jti: jti) {
        $0.repositoryID = DeployEntries.repository
        $0.sha = DeployEntries.commit
        $0.environment = environment
      }
    }

    @Test func aJobAsksForItsEnvironment() async throws {
      try await withService(Self.setup) { service in
        try await DeployScene.begin(Self.policy, in: service.store)
        try await DeployScene.tell(service.store, DeployScene.entries.image())
        let answer = try await service.ask(token: "one.two.three")
        #expect(try answer.json["state"] == "allow")
      }
    }

    @Test func anIdentityTokenAsksOnce() async throws {
      try await withService(Self.setup) { service in
        try await DeployScene.begin(Self.policy, in: service.store)
        #expect(try await service.ask(token: "one.two.three").json["state"] == "deny")
        try await DeployScene.tell(service.store, DeployScene.entries.image())
        #expect(try await service.ask(token: "one.two.three").problem(401) == "replayed")
      }
    }

    /// The attempt is recorded and denied, and does not touch the answer to those who may ask.
    @Test(arguments: ["staging.two.three", "bare.two.three", "other.two.three"])
    func aJobOfAnotherEnvironmentOrCommitIsRefused(_ token: String) async throws {
      try await withService(Self.setup) { service in
        try await DeployScene.begin(Self.policy, in: service.store)
        try await DeployScene.tell(service.store, DeployScene.entries.image())
        let body = DeployScene.body.replacing(
          "}", with: #","commit":"\#(DeployEntries.commit)"}"#)
        let answer = try await service.ask(body, token: token)
        #expect(try answer.problem(403) == "claims")
        let verdict = try #require(try await service.all(.deployVerdict).last)
        #expect(verdict.entry.data["state"] == "deny")
        #expect(try await service.all(.deployAsked).last?.entry.data["refusal"]?.string != nil)
        #expect(try await service.ask(body).json["state"] == "allow")
      }
    }

    // MARK: trouble

    /// An error at every path: no answer says allow, and none is an error of the server's.
    @Test(arguments: [
      StoreError.busy as any Error, StoreError.failed("disk"), StoreError.closed,
      CancellationError(),
    ])
    func troubleIsANo(_ error: any Error) async throws {
      for breaksReads in [false, true] {
        let reads = Countdown(breaksReads ? 1 : .max)
        let setup = Setup(wrap: {
          BrokenStore(
            base: $0, onAppend: { _ in throw error }, afterRead: { try reads.tick(error) })
        })
        try await withService(setup) { service in
          try await DeployScene.begin(Self.policy, in: service.store)
          try await DeployScene.tell(service.store, DeployScene.entries.image())
          let token = try await service.token(.record)
          let answer = try await service.ask(token: token)
          #expect(answer.status == 200)
          #expect(try answer.json["state"] == "deny")
          #expect(try answer.json["decision"] == .null)
          #expect(try answer.json["exit"] == 10)
        }
      }
    }

    @Test func everyAnswerIsInTheHistory() async throws {
      try await withService { service in
        try await DeployScene.begin(Self.policy, in: service.store)
        _ = try await service.ask()
        try await DeployScene.tell(service.store, DeployScene.entries.image())
        _ = try await service.ask()
        let rows = try await service.store.read { tables in
          var query = HistoryQuery()
          query.services = ["api"]
          query.environments = ["prod"]
          query.kinds = ["gate"]
          return try tables.history(query).rows
        }
        #expect(Set(rows.map(\.outcome)) == ["allow", "refused"])
        #expect(rows.allSatisfy { $0.digest == DeployEntries.digest })
      }
    }
  }
}
