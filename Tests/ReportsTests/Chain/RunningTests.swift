import Ledger
import LedgerTesting
import Reports
import Testing

@Suite struct RunningTests {
  private static let old = Derived.commit("old")
  private static let oldDigest = Derived.digest("old")

  /// A deployment that began and ended well.
  private static func deployed(
    _ id: String, to environment: String, commit: String, digest: String, at seconds: Int64,
    outcome: JSON = "success"
  ) throws -> [Entry] {
    let members: [String: JSON] = [
      "id": .string(id), "environment": .string(environment), "commit": .string(commit),
      "digest": .string(digest), "revision": nil, "rollout": nil,
    ]
    func time(_ offset: Int64) -> JSON {
      .string(chainStart.adding(seconds: Double(seconds + offset)).description)
    }
    let phase: JSON = outcome == "success" ? "finish" : "fail"
    return try [
      ChainStory.chain.entry(
        .deploymentRecorded, members.merging(["occurred_at": time(0)]) { $1 }, at: seconds),
      ChainStory.chain.entry(
        .deploymentRecorded,
        members.merging(["phase": phase, "outcome": outcome, "occurred_at": time(60)]) { $1 },
        at: seconds + 60),
    ]
  }

  /// Two environments, production one merge behind.
  private static func twoEnvironments() throws -> [Entry] {
    try [
      ChainStory.pull(417, merge: old, at: -900),
      ChainStory.pull(418, merge: ChainEntries.commit, at: -600, author: 7_003),
      ChainStory.catalog(),
    ] + deployed("1", to: "staging", commit: old, digest: oldDigest, at: -800)
      + deployed("2", to: "production", commit: old, digest: oldDigest, at: -700)
      + deployed(
        "3", to: "staging", commit: ChainEntries.commit, digest: ChainEntries.digest, at: 0)
  }

  private static func cell(_ answer: JSON, _ place: Int) -> JSON? {
    answer["items"]?.array?.first?["cells"]?.array?[place]
  }

  @Test func theMatrix() async throws {
    let answer = try await ChainStory.ask(Self.twoEnvironments(), "running")
    #expect(answer["schema"] == "ledger.running/1")
    #expect(answer["environments"] == ["staging", "prod"])
    let row = try #require(answer["items"]?.array?.first)
    #expect(row["service"] == "api")
    #expect(Self.cell(answer, 0)?.at("deployment", "commit") == .string(ChainEntries.commit))
    #expect(Self.cell(answer, 1)?.at("deployment", "commit") == .string(Self.old))
    #expect(Self.cell(answer, 1)?["since"] == "2026-10-03T03:49:20Z")
    #expect(row.at("behind", "pulls") == 1)
    #expect(row.at("behind", "environment") == "prod")
    #expect(row.at("behind", "than") == "staging")
  }

  @Test func whatRanThen() async throws {
    let time = chainStart.adding(seconds: -100).description
    let answer = try await ChainStory.ask(Self.twoEnvironments(), "at", [("time", time)])
    #expect(Self.cell(answer, 0)?.at("deployment", "commit") == .string(Self.old))
    let before = try await ChainStory.ask(
      Self.twoEnvironments(), "at", [("time", chainStart.adding(seconds: -641).description)])
    #expect(before["environments"] == ["staging"], "production was still being deployed")
    let after = try await ChainStory.ask(
      Self.twoEnvironments(), "at", [("time", chainStart.adding(seconds: -640).description)])
    #expect(after["environments"] == ["staging", "prod"])
  }

  @Test func aFailedAttemptStandsBesideWhatRuns() async throws {
    let entries =
      try Self.twoEnvironments()
      + Self.deployed(
        "4", to: "prod", commit: ChainEntries.commit, digest: ChainEntries.digest, at: 100,
        outcome: "failure")
    let answer = try await ChainStory.ask(entries, "running")
    let prod = Self.cell(answer, 1)
    #expect(prod?.at("deployment", "commit") == .string(Self.old))
    #expect(prod?.at("newest", "outcome") == "failure")
  }

