import Ledger
import Testing

@Suite struct ObservationTests {
  private func run(
    _ status: String, _ conclusion: String? = nil, started: Int64? = 100, completed: Int64? = nil
  ) -> Observation {
    Observation(
      source: .checkRun, runID: 1, headSHA: "abc", name: "test", appID: 15368, status: status,
      conclusion: conclusion, startedAt: started.map(Instant.init(seconds:)),
      completedAt: completed.map(Instant.init(seconds:)))
  }

  private func newest(_ observations: [Observation]) -> Observation? {
    observations.max { $0.stateKey.utf8.lexicographicallyPrecedes($1.stateKey.utf8) }
  }

  /// Each list is in the order in which GitHub's facts follow each other.
  @Test func statesFollowEachOther() throws {
    let histories = [
      [
        run("queued", started: nil), run("queued"), run("in_progress"),
        run("completed", "success", completed: 200),
      ],
      // An App resets a completed run: it starts again later.
      [run("completed", "success", completed: 200), run("in_progress", started: 201)],
      [run("completed", "success", completed: 200), run("queued", started: 300)],
      [
        run("completed", "failure", completed: 200),
        run("completed", "success", started: 201, completed: 202),
      ],
      // The same start: the later end counts, also when it is worse or better.
      [run("completed", "success", completed: 200), run("completed", "failure", completed: 201)],
      [run("completed", "failure", completed: 200), run("completed", "success", completed: 201)],
      // Without a start there is nothing to order by: anything dated follows.
      [run("completed", "success", started: nil, completed: 900), run("queued", started: 1)],
      [run("completed", "success", started: -5, completed: -4), run("queued", started: 0)],
    ]
    for history in histories {
      #expect(newest(history) == history.last)
      #expect(newest(history.reversed()) == history.last)
      let keys = history.map(\.stateKey)
      #expect(keys == keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
      #expect(Set(keys).count == keys.count)
    }
  }

  /// Equal start, equal end, contradictory: whatever blocks is believed until a read settles it.
  @Test(arguments: [
    "failure", "timed_out", "cancelled", "startup_failure", "action_required", "stale", "skipped",
    "neutral", "an_unknown_word", "aaa", "zzz", nil,
  ])
  func theBlockingOneOfTwoContradictoryWins(conclusion: String?) {
    let good = run("completed", "success", completed: 200)
    let bad = run("completed", conclusion, completed: 200)
    #expect(newest([good, bad]) == bad)
    #expect(newest([bad, good]) == bad)
  }

  @Test func equalObservationsHaveEqualKeys() {
    #expect(run("queued").stateKey == run("queued").stateKey)
    #expect(run("queued").stateKey != run("waiting").stateKey)
    #expect(
      run("completed", "failure", completed: 2).stateKey
        != run("completed", "cancelled", completed: 2).stateKey)
  }

  // MARK: JSON

  @Test func aCheckRunIsReadAndWritten() throws {
    let json: JSON = [
      "id": 4, "head_sha": "abc", "name": "test", "app_id": 15368, "app": "github-actions",
      "suite_id": 9, "status": "completed", "conclusion": "success",
      "started_at": "2026-10-03T04:00:00Z", "completed_at": "2026-10-03T04:01:00Z",
    ]
    let observation = try #require(Observation(checkRun: json))
    #expect(observation.json == json)
    #expect(observation.isCompleted && observation.appSlug == "github-actions")
    #expect(Observation(checkRun: observation.json) == observation)
  }

  @Test(arguments: ["success", "failure", "error", "pending", "an_unknown_word"])
  func aCommitStatusIsReadAndWritten(state: String) throws {
    let json: JSON = [
      "id": 5, "head_sha": "abc", "context": "ci/legacy", "creator": 12, "state": .string(state),
      "created_at": "2026-10-03T04:00:00Z",
    ]
    let observation = try #require(Observation(status: json))
    #expect(observation.json == json)
    #expect(observation.source == .status && observation.creatorID == 12)
    #expect(observation.isCompleted == (state != "pending"))
    #expect(observation.conclusion == (state == "pending" ? nil : state))
  }

  @Test(arguments: ["id", "head_sha", "name", "status"])
  func withoutWhatIdentifiesItThereIsNoCheckRun(member: String) {
    var members: [String: JSON] = ["id": 4, "head_sha": "abc", "name": "test", "status": "queued"]
    #expect(Observation(checkRun: .object(members)) != nil)
    members[member] = .null
    #expect(Observation(checkRun: .object(members)) == nil)
    members[member] = nil
    #expect(Observation(checkRun: .object(members)) == nil)
  }

  @Test(arguments: ["id", "head_sha", "context", "state"])
  func withoutWhatIdentifiesItThereIsNoStatus(member: String) {
    var members: [String: JSON] = ["id": 4, "head_sha": "abc", "context": "x", "state": "success"]
    #expect(Observation(status: .object(members)) != nil)
    members[member] = nil
    #expect(Observation(status: .object(members)) == nil)
  }
}
