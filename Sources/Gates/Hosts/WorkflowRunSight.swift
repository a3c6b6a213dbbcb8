import Ledger

/// One sight of a workflow run: which trigger made the checks of a commit. Words are GitHub's.
public struct WorkflowRunSight: Hashable, Sendable {
  public var id: Int64
  /// From 1.
  public var attempt: Int64
  public var name: String?
  /// Of the workflow file.
  public var path: String?
  /// What triggered it: `pull_request`, `push`, …
  public var event: String?
  public var headSHA: String
  public var status: String?
  /// `nil` while it is not known.
  public var conclusion: String?
  public var suiteID: Int64?
  /// Who triggered this attempt, by user id.
  public var actor: Int64?
  public var startedAt: Instant?
  public var updatedAt: Instant?

  public init(
    id: Int64, attempt: Int64, name: String?, path: String?, event: String?, headSHA: String,
    status: String?, conclusion: String?, suiteID: Int64?, actor: Int64?, startedAt: Instant?,
    updatedAt: Instant?
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
    self.actor = actor
    self.startedAt = startedAt
    self.updatedAt = updatedAt
  }
}

extension WorkflowRunSight {
  /// As `github.checks_read.v1` holds it.
  public var json: JSON {
    [
      "id": .int(id), "attempt": .int(attempt), "name": .optional(name), "path": .optional(path),
      "event": .optional(event), "head_sha": .string(headSHA), "status": .optional(status),
      "conclusion": .optional(conclusion), "suite_id": .optional(suiteID),
      "actor": .optional(actor), "started_at": .optional(startedAt),
      "updated_at": .optional(updatedAt),
    ]
  }
}