  @Test func driftIsWhatIsSeenAndWasNotDeployed() async throws {
    let strange = Derived.digest("strange")
    let container: JSON = [
      "name": "app", "image": nil, "digest": .string(strange), "status": "RUNNING",
      "exit_code": nil,
    ]
    let task = try ChainStory.chain.entry(
      .ecsTask, ["containers": [container]], at: 900)
    let entries = try Self.twoEnvironments() + [task]
    let answer = try await ChainStory.ask(entries, "running")
    let cell = try #require(Self.cell(answer, 1))
    #expect(cell.at("observed", "digests") == [.string(strange)], "\(cell)")
    let drift = try #require(Self.cell(answer, 1)?["drift"]?.string)
    #expect(drift.contains(strange.prefix(19)) && drift.contains(Self.oldDigest.prefix(19)))
    #expect(Self.cell(answer, 0)?["drift"] == .null)
    let only = try await ChainStory.ask(entries, "running", [("drift-only", "true")])
    #expect(only["items"]?.array?.count == 1)
    let none = try await ChainStory.ask(
      Self.twoEnvironments(), "running", [("drift-only", "true")])
    #expect(none["items"] == [])
  }

  @Test func aTaskThatStoppedRunsNoMore() async throws {
    let stopped = try ChainStory.chain.entry(
      .ecsTask,
      [
        "version": 9, "last_status": "STOPPED",
        "stopped_at": .string(chainStart.adding(seconds: 950).description),
      ], at: 950)
    let running = try ChainStory.chain.entry(.ecsTask)
    let answer = try await ChainStory.ask(
      Self.twoEnvironments() + [stopped, running], "running")
    #expect(Self.cell(answer, 1)?["observed"] == .null)
  }

  /// A pod that the next look does not see is gone, whenever the two reports arrive.
  @Test(arguments: [false, true])
  func aPodThatIsSeenNoMore(isReversed: Bool) async throws {
    let first = try ChainStory.chain.entry(.rolloutObserved)
    let pod: JSON = [
      "id": "9999", "name": "api-2", "status": "Running",
      "digests": [.string(ChainEntries.digest)], "started_at": nil,
    ]
    let second = try ChainStory.chain.entry(
      .rolloutObserved,
      [
        "instances": [pod],
        "observed_at": .string(chainStart.adding(seconds: 2_000).description),
      ], at: 2_000)
    let answer = try await ChainStory.ask(
      isReversed ? [second, first] : [first, second], "running")
    let observed = Self.cell(answer, 0)?["observed"]
    #expect(observed?["instances"] == 1)
    #expect(observed?["as_of"] == .string(chainStart.adding(seconds: 2_000).description))
  }

  @Test func whatLiesBetween() async throws {
    let answer = try await ChainStory.ask(
      Self.twoEnvironments(), "diff", [("from", "api@prod"), ("to", "api@staging")])
    #expect(answer["direction"] == "forward")
    #expect(answer["pulls"]?.array?.map { $0["number"] } == ["418"])
    #expect(answer["authors"]?.array?.map { $0["id"] } == ["7003"])
    #expect(answer.at("commits", "from") == .string(Self.old))
    #expect(answer.at("digests", "to") == .string(ChainEntries.digest))
    let back = try await ChainStory.ask(
      Self.twoEnvironments(), "diff", [("from", "api@staging"), ("to", "api@prod")])
    #expect(back["direction"] == "backward")
    let same = try await ChainStory.ask(
      Self.twoEnvironments(), "diff", [("from", "api@staging"), ("to", "api@staging")])
    #expect(same["direction"] == "same")
    let before = try await ChainStory.ask(
      Self.twoEnvironments(), "diff", [("from", "api@staging~1"), ("to", "api@staging")])
    #expect(before.at("commits", "from") == .string(Self.old))
  }

  /// A merge queue merges several in one second.
  @Test func whatWasMergedInTheSameSecondIsBehind() async throws {
    let entries =
      try [
        ChainStory.pull(417, merge: Self.old, at: -900),
        ChainStory.pull(418, merge: ChainEntries.commit, at: -900, told: -899),
        ChainStory.catalog(),
      ] + Self.deployed("1", to: "production", commit: Self.old, digest: Self.oldDigest, at: -700)
      + Self.deployed(
        "2", to: "staging", commit: ChainEntries.commit, digest: ChainEntries.digest, at: -600)
    let answer = try await ChainStory.ask(entries, "running")
    #expect(answer["items"]?.array?.first?.at("behind", "pulls") == 1)
  }

  @Test func aCommitWithoutAMergeIsSaid() async throws {
    let entries = try Self.twoEnvironments().filter { $0.data["number"] != 417 }
    let answer = try await ChainStory.ask(
      entries, "diff", [("from", "api@prod"), ("to", "api@staging")])
    #expect(answer["direction"] == "unknown")
    #expect(answer["reason"]?.string?.contains(Self.old.prefix(7)) == true)
  }

