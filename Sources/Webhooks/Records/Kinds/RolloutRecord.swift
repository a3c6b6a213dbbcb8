import Ledger

extension RecordForm {
  /// A workload of Kubernetes as it was seen.
  static let rollout = RecordForm(
    kind: .rolloutObserved,
    fields: [
      .optional("cluster", .part), .required("namespace", .part), .required("workload", .workload),
      .optional("revision", .count),
      .required("outcome", .word(["success", "failure", "in_progress"])),
      .optional("reason", .words), .optional("desired", .count), .optional("ready", .count),
      .optional("containers", .objects(.container, counts: 0...50)),
      .optional("instances", .objects(instance, counts: 0...500)), .optional("started_at", .time),
      .optional("observed_at", .time),
    ],
    times: ["observed_at"], namesActor: false, rules: [agreeing("containers")])

  private static let instance: [Field] = [
    .required("id", .name), .optional("name", .name), .optional("status", .name),
    .optional("digests", .array(.digest, limit: 50)), .optional("started_at", .time),
  ]
}
