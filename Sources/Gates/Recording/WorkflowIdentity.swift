import Ledger

/// Which run of a workflow shows a token, as GitHub Actions vouches for it. What is recorded about
/// commit, run and environment comes from here, never from the request's body.
///
/// There is no `sub`: its form depends on the age of the repository and can be customised.
public struct WorkflowIdentity: Hashable, Sendable {
  public var repositoryID: Int64
  /// `owner/name`, as of now: an attribute, no identity.
  public var repository: String
  public var ownerID: Int64
  public var runID: Int64
  /// From 1.
  public var runAttempt: Int64
  /// 40 lower-case hexadecimal digits.
  public var sha: String
  /// `refs/heads/main`
  public var ref: String
  /// Of the job; `nil` when it names none.
  public var environment: String?
  public var eventName: String
  /// `acme/api/.github/workflows/deploy.yml@refs/heads/main`, the workflow that was started.
  public var workflowRef: String
  /// The reusable workflow that the job stands in, in the same form.
  public var jobWorkflowRef: String?
  public var actorID: Int64?
  /// The login, for the directory only: names of people are not in the log.
  public var actor: String?
  /// What makes the token unique, 1 to 255 bytes. It must not be accepted twice.
  public var jti: String
  /// From `TokenTerms.leeway` after this moment on the token is refused, and its `jti` may be
  /// forgotten.
  public var expires: Instant

  public init(
    repositoryID: Int64, repository: String, ownerID: Int64, runID: Int64, runAttempt: Int64,
    sha: String, ref: String, environment: String?, eventName: String, workflowRef: String,
    jobWorkflowRef: String?, actorID: Int64?, actor: String?, jti: String, expires: Instant
  ) {
    self.repositoryID = repositoryID
    self.repository = repository
    self.ownerID = ownerID
    self.runID = runID
    self.runAttempt = runAttempt
    self.sha = sha
    self.ref = ref
    self.environment = environment
    self.eventName = eventName
    self.workflowRef = workflowRef
    self.jobWorkflowRef = jobWorkflowRef
    self.actorID = actorID
    self.actor = actor
    self.jti = jti
    self.expires = expires
  }
}

extension WorkflowIdentity {
  /// Reads the claims of a token whose signature was checked. All but the times are strings.
  public init(claims json: JSON) throws(WorkflowRefusal) {
    let claims = try Claims(json)
    self.init(
      repositoryID: try claims.id("repository_id"),
      repository: try claims.repository("repository"),
      ownerID: try claims.id("repository_owner_id"),
      runID: try claims.id("run_id"), runAttempt: try claims.id("run_attempt"),
      sha: try claims.sha("sha"), ref: try claims.text("ref", 1...1024),
      environment: try claims.optionalText("environment", 1...255),
      eventName: try claims.text("event_name", 1...100),
      workflowRef: try claims.text("workflow_ref", 1...2048),
      jobWorkflowRef: try claims.optionalText("job_workflow_ref", 1...2048),
      actorID: try claims.optionalID("actor_id"),
      actor: try claims.optionalText("actor", 1...255), jti: try claims.text("jti", 1...255),
      expires: try claims.instant("exp"))
  }
}