  @Test func anEndWithoutAStartWaitsForIt() async throws {
    let (start, end) = try (
      ChainStory.chain.entry(.deploymentRecorded),
      ChainStory.finish(["service": nil, "environment": nil, "commit": nil])
    )
    let alone = try await ChainStory.ask([end], [("history", []), ("doctor", [])])
    #expect(alone[0]["items"] == [])
    let check = alone[1]["checks"]?.array?.first { $0["name"] == "ends without a start" }
    #expect(check?["state"] == "warning")
    let joined = try await ChainStory.ask([end, start], "history", [("kind", "deploy")])
    let row = try #require(joined["items"]?.array?.first)
    #expect(row["outcome"] == "success" && row["service"] == "api")
    #expect(row["took_seconds"] == 260)
  }

  @Test func aReportThatContradictsGitHubIsShown() async throws {
    let request: [String: JSON] = [
      "action": "created", "deployment_id": 77, "sha": .string(ChainEntries.commit),
      "environment": "production", "task": "deploy", "production": true, "digest": nil,
      "creator": 7_001, "created_at": .string(chainStart.description), "status_id": 1,
      "state": "failure", "status_created_at": .string(chainStart.adding(seconds: 9).description),
      "run_id": nil,
    ]
    let status = try ChainStory.github(.deploymentStatus, at: 9, request)
    let claim = try ChainStory.finish(["github_deployment": 77])
    for entries in [[status, claim], [claim, status]] {
      let answer = try await ChainStory.ask(entries, "history", [("kind", "deploy")])
      let rows = try #require(answer["items"]?.array)
      #expect(rows.count == 1)
      #expect(rows[0]["outcome"] == "failure")
      #expect(rows[0]["conflict"] == "a report says outcome success")
    }
  }

  @Test func searchAndNames() async throws {
    let entries = try Self.twoEnvironments()
    let found = try await ChainStory.ask(entries, "search", [("q", String(Self.old.prefix(10)))])
    #expect(found["items"]?.array?.count == 3)
    let percent = try await ChainStory.ask(entries, "search", [("q", "%%")])
    #expect(percent["items"] == [])
    let names = try await ChainStory.ask(entries, "names")
    #expect(names["services"] == ["api"])
    #expect(names["environments"] == ["staging", "prod"])
    #expect(names["repositories"] == ["acme/api"])
  }

  /// What ECR says about a push knows less than what the pipeline said; what a task says about a
  /// rollout knows less than the rollout's own event. Whichever comes last hides nothing.
  @Test(arguments: [false, true])
  func whoKnowsLessHidesNothing(isReversed: Bool) async throws {
    let entries = try [
      ChainStory.chain.entry(.imageRecorded), ChainStory.chain.entry(.ecrImage, at: 900),
      ChainStory.chain.entry(.ecsDeployment), ChainStory.chain.entry(.ecsTask, at: 900),
    ]
    let answer = try await ChainStory.ask(isReversed ? entries.reversed() : entries, "history")
    func row(_ kind: String) -> JSON? {
      answer["items"]?.array?.first { $0["kind"]?.string == kind }
    }
    #expect(row("image")?["commit"] == .string(ChainEntries.commit))
    #expect(row("image")?["service"] == "api")
    #expect(row("rollout")?["at"] == .string(chainStart.adding(seconds: 270).description))
    #expect(row("rollout")?["revision"] == "api:57")
  }

  /// A report may not take a name that GitHub signed, nor a later GitHub be deaf to it.
  @Test(arguments: [false, true])
  func aReportTakesNobodysName(isReversed: Bool) async throws {
    let signed = try ChainStory.pull(417, merge: Self.old, at: -900)
    let claim = try ChainStory.chain.entry(
      .noteRecorded, ["repository": "acme/evil"], at: 900)
    let thief = try ChainStory.chain.entry(
      .noteRecorded, ["repository": "acme/api", "repository_id": 7, "text": "mine"], at: 901)
    let entries = [signed, claim, thief]
    let answers = try await ChainStory.ask(
      isReversed ? entries.reversed() : entries,
      [("names", []), ("history", [("repository", "acme/evil")]), ("trace", [("ref", "pr:417")])])
    #expect(answers[0]["repositories"]?.array?.contains("acme/evil") == false)
    #expect(answers[1]["items"] == [])
    #expect(answers[2]["items"]?.array?.isEmpty == false)
  }

