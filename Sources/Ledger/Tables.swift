/// All tables that are folded from the log. `ledger verify` rebuilds and compares each of them.
public enum Tables {
  public static let all: [Table] =
    [
      deliveries, repositories, pulls, checks, workflowRuns, policies, verdicts, audits, outbox,
      tokens, history, identities, places, instances, links, catalogs, mergeGroups, reads, branches,
      bases, reporters, alarms, overrides, coverage, coverageGaps, lostDeliveries, streams,
    ] + deploys + ofAdmission + ofBranches + ofEvidence + ofResources

  /// Which webhook requests are in the log: what makes a redelivery a duplicate.
  public static let deliveries = Table(
    "deliveries", key: ["guid", "hook_id", "event", "body"],
    registers: Register(order: "seen_order", columns: ["entry"]))

  /// The latest name of a repository. Its identity is the number.
  public static let repositories = Table(
    "repositories", key: ["repository_id"],
    registers: Register(order: "name_order", columns: ["full_name", "entry"]))

  public static let pulls = Table(
    "pulls", key: ["repository_id", "number"],
    registers: pullHead, pullMerge, pullFound)
  static let pullHead = Register(
    order: "head_order", columns: ["head_sha", "base_ref", "state", "author", "head_entry"])
  static let pullMerge = Register(
    order: "merge_order",
    columns: [
      "merged_at", "merged_by", "merge_sha", "merged_head", "merged_base", "merge_entry",
      "merge_firsthand",
    ])

  /// The commit of the merge, where only a read of what landed names it.
  static let pullFound = Register(order: "found_order", columns: ["found_sha", "found_entry"])

  /// Every observation of every check run and commit status, never only the newest one: what was
  /// known at the instant of a merge has to be found again after a run was reset.
  public static let checks = Table(
    "checks", key: ["repository_id", "source", "run_id", "state_key"],
    registers: checkSeen, checkTold, checkRead)
  static let checkSeen = Register(
    order: "seen_order",
    columns: [
      "head_sha", "name", "app_id", "app_slug", "creator_id", "suite_id", "status", "conclusion",
      "started_at", "completed_at", "entry",
    ])
  /// The last delivery that told this observation: its order is its place in the log.
  static let checkTold = Register(order: "told_order", columns: [])
  /// Set when a read of GitHub's current state saw exactly this observation; `read_since` is the size
  /// of the log when that read began.
  static let checkRead = Register(order: "read_order", columns: ["read_entry", "read_since"])

  public static let workflowRuns = Table(
    "workflow_runs", key: ["repository_id", "run_id", "attempt"],
    registers: Register(
      order: "run_order",
      columns: [
        "name", "path", "event", "head_sha", "status", "conclusion", "suite_id", "actor",
        "started_at", "updated_at", "entry",
      ]))

  /// Policies that were in force; the one with the greatest order is.
  public static let policies = Table(
    "policies", key: ["hash"],
    registers: Register(order: "policy_order", columns: ["entry"]))

  public static let verdicts = Table(
    "verdicts", key: ["repository_id", "pull", "head_sha"],
    registers: Register(
      order: "verdict_order", columns: ["state", "summary", "confirming", "policy", "entry"]))

  /// Whether a merged pull request had passed its gate when it was merged.
  public static let audits = Table(
    "audits", key: ["repository_id", "pull"],
    registers: Register(
      order: "audit_order", columns: ["result", "reason", "policy", "sha", "entry"]))

  /// The status that GitHub shall show and the one it confirmed. A row is due while they differ.
  public static let outbox = Table(
    "outbox", key: ["repository_id", "sha", "context"],
    registers: outboxWanted, outboxPosted)
  static let outboxWanted = Register(
    order: "wanted_order",
    columns: ["pull", "wanted_state", "wanted_text", "wanted_at", "wanted_entry"])
  static let outboxPosted = Register(
    order: "posted_order",
    columns: [
      "posted_state", "posted_text", "posted_entry", "posted_id", "posted_form", "posted_reporter",
    ])

  /// API tokens by the SHA-256 of the secret.
  public static let tokens = Table(
    "tokens", key: ["hash"],
    registers: tokenMade, tokenRevoked)
  static let tokenMade = Register(
    order: "made_order", columns: ["name", "scope", "repositories", "entry"])
  static let tokenRevoked = Register(
    order: "revoked_order", columns: ["revoked_at", "revoked_entry"])

