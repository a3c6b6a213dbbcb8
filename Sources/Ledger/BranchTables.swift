/// What happened to guarded branches beside their gates.
extension Tables {
  /// What was pushed to branches. A forced push stays in sight, whatever the branch was set to again.
  public static let landings = Table(
    "landings", key: ["repository_id", "branch", "sha"],
    registers: Register(
      order: "push_order", columns: ["before", "actor", "at", "forced", "created", "entry"]))

  /// Reads of which pull requests a commit belongs to.
  public static let landingReads = Table(
    "landing_reads", key: ["repository_id", "sha"],
    registers: Register(order: "read_order", columns: ["entry"]))

  /// Whether what landed came through a gate. What came through one at first sight has no row.
  public static let landingAudits = Table(
    "landing_audits", key: ["repository_id", "branch", "sha"],
    registers: Register(
      order: "audit_order",
      columns: [
        "result", "reason", "summary", "confirming", "concluded_at", "landing_entry", "entry",
      ]))

  /// Every change of every rule, never only the last: what stood before it says what it took away.
  public static let protections = Table(
    "protections", key: ["repository_id", "form", "rule_id", "change"],
    registers: Register(order: "seen_order", columns: ["entry"]))

  public static let protectionAudits = Table(
    "protection_audits", key: ["repository_id", "rule", "change_entry"],
    registers: Register(order: "audit_order", columns: ["result", "entry"]))

  /// Branches that pull requests were made for, and whether GitHub itself guards them.
  public static let capabilities = Table(
    "capabilities", key: ["repository_id", "branch"],
    registers: capabilitySeen, capabilityRead)
  static let capabilitySeen = Register(order: "seen_order", columns: ["seen_entry"])
  static let capabilityRead = Register(
    order: "read_order", columns: ["state", "contexts", "reason", "entry"])

  /// What shall be written on GitHub about a bypass, and what was.
  public static let errands = Table("errands", key: ["key"], registers: errandWanted, errandDone)
  static let errandWanted = Register(
    order: "wanted_order", columns: ["repository_id", "errand", "pull", "wanted_at", "entry"])
  static let errandDone = Register(order: "done_order", columns: ["number", "done_entry"])

  /// How far the App reaches; the repository is 0 for the installation as a whole.
  public static let installations = Table(
    "installations", key: ["installation_id", "repository_id"],
    registers: Register(order: "state_order", columns: ["state", "account", "entry"]))

  static let ofBranches = [
    landings, landingReads, landingAudits, protections, protectionAudits, capabilities, errands,
    installations,
  ]
}
