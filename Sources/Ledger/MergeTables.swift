extension Tables {
  /// Commits that a merge queue would merge. The pull request is the one that its branch names; 0
  /// when it names none.
  public static let mergeGroups = Table(
    "merge_groups", key: ["repository_id", "head_sha"], registers: groupMade, groupEnded)
  static let groupMade = Register(
    order: "made_order", columns: ["head_ref", "base_ref", "base_sha", "pull", "entry"])
  static let groupEnded = Register(order: "ended_order", columns: ["end_reason", "end_entry"])

  /// The read of a commit's checks that began last. `since` is the size of the log at its beginning.
  public static let reads = Table(
    "reads", key: ["repository_id", "sha"],
    registers: Register(order: "read_order", columns: ["since", "entry"]))

  /// The last push to a branch that was told.
  public static let branches = Table(
    "branches", key: ["repository_id", "branch"],
    registers: Register(order: "told_order", columns: ["told_entry"]))

  /// How far a commit was behind the tip of its base, as the last read of it showed.
  public static let bases = Table(
    "bases", key: ["repository_id", "head_sha", "base_ref"],
    registers: Register(
      order: "base_order", columns: ["base_sha", "behind_by", "since", "entry"]))

  /// Whoever posted for this ledger: users of commit statuses, Apps of check runs.
  public static let reporters = Table(
    "reporters", key: ["form", "reporter"],
    registers: Register(order: "first_order", columns: ["entry"]))

  /// Results of others under a context of ours that an alarm was raised about.
  public static let alarms = Table(
    "alarms", key: ["repository_id", "source", "run_id"],
    registers: Register(order: "first_order", columns: ["entry"]))
}
