/// What was made in an environment and has to be torn down.
extension Tables {
  static let ofResources = [snapshots, resources, singleResources]

  /// Lists of everything that a tool holds in an environment. `stack` tells several lists of one
  /// environment apart: its states of Terraform, its clusters.
  public static let snapshots = Table(
    "snapshots", key: ["environment", "stack", "snapshot"],
    registers: Register(
      order: "snapshot_order", columns: ["taken_at", "form", "resource_count", "entry"]))

  /// What those lists hold, by the address within its stack: what the newest list that has it says,
  /// and the first list that had it.
  public static let resources = Table(
    "resources", key: ["environment", "stack", "address"],
    registers: resourceTold, resourceFirst)
  static let resourceTold = Register(
    order: "told_order",
    columns: ["type", "name", "id", "arn", "tags", "action", "last_at", "last_entry"])
  static let resourceFirst = Register(order: "first_order", columns: ["first_at", "first_entry"])

  /// What was reported by itself: the newest time that it was made, and the newest that it went.
  public static let singleResources = Table(
    "single_resources", key: ["type", "id"],
    registers: singleMade, singleGone)
  static let singleMade = Register(
    order: "made_order", columns: ["name", "environment", "region", "made_at", "made_entry"])
  static let singleGone = Register(order: "gone_order", columns: ["gone_at", "gone_entry"])
}
