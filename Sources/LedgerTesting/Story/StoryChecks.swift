import Ledger

/// How one check of the story ends, and how many minutes after its start.
struct StoryCheck {
  let name: String
  let conclusion: String
  let minutes: Double
}

extension StoryWriter {
  /// The workflow starts on the head of a pull request; every check is in progress.
  mutating func startChecks(
    _ checks: [StoryCheck], of pull: Deliveries.PullRequest, at started: Instant
  ) -> StoryChecks {
    let run = Deliveries.WorkflowRun(
      id: nextID(), number: pull.number * 3, workflow: StoryCast.tests, event: "pull_request",
      headBranch: pull.headRef,
      head: Deliveries.Commit(
        sha: pull.headSHA, message: pull.title, author: pull.author, at: pull.updatedAt),
      suiteID: nextID(), actor: pull.author, pulls: [pull], startedAt: started)
    let runs = checks.map { check in
      Deliveries.CheckRun(
        id: nextID(), name: check.name, headSHA: pull.headSHA, headBranch: pull.headRef,
        startedAt: started, suiteID: run.suiteID, pulls: [pull])
    }
    deliver { $0.workflowRun("in_progress", run) }
    show(runs)
    for checkRun in runs { deliver { $0.checkRun("created", checkRun) } }
    return StoryChecks(run: run, runs: runs)
  }

  /// GitHub itself knows the end of a check before its webhook says so.
  mutating func finish(_ check: StoryCheck, of checks: inout StoryChecks) {
    guard let position = checks.runs.firstIndex(where: { $0.name == check.name }) else { return }
    let started = checks.run.startedAt
    let end = started.adding(seconds: check.minutes * 60)
    let done = checks.runs[position].completed(check.conclusion, at: end)
    checks.runs[position] = done
    show(checks.runs)
    let job = Deliveries.WorkflowJob(
      id: done.id, name: done.name, run: checks.run, startedAt: started
    ).completed(check.conclusion, at: end)
    deliver { $0.workflowJob("completed", job) }
    deliver { $0.checkRun("completed", done) }
  }

  mutating func finishRun(of checks: StoryChecks, conclusion: String, at: Instant) {
    let run = checks.run
    let suite = Deliveries.CheckSuite(
      id: run.suiteID, headSHA: run.head.sha, headBranch: run.headBranch,
      before: StoryCast.first, conclusion: conclusion, pulls: run.pulls,
      checkRunCount: Int64(checks.runs.count), createdAt: run.createdAt, updatedAt: at)
    deliver { $0.checkSuite("completed", suite, head: run.head) }
    deliver { $0.workflowRun("completed", run.completed(conclusion, at: at)) }
  }

  private mutating func show(_ runs: [Deliveries.CheckRun]) {
    guard let sha = runs.first?.headSHA else { return }
    steps.append(.shows(checkRuns: runs, sha: sha))
  }
}

struct StoryChecks {
  let run: Deliveries.WorkflowRun
  var runs: [Deliveries.CheckRun]
}
