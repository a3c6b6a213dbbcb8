/// What the deploy gate looks at, and what it concluded.
extension Tables {
  static let deploys: [Table] = [
    pushes, imageSources, attestations, scans, reviews, deployVerdicts, ruleAnswers, deployBypasses,
  ]

  /// Which commits were pushed to which refs. Of several pushes the first is kept.
  public static let pushes = Table(
    "pushes", key: ["repository_id", "sha", "ref"],
    registers: Register(order: "push_order", columns: ["at", "entry"]))

  /// Who said that an image was built of a commit. `told_by` is `workflow`, `pull-request` (a job of
  /// one, which proves nothing), or `token:` and its name.
  public static let imageSources = Table(
    "image_sources", key: ["digest", "repository_id", "commit_sha", "told_by"],
    registers: Register(order: "source_order", columns: ["image", "entry"]))

  /// Who told of provenance, and what became of its signature. Of several entries the first is
  /// kept, and which is the newest.
  public static let attestations = Table(
    "attestations",
    key: ["digest", "repository_id", "commit_sha", "predicate_type", "told_by", "verification"],
    registers: attested, Register(order: "newest_order", columns: ["newest"]))
  static let attested = Register(order: "attested_order", columns: ["builder", "entry"])

  /// The newest scan of an image by each tool, as each teller reports it of each
  /// repository (0: none named).
  public static let scans = Table(
    "scans", key: ["digest", "tool", "repository_id", "told_by"],
    registers: Register(
      order: "scan_order",
      columns: ["scanned_at", "critical", "high", "medium", "low", "unknown", "entry"]))

  /// Of several entries about one review the one counts that approves least, and by whom it counts
  /// least. `association` and `author_type` are `''` where GitHub said none, and `NULL` in entries
  /// from before they were kept.
  public static let reviews = Table(
    "reviews", key: ["repository_id", "pull", "review_id"],
    registers: Register(
      order: "review_order",
      columns: [
        "author", "state", "commit_sha", "submitted_at", "association", "author_type", "entry",
      ]))

  /// All answers of the deploy gate. `variant` tells requests for one thing apart that differ in
  /// more than who asks.
  public static let deployVerdicts = Table(
    "deploy_verdicts", key: ["entry"],
    registers: Register(
      order: "verdict_order",
      columns: [
        "service", "environment", "subject", "variant", "digest", "commit_sha", "state", "summary",
        "is_temporary", "policy", "ask", "decided_at",
      ]))

  /// Custom deployment protection rules that GitHub asked us about, what it shall be told, and what
  /// it took.
  public static let ruleAnswers = Table(
    "rule_answers", key: ["repository_id", "run_id", "environment", "sha"],
    registers: ruleAsked, ruleWanted, ruleAnswered)
  static let ruleAsked = Register(order: "asked_order", columns: ["asked_at", "request"])
  static let ruleWanted = Register(
    order: "wanted_order",
    columns: ["wanted_state", "wanted_text", "wanted_entry", "wanted_ask", "is_temporary"])
  static let ruleAnswered = Register(
    order: "answered_order",
    columns: ["answered_state", "answered_text", "answered_request", "answered_entry"])

  /// What came to run without its gate.
  public static let deployBypasses = Table(
    "deploy_bypasses", key: ["node"],
    registers: Register(order: "bypass_order", columns: ["reason", "entry"]))
}