  /// Which keys of reports were used, and for what.
  public static let identities = Table(
    "identities", key: ["key"],
    registers: Register(order: "first_order", columns: ["content", "entry"]))

  /// One row for each thing that people ask about: a merge, a build, an image, a deployment, a
  /// rollout, … Several sources may tell one row; each group of columns is a register.
  public static let history = Table(
    "history", key: ["kind", "subject"],
    registers: historyWhat, historyCommit, historyDigest, historyRevision, historyOutcome,
    historyReported, historyReportedCommit, historyReportedDigest)
  static let historyWhat = Register(
    order: "what_order",
    columns: ["at", "entry", "origin", "environment", "repository_id", "pull", "actor"])
  static let historyCommit = Register(order: "commit_order", columns: ["commit_sha"])
  static let historyDigest = Register(order: "digest_order", columns: ["digest"])
  static let historyRevision = Register(order: "revision_order", columns: ["revision"])
  static let historyOutcome = Register(
    order: "outcome_order", columns: ["outcome", "finished_at", "note", "outcome_entry"])
  /// What a bearer of a token said, whether or not GitHub said otherwise.
  static let historyReported = Register(
    order: "reported_order",
    columns: ["reported_outcome", "reported_entry"])
  static let historyReportedCommit = Register(
    order: "reported_commit_order", columns: ["reported_commit"])
  static let historyReportedDigest = Register(
    order: "reported_digest_order", columns: ["reported_digest"])

  /// Everything that something was deployed to or seen running in.
  public static let places = Table(
    "places", key: ["origin", "environment"],
    registers: placeSeen, placeSnapshot)
  static let placeSeen = Register(order: "seen_order", columns: ["entry"])
  static let placeSnapshot = Register(
    order: "snapshot_order", columns: ["snapshot_at", "desired", "ready", "snapshot_entry"])

  /// What runs, or ran: an ECS task, a pod.
  public static let instances = Table(
    "instances", key: ["id"],
    registers: Register(
      order: "state_order",
      columns: [
        "origin", "rollout", "revision", "digest", "image", "status", "started_at", "stopped_at",
        "seen_at", "note", "entry",
      ]))

  /// What led to what: both columns are the text of a `Node`.
  public static let links = Table(
    "links", key: ["source", "target"],
    registers: Register(order: "first_order", columns: ["entry"]))

  /// What people let pass, by the entry that says so. The first end counts.
  public static let overrides = Table(
    "overrides", key: ["entry"],
    registers: overrideMade, overrideEnded)
  static let overrideMade = Register(
    order: "made_order",
    columns: [
      "gate", "decision", "repository_id", "pull", "head_sha", "base_ref", "service",
      "environment", "digest", "reason", "made_by", "made_at", "expires_at",
    ])
  static let overrideEnded = Register(
    order: "ended_order", columns: ["why", "ended_at", "ended_entry"])

  /// Catalogs that were in force; the one with the greatest order is.
  public static let catalogs = Table(
    "catalogs", key: ["hash"],
    registers: Register(order: "catalog_order", columns: ["entry"]))

  /// How far GitHub's list of each hook's deliveries was compared with the log.
  public static let coverage = Table(
    "coverage", key: ["hook", "repository_id"],
    registers: Register(order: "covered_order", columns: ["covered_to", "entry"]))

  /// Times that a comparison came too late for: GitHub's list began after them.
  public static let coverageGaps = Table(
    "coverage_gaps", key: ["hook", "repository_id", "from_at"],
    registers: Register(order: "gap_order", columns: ["to_at", "entry"]))

  /// Deliveries that GitHub listed and the log did not hold. Whether one came after all, the table
  /// of deliveries says.
  public static let lostDeliveries = Table(
    "lost_deliveries", key: ["guid"],
    registers: Register(order: "state_order", columns: ["event", "at", "hook", "state", "entry"]))

  /// The last number of each stream, and the entry that has it.
  public static let streams = Table(
    "streams", key: ["name"],
    registers: Register(order: "last_order", columns: ["seq", "entry"]))
}
