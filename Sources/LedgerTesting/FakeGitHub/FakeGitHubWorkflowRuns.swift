import Hummingbird
import Ledger

extension FakeGitHub {
  public struct WorkflowRun: Hashable, Sendable {
    public var id: Int64
    public var attempt: Int64
    public var name: String?
    public var path: String
    public var event: String
    public var headSHA: String
    public var status: String
    public var conclusion: String?
    public var suiteID: Int64
    public var actorID: Int64
    public var startedAt: Instant
    public var updatedAt: Instant

    public init(
      id: Int64, attempt: Int64 = 1, name: String? = "ci",
      path: String = ".github/workflows/ci.yaml", event: String = "pull_request",
      headSHA: String, status: String = "completed", conclusion: String? = "success",
      suiteID: Int64 = 1, actorID: Int64 = 583_231,
      startedAt: Instant = Instant(seconds: 1_790_000_000),
      updatedAt: Instant = Instant(seconds: 1_790_000_060)
    ) {
      self.id = id
      self.attempt = attempt
      self.name = name
      self.path = path
      self.event = event
      self.headSHA = headSHA
      self.status = status
      self.conclusion = conclusion
      self.suiteID = suiteID
      self.actorID = actorID
      self.startedAt = startedAt
      self.updatedAt = updatedAt
    }
  }

  /// An answer to a deployment protection rule.
  public struct DeploymentAnswer: Hashable, Sendable {
    public let repository: String
    public let run: Int64
    public let environment: String
    /// `nil` for a progress note.
    public let state: String?
    public let comment: String?
  }

  /// Replaces the workflow runs of a repository.
  public func set(workflowRuns: [WorkflowRun], in repository: String) {
    state.withLock { $0.workflowRuns[Place(repository, "")] = workflowRuns }
  }

  /// Those that it took, in order.
  public var deploymentAnswers: [DeploymentAnswer] { state.withLock(\.deploymentAnswers) }

  /// What whoever approves or rejects the same run and environment again is told. What GitHub says
  /// is not documented; it takes both until this is set.
  public func answerSecondDeploymentAnswers(with fault: (status: Int, message: String)?) {
    state.withLock { $0.secondAnswer = fault }
  }

  func listWorkflowRuns(_ call: Incoming) -> Response {
    let all = state.withLock { $0.workflowRuns[Place(call.target.repository, "")] ?? [] }
    let sha = call.target.query["head_sha"]
    let runs = all.filter { sha == nil || $0.headSHA == sha }
    let base = base(call)
    return list(runs, call) { page in
      let texts = page.map { $0.text(call.target.repository, base) }
      return "{\"total_count\":\(runs.count),\"workflow_runs\":[\(texts.joined(separator: ","))]}"
    }
  }

  func answerDeployment(_ call: Incoming) -> Response {
    guard let json = call.json else { return error(400, "Problems parsing JSON") }
    let repository = call.target.repository
    guard let run = Int64(call.target.name), isKnown(run, in: repository) else {
      return error(404, "Not Found")
    }
    guard let environment = json["environment_name"]?.string,
      json["state"] != nil || json["comment"] != nil,
      json["state"].map({ ["approved", "rejected"].contains($0) }) ?? true,
      json["comment"]?.string?.unicodeScalars.count ?? 0 <= 1_024
    else { return invalid("state or comment") }
    let answer = DeploymentAnswer(
      repository: repository, run: run, environment: environment, state: json["state"]?.string,
      comment: json["comment"]?.string)
    if let refusal = state.withLock({ $0.take(answer) }) {
      return error(refusal.status, refusal.message)
    }
    announce()
    return Response(status: .noContent)
  }

  private func isKnown(_ run: Int64, in repository: String) -> Bool {
    state.withLock { state in
      state.workflowRuns[Place(repository, ""), default: []].contains { $0.id == run }
    }
  }
}

extension FakeGitHub.State {
  /// Ten progress notes of a deployment, and a second decision only if it is allowed.
  fileprivate mutating func take(
    _ answer: FakeGitHub.DeploymentAnswer
  ) -> (status: Int, message: String)? {
    let earlier = deploymentAnswers.filter {
      $0.repository == answer.repository && $0.run == answer.run
        && $0.environment == answer.environment && ($0.state == nil) == (answer.state == nil)
    }
    if answer.state == nil, earlier.count >= 10 { return (422, "Validation Failed: too many") }
    if answer.state != nil, !earlier.isEmpty, let secondAnswer { return secondAnswer }
    deploymentAnswers.append(answer)
    return nil
  }
}