  /// The sidecar's digest is known first; the service's own container is what was deployed.
  @Test(arguments: [false, true])
  func aTaskWithASidecar(isReversed: Bool) async throws {
    let sidecar = Derived.digest("sidecar")
    func container(_ name: JSON, _ digest: JSON) -> JSON {
      ["name": name, "image": nil, "digest": digest, "status": nil, "exit_code": nil]
    }
    let pending = try ChainStory.chain.entry(
      .ecsTask,
      [
        "version": 1, "last_status": "PENDING",
        "containers": [container("proxy", .string(sidecar)), container("app", nil)],
      ])
    let running = try ChainStory.chain.entry(
      .ecsTask,
      [
        "version": 3,
        "containers": [
          container("api", .string(ChainEntries.digest)), container("proxy", .string(sidecar)),
        ],
      ], at: 900)
    let entries = isReversed ? [running, pending] : [pending, running]
    let answer = try await ChainStory.ask(entries, "history", [("kind", "rollout")])
    #expect(answer["items"]?.array?.first?["digest"] == .string(ChainEntries.digest))
  }

  /// Going back is a line of its own and says what runs then.
  @Test func anECSRollbackSaysWhatRuns() async throws {
    let back = try ChainStory.chain.entry(
      .ecsDeployment,
      [
        "state": "IN_PROGRESS", "rollback_to": .string(ChainEntries.rollout),
        "updated_at": .string(chainStart.adding(seconds: 1_500).description),
      ], at: 1_500)
    let entries = try [
      ChainStory.chain.entry(.ecsDeployment), ChainStory.chain.entry(.ecsTask), back,
      ChainStory.catalog(),
    ]
    let answer = try await ChainStory.ask(entries, "running")
    let deployment = Self.cell(answer, 0)?["deployment"]
    #expect(deployment?["outcome"] == "rolled-back")
    #expect(deployment?["digest"] == .string(ChainEntries.digest))
    #expect(deployment?["revision"] == "api:57")
  }

  @Test func whatEndedLastRuns() async throws {
    let slow = try Self.deployed(
      "slow", to: "prod", commit: Self.old, digest: Self.oldDigest, at: -2_000)
    let slowEnd = try ChainStory.chain.entry(
      .deploymentRecorded,
      [
        "id": "slow", "phase": "finish", "outcome": "success", "environment": "prod",
        "commit": .string(Self.old), "digest": .string(Self.oldDigest), "revision": nil,
        "rollout": nil, "occurred_at": .string(chainStart.adding(seconds: -100).description),
      ], at: -100)
    let quick = try Self.deployed(
      "quick", to: "prod", commit: ChainEntries.commit, digest: ChainEntries.digest, at: -1_000)
    let answer = try await ChainStory.ask([slow[0], slowEnd] + quick, "running")
    #expect(Self.cell(answer, 0)?.at("deployment", "commit") == .string(Self.old))
  }

  /// Of one commit two images were made: which of them a deployment runs, nobody said.
  @Test(arguments: [1, 2])
  func anImageIsGuessedOnlyWhereThereIsOne(_ images: Int) async throws {
    let made = try (1...images).map {
      try ChainStory.chain.entry(
        .imageRecorded, ["digest": .string(Derived.digest("image \($0)"))])
    }
    let deploy = try ChainStory.chain.entry(
      .deploymentRecorded, ["digest": nil, "revision": nil, "rollout": nil])
    let answer = try await ChainStory.ask(made + [deploy], "history", [("kind", "deploy")])
    let digest = answer["items"]?.array?.first?["digest"]
    #expect(digest == (images == 1 ? .string(Derived.digest("image 1")) : .null))
  }

  @Test(
    arguments: [
      ("ecs:arn%3A1%2Fa/api", Origin.ecs(cluster: "arn%3A1/a", service: "api")),
      (
        "kubernetes:arn:aws:eks:1:cluster%2Fprod/shop/Deployment/cart",
        .kubernetes(
          cluster: "arn:aws:eks:1:cluster/prod", namespace: "shop", workload: "Deployment/cart")
      ),
    ] as [(String, Origin)])
  func originsWithSlashes(_ text: String, _ origin: Origin) {
    #expect(Origin(text: origin.text) == origin)
    #expect(Origin(text: text)?.environment != nil)
  }
}
