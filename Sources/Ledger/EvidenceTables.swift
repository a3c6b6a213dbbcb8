/// What became of raw bodies and of names.
extension Tables {
  static let ofEvidence = [removedBodies, forgottenPeople]

  /// Bodies that were deleted, and the newest entry that says so. One that came again since, in a
  /// later entry, is there.
  public static let removedBodies = Table(
    "removed_bodies", key: ["sha256"],
    registers: Register(order: "removed_order", columns: ["reason", "entry"]))

  /// People whose names are kept no more, by the first entry that says so.
  public static let forgottenPeople = Table(
    "forgotten_people", key: ["person"],
    registers: Register(order: "forgotten_order", columns: ["entry"]))
}
